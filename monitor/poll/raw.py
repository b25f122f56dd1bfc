"""What the readers of all formats hand over: strings as the document wrote them. `entries.py` makes values of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class RawEntry:
    """One item. `title`, `summary` and `content` may hold markup; `title_plain` says that the title surely does not."""

    id: str = ""
    title: str = ""
    title_plain: bool = False
    link: str = ""
    published: str = ""
    updated: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""


@dataclass(slots=True)
class RawFeed:
    """One document. The schedule's fields are as written ("60", "hourly"); `base` resolves relative links."""

    kind: str
    title: str = ""
    link: str = ""
    base: str = ""
    entries: list[RawEntry] = field(default_factory=list)
    ttl: str = ""
    skip_hours: tuple[str, ...] = ()
    skip_days: tuple[str, ...] = ()
    update_period: str = ""
    update_frequency: str = ""
    hub: str = ""
    self_link: str = ""
    notes: list[str] = field(default_factory=list)


def is_web(id: str) -> bool:
    """Say whether an id will do as a link: one that is an address, though its feed gives none."""
    return id.lower().startswith(("http://", "https://"))
