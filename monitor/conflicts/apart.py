"""Claims that are plainly about different things: places, counted things, people, days. Each rule names its reason.

What the tagger reads is noisy, so that every rule asks for what both sentences themselves say: a place carried over
from an earlier sentence, or a figure whose noun was not found, keeps nothing apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

from anyascii import anyascii

from monitor.conflicts.axes import negations, opposed
from monitor.conflicts.likeness import people_class
from monitor.conflicts.pairs import Pair
from monitor.conflicts.reasons import NoConflictReason
from monitor.model import Claim, Frame, QuantityType
from monitor.text.intervals import Relation
from monitor.text.words import content, names, tokens

_OF_PEOPLE = frozenset({Frame.CASUALTIES, Frame.PEOPLE, Frame.CROWD})
_TOLLS = frozenset({Frame.CASUALTIES, Frame.EQUIPMENT, Frame.LAUNCHES, Frame.PEOPLE})
_A_DAY = timedelta(days=1)
_HALF_A_DAY = timedelta(hours=12)
_LONGEST_NAME = 3  # words
_SPELLED_ALIKE = 4  # letters that two spellings of one name begin with: Kurakhove, Kurakhovo


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    text = resources.files("monitor.conflicts").joinpath("apart.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def about_other_things(pair: Pair) -> NoConflictReason | None:
    """Return how the two claims are about different things, if they plainly are."""
    a, b = pair.first, pair.second
    if a.quantity is not None and b.quantity is not None:
        return _figures_apart(pair)
    if a.frame is b.frame is Frame.CONTROL and _two_places(a, b):
        return NoConflictReason.OTHER_PLACE
    if a.frame is b.frame is Frame.STATEMENT and _two_subjects(a, b):
        return NoConflictReason.OTHER_PERSON
    return None


def _figures_apart(pair: Pair) -> NoConflictReason | None:
    a, b = pair.first, pair.second
    if _measures_clash(a, b):
        return NoConflictReason.DIFFERENT_MEASURE
    if _enemies(a, b) or _things_clash(a, b) or (_dimensions_clash(pair) and not _opposed(a, b)):
        return NoConflictReason.OTHER_THING
    if _named_apart(a, b):
        return NoConflictReason.OTHER_PLACE
    if _added_later(pair):
        return NoConflictReason.INCREMENT
    if _tolls_of_two_days(a, b) and not _shared_names(a, b):
        return NoConflictReason.DIFFERENT_EVENT
    return None


def _opposed(a: Claim, b: Claim) -> bool:
    """Whether words oppose the two whatever their figures say: "nothing came out in three days", "1,480 tonnes"."""
    return bool(opposed(a.quote, b.quote)[0]) or negations(a.quote) != negations(b.quote)


# --- places ----------------------------------------------------------------------------------------------------------


def _two_places(a: Claim, b: Claim) -> bool:
    """Whether each claim is about a place of its own, which the other sentence does not name."""
    if a.place is None or b.place is None or not (a.place in a.places or b.place in b.places):
        return False
    return not (_one_place(a.place, b.place) or _names(a, {b.place}) or _names(b, {a.place}))


def _named_apart(a: Claim, b: Claim) -> bool:
    """Whether both sentences name places, and none of one is named in the other."""
    return bool(a.places and b.places) and not (_names(a, b.places) or _names(b, a.places))


def _names(claim: Claim, places: Iterable[str]) -> bool:
    """Whether a claim's sentence names one of some places, as the watchlist spells it or otherwise."""
    text = anyascii(claim.sentence).lower()
    return any(anyascii(name).lower() in text or any(_one_place(name, own) for own in claim.places) for name in places)


def _one_place(a: str, b: str) -> bool:
    """Whether two names may be one place: a word in common, or two spellings of it."""
    first, second = ({w for w in re.findall(r"[a-z]+", anyascii(name).lower()) if len(w) > 2} for name in (a, b))
    return bool(first & second) or any(_alike(x, y) for x in first for y in second)


def _alike(a: str, b: str) -> bool:
    least = max(_SPELLED_ALIKE, max(len(a), len(b)) - 3)
    return a[:least] == b[:least]


# --- what is counted -------------------------------------------------------------------------------------------------


def _measures_clash(a: Claim, b: Claim) -> bool:
    """Whether one figure is of the dead and the other of the hurt, say: measures that never answer each other."""
    if a.frame is not b.frame:
        return False
    return any({a.measure, b.measure} == set(pair) for pair in _data()["measures"].get(a.frame.value, ()))


