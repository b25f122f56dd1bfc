"""When two claims ask the same: who is counted, whether two figures may be held against each other, opposed answers."""

from __future__ import annotations

import json
from collections.abc import Set
from functools import lru_cache
from importlib import resources
from typing import Any

from monitor.model import Claim, Factuality, Frame, QuantityType

_LIKE = frozenset({QuantityType.TOTAL})


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(
        resources.files("monitor.conflicts").joinpath("likeness.json").read_text(encoding="utf-8")
    )
    return data


@lru_cache(maxsize=4096)
def people_class(subject: str | None) -> str | None:
    """Return which class of people a counted noun names; None for people at large and for things."""
    words = set((subject or "").lower().replace("-", " ").split())
    found = [name for name, members in _data()["classes"].items() if words & set(members)]
    return found[0] if len(found) == 1 else None


def classes_clash(a: Claim, b: Claim) -> bool:
    """Whether the two count people of classes that never count each other."""
    first, second = people_class(a.subject), people_class(b.subject)
    return first is not None and second is not None and first != second


def same_count(a: Claim, b: Claim) -> bool:
    """Whether two figures are totals of one measure in one unit, so that they can be held against each other."""
    if a.quantity is None or b.quantity is None or a.frame is not b.frame or a.measure != b.measure:
        return False
    if a.quantity.unit != b.quantity.unit or classes_clash(a, b):
        return False
    if Factuality.BACKGROUND in {a.factuality, b.factuality}:
        return False
    return {a.quantity.type, b.quantity.type} <= _LIKE or a.quantity.type is b.quantity.type is QuantityType.PERIOD


def answers_opposed(a: Claim, b: Claim) -> bool:
    """Whether the answers of two claims of one family exclude each other, negation counted."""
    for poles in _data()["answers"].values():
        first, second = _pole(a, poles), _pole(b, poles)
        if first is not None and second is not None and first != second:
            return True
    return a.answer is not None and a.answer == b.answer and a.frame is b.frame and a.negated != b.negated


def _pole(claim: Claim, poles: list[list[str]]) -> int | None:
    for number, answers in enumerate(poles):
        if claim.answer in answers:
            return number ^ int(claim.negated)
    return None


def holders_exclude(a: Claim, b: Claim) -> bool:
    """Whether two claims name different holders of one place: a place has one holder at a time."""
    if not (a.frame is b.frame is Frame.CONTROL) or a.place is None or a.place != b.place or a.negated or b.negated:
        return False
    held = set(_data()["holding"])
    if a.answer not in held or b.answer not in held or not a.actor or not b.actor:
        return False
    shared = set(a.actor.split()) & set(b.actor.split()) - set(_data()["holder_words"])
    return a.actor != b.actor and not shared and not (_vague(a.actor) or _vague(b.actor))


def outcomes_exclude(a: Claim, b: Claim) -> bool:
    """Whether two claims say of one place, which both sentences name, that it was taken and that it was held.

    On labelled cases 11 of 18 such pairs within a day are conflicts, and 5 more stand in one; of pairs whose place is
    carried over from another sentence 5 of 17 are.
    """
    if not (a.frame is b.frame is Frame.CONTROL) or a.place is None or a.place != b.place or a.quantity or b.quantity:
        return False
    return a.place in a.places and b.place in b.places and answers_opposed(a, b)


def assaults_oppose(a: Claim, b: Claim) -> bool:
    """Whether one says that an assault gained ground and another, not of its side, that the same assault was beaten."""
    poles = _data()["assault"]
    if not (a.frame is b.frame is Frame.ATTACK) or a.negated or b.negated or a.quantity or b.quantity:
        return False
    won, beaten = ({claim.answer for claim in (a, b)} & set(pole) for pole in poles)
    sides = rivals(a, b) or {a.speaker.side, b.speaker.side} - {None}
    if not won or not beaten or not sides or a.speaker.side == b.speaker.side:
        return False
    return len({_assailant(claim, sides) for claim in (a, b)} - {None}) == 1


def rivals(a: Claim, b: Claim) -> Set[str | None]:
    """The two belligerents that speak, nothing where one of the speakers is of neither or both are of one."""
    sides = {a.speaker.side, b.speaker.side}
    return set() if None in sides or len(sides) < 2 else sides


def _assailant(claim: Claim, sides: Set[str | None]) -> str | None:
    """Which of the sides attacks, as far as the claim says; "our troops" are the speaker's."""
    actor = claim.speaker.side if claim.actor and _vague(claim.actor) else claim.actor
    attacker, defender = (claim.target, actor) if claim.answer == "repelled" else (actor, claim.target)
    if attacker in sides:
        return attacker
    return next(iter(sides - {defender})) if defender in sides and len(sides) == 2 else None


def _vague(actor: str) -> bool:
    return set(actor.split()) <= set(_data()["holder_words"])
