"""Short phrases from claims: a quote cut where a clause ends, a name without its tail, a noun in its plural."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources
from typing import Any

from monitor.model import Claim, SpeakerKind

_CLAUSE = re.compile(r"[,;:—–]\s|\s[-—–]\s|\s(?=(?:and|but|while|when|after|which|who|because|although|though)\s)")
_SAYING = "(?:said|says|told|reported|wrote|announced|added|complained|noted|insisted)"
_TAIL = re.compile(rf",\s(?:[^,]{{1,60}}\s{_SAYING}\b|{_SAYING}\s|according to\s)[^,]*$")
_DOUBLE = re.compile(r"[\"“”„«»]")
_ABBREVIATED = re.compile(r"\b[A-Za-z]\.[A-Za-z]$")
_LEAST = 24  # characters that a cut phrase must keep to say anything
_LONGEST_NAME = 60


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """Return the word lists of headlines."""
    text = resources.files("monitor.conflicts").joinpath("headlines.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def short(text: str, most: int) -> str:
    """Return a quote in at most `most` characters, cut where a clause ends if need be; it never ends on "of the"."""
    plain = _bare(_DOUBLE.sub("", " ".join(text.split())))
    untold = _TAIL.sub("", plain)
    plain = untold if len(untold) >= _LEAST else plain
    if len(plain) <= most:
        return plain
    room = plain[: most - 1]
    ends = [match.start() for match in _CLAUSE.finditer(room) if match.start() >= _LEAST]
    cut = room[: ends[-1]] if ends else room.rsplit(" ", 1)[0]
    return _whole(cut) + "…"


def _bare(text: str) -> str:
    """Strip what stands around a sentence, but not the stop of "a.m."."""
    plain = text.strip(" .,;:—–-'’‘")
    return plain + "." if _ABBREVIATED.search(plain) and plain + "." in text else plain


def _whole(text: str) -> str:
    """Drop a bracket that a cut phrase leaves open, and then the function words that it ends on."""
    closed = text if text.count("(") == text.count(")") else text.split("(")[0].strip() or text
    kept = closed.rstrip(" ,;:—–-(").split()
    while len(kept) > 1 and kept[-1].lower().strip(",;") in set(words()["dangling"]):
        kept.pop()
    return " ".join(kept).rstrip(" ,;:—–-")


def name_of(claim: Claim) -> str:
    """Return who speaks as a line begins: "The health ministry"."""
    own = claim.speaker.kind is SpeakerKind.OUTLET or claim.speaker.name.lower() in {"", *words()["pronouns"]}
    name = claim.source if own else claim.speaker.name
    plain = re.sub(r"['’]s?$", "", short(name, _LONGEST_NAME))
    return plain[:1].upper() + plain[1:]


def said_by(name: str, quote: str) -> str:
    """Return a quote without the speaker's name before it: "Army: arms plane destroyed"."""
    plain = " ".join(quote.split())
    return plain[len(name) + 1 :].strip() if plain.lower().startswith(f"{name.lower()}:") else plain


def plural(noun: str) -> str:
    """Return an English noun in its regular plural; what is one already stays."""
    if noun in _PLURALS or noun.endswith(("people", "men", "children", "personnel", "aircraft", "cattle", "police")):
        return _PLURALS.get(noun, noun)
    if noun.endswith("s") and not noun.endswith(("ss", "us")):
        return noun
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else noun + "s"


_PLURALS = {
    "person": "people", "man": "men", "woman": "women", "child": "children", "serviceman": "servicemen",
    "policeman": "policemen", "gunman": "gunmen", "sheep": "sheep", "fisherman": "fishermen", "crew": "crew",
    "wife": "wives", "life": "lives", "body": "bodies", "fireman": "firemen", "clergyman": "clergymen",
}  # fmt: skip


def said_in(phrase: str, text: str) -> re.Match[str] | None:
    """Return where a text has a phrase as whole words, in the singular or the plural."""
    return re.search(rf"\b(?:{re.escape(phrase)}|{re.escape(plural(phrase))})\b", text, re.IGNORECASE)
