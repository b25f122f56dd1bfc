"""Credit lines: an outlet that says whose report it carries ("KYIV (Baltic Wire) —", "With reporting by AFP")."""

from __future__ import annotations

import re

_NAME = r"([A-Z][\w&.'’-]*(?: [A-Z][\w&.'’-]*){0,4})"
_DATELINE = re.compile(
    rf"^[A-ZÀ-ÞА-Я][\w.'’/ -]{{1,40}}(?:, [\w. ]{{2,30}}){{0,2}}(?:, [A-Z][a-z]{{2,8}}\.? \d{{1,2}})? ?"
    rf"(?:[(/\[]{_NAME}[)/\]])\s*(?:[-–—:.]|$)"
)
_BARE = re.compile(rf"^[(\[]{_NAME}[)\]]\s*[-–—:]")
_CREDIT = re.compile(
    rf"^(?:[-–—] ?)?(?i:(?:source|via|by|credit|text|from)s?:? |with (?:reporting|files|material|inputs?) (?:by|from) |"
    rf"(?:\w+ )?(?:reporting|report|story) by |this (?:article|story|report) (?:was|is|has been)[^.]{{0,60}}? by )"
    rf"(?:the )?{_NAME}(?=[\s.,;|)]|$).{{0,40}}$"
)
_CLOSING = re.compile(rf"^[(\[—–-]+ ?{_NAME}(?: reports?)?[)\]]?\.?$")
_REPORTS = re.compile(rf"(?:—|–|--|-) ?{_NAME} reports?\.?$")
_COPYRIGHT = re.compile(rf"^(?:©|\([cC]\)|[cC]opyright)\s*(?:\d{{4}})?\s*(?:by )?(?:the )?{_NAME}")
_CREDIT_WORDS = 14  # a longer line is prose
_NOT_NAMES = frozenset(
    re.findall(
        r"\S+",
        "photo file video updated update live watch read more ap-photo corrected",
    )
)


def credited(text: str, author: str | None = None) -> tuple[str, ...]:
    """Return the agencies or outlets that a text's dateline, byline or closing credits, in order, each once."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines:
        return ()
    found = [match[1] for pattern in (_DATELINE, _BARE) if (match := pattern.match(lines[0]))]
    for line in (line for line in (lines[0], *lines[-3:]) if len(line.split()) <= _CREDIT_WORDS):
        found += [match[1] for pattern in (_CREDIT, _CLOSING, _COPYRIGHT) if (match := pattern.match(line))]
        found += [match[1] for match in [_REPORTS.search(line)] if match]
    if author:
        found += [part.strip() for part in re.split(r"[,;/]| and | with ", author)]
    names = (" ".join(name.split()).strip(" .") for name in found)
    return tuple(dict.fromkeys(name for name in names if name and name.casefold() not in _NOT_NAMES))


def same_name(first: str, second: str) -> bool:
    """Say whether two names are one outlet ("Baltic Wire", "the Baltic Wire agency", "BW" is not)."""
    one, two = (_bare(name) for name in (first, second))
    return bool(one) and bool(two) and (one == two or one in two or two in one) and min(len(one), len(two)) >= 2


def _bare(name: str) -> str:
    words = re.sub(r"[^\w ]", " ", name.casefold()).split()
    return " ".join(word for word in words if word not in {"the", "news", "agency", "staff", "service", "online"})