def _enemies(a: Claim, b: Claim) -> bool:
    """Whether one figure is of attackers and the other of the forces that they fight: each side has losses of its own.

    Soldiers and civilians are not told apart: which of them the dead were is what sources quarrel about.
    """
    return {people_class(a.subject), people_class(b.subject)} == {"attackers", "forces"}


def _things_clash(a: Claim, b: Claim) -> bool:
    """Whether the two count things of different kinds: drones and cartons, houses and people."""
    first, second = thing(a), thing(b)
    return first is not None and second is not None and first != second


def thing(claim: Claim) -> str | None:
    """Return which kind of thing a figure counts; None when its noun tells nothing.

    "people" is also what the tagger says of a figure without a noun, so that it tells something only in a frame of
    people.
    """
    words = set((claim.subject or "").lower().replace("-", " ").split())
    found = [name for name, members in _data()["things"].items() if words & set(members)]
    if found == ["people"] and claim.frame not in _OF_PEOPLE and words <= {"people", "person"}:
        return None
    return found[0] if len(found) == 1 else None


def _dimensions_clash(pair: Pair) -> bool:
    """Whether the figures are of different dimensions: metres and dollars, degrees and people."""
    if pair.relation is not Relation.UNITS or pair.first.quantity is None or pair.second.quantity is None:
        return False
    kinds = [_dimension(claim.quantity.unit) for claim in (pair.first, pair.second) if claim.quantity]
    return None not in kinds and kinds[0] != kinds[1]


def _dimension(unit: str) -> str | None:
    return next((name for name, units in _data()["dimensions"].items() if unit in units), None)


# --- who and when ----------------------------------------------------------------------------------------------------


def _two_subjects(a: Claim, b: Claim) -> bool:
    """Whether two statements that nothing opposes are about two named people, or a named one and people at large."""
    if _opposed(a, b):
        return False
    first, second = _named(a), _named(b)
    if first and second:
        return not first & (second | content(b.sentence)) and not second & content(a.sentence)
    name, other = (first, b) if first else (second, a)
    return bool(name) and _at_large(other) and not name & content(other.sentence)


def _named(claim: Claim) -> frozenset[str]:
    """Return the stems of the subject where it is written as a name; headlines write everything so."""
    words = re.findall(r"[a-z'\-]+", anyascii(claim.actor or "").lower())
    if not 0 < len(words) <= _LONGEST_NAME or claim.order == 0:
        return frozenset()
    text = anyascii(claim.sentence)
    written = [re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in words]
    return content(" ".join(words)) if all(w and w.group()[0].isupper() for w in written) else frozenset()


def _at_large(claim: Claim) -> bool:
    return bool(set((claim.actor or "").split()) & set(_data()["at_large"]))


def _shared_names(a: Claim, b: Claim) -> frozenset[str]:
    """Return the names in both sentences, but for those of the place: they may be the event's."""
    known = " ".join((a.region, b.region, *a.places, *b.places, a.place or "", b.place or ""))
    return (names(a.sentence) & names(b.sentence)) - frozenset(tokens(known))


def _added_later(pair: Pair) -> bool:
    """Whether both figures are of what was new when they were told, half a day or more apart.

    On labelled cases no pair of opposite positions is such a one.
    """
    apart = pair.second.published - pair.first.published >= _HALF_A_DAY
    return apart and _is_new(pair.first) and _is_new(pair.second)


def _is_new(claim: Claim) -> bool:
    """Whether a figure is of what came since the last one: "six more", "60 new cases"."""
    figure = claim.quantity
    if figure is None:
        return False
    return figure.type is QuantityType.INCREMENT or bool(
        re.search(rf"\b{re.escape(figure.text)}\s(?:new|fresh|further|additional)\b", claim.quote, re.IGNORECASE)
    )


def _tolls_of_two_days(a: Claim, b: Claim) -> bool:
    """Whether both figures are tolls of a stated day, and a day or more lies between the two.

    "None" is no toll but a denial, and a figure for a period is of all its days.
    """
    if not all(c.frame in _TOLLS and c.quantity and c.quantity.high and c.event_time for c in (a, b)):
        return False
    if any(c.quantity and c.quantity.type is QuantityType.PERIOD for c in (a, b)) or not (
        a.event_time and b.event_time
    ):
        return False
    first, second = sorted((a.event_time, b.event_time), key=lambda span: span.start)
    return second.start - first.end >= _A_DAY
