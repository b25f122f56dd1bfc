"""How far a claim's speaker commits to it, after MUC-4's graded labels, with the words that say so as hedges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spacy.tokens import Token

from monitor.claims.attribution import Attribution, Stance
from monitor.claims.frames.base import Clause
from monitor.model import Factuality, SpeakerKind
from monitor.text.yaml_data import read_yaml

_STANCES = {Stance.CLAIM: Factuality.CLAIMED, Stance.SUSPECT: Factuality.SUSPECTED, Stance.DENY: Factuality.DENIED}
_ORDER = ("conditional", "planned", "claimed", "suspected", "possible", "opinion")


@dataclass(frozen=True, slots=True)
class Commitment:
    """A claim's factuality and the words that lowered it."""

    factuality: Factuality
    hedges: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, frozenset[str]]]:
    raw: dict[str, Any] = read_yaml(__file__, "factuality.yaml")
    return {name: {kind: frozenset(map(str, words)) for kind, words in lists.items()} for name, lists in raw.items()}


@lru_cache(maxsize=1)
def _cues() -> frozenset[str]:
    """Return the words of which a hedge has at least one."""
    return frozenset({"if", "unless"}).union(*(words for lists in _lists().values() for words in lists.values()))


def commitment(clause: Clause, head: Token, report: Attribution | None, *, background: bool) -> Commitment:
    """Judge the clause whose predicate is `head`, said within `report`; `background` when its time is an older one."""
    if _asks(clause):
        return Commitment(Factuality.QUESTION, ("?",))
    found = _hedged(head, clause)
    if found:
        return found
    if report is not None and report.stance in _STANCES:
        factuality = _STANCES[report.stance]
        if factuality is not Factuality.SUSPECTED or report.speaker.kind is not SpeakerKind.OUTLET:
            return Commitment(factuality, (report.verb.text,) if report.verb is not None else ())
    if background:
        return Commitment(Factuality.BACKGROUND)
    return Commitment(Factuality.ASSERTED)


def _asks(clause: Clause) -> bool:
    tail = clause.doc[max(clause.end - 3, clause.start) : min(clause.end + 2, len(clause.doc))]
    return any(token.text == "?" for token in tail)


def _hedged(head: Token, clause: Clause) -> Commitment | None:
    """Look at the predicate's own modals and adverbs, then at the verbs that it hangs on inside the clause."""
    if _cues().isdisjoint(clause.forms):
        return None
    at, depth = head, 0
    while depth < 5:
        around = list(at.children) + ([at] if depth else [])
        for name in _ORDER:
            if word := _cue(name, at, around, depth):
                return Commitment(Factuality(name), (word,))
        if at.head == at or not clause.holds(at.head) or at.dep_ in {"conj", "parataxis"}:
            return None
        if at.dep_ in {"advcl", "relcl", "ccomp"} and depth:
            return None
        at, depth = at.head, depth + 1
    return None


def _cue(name: str, at: Token, around: list[Token], depth: int) -> str | None:
    lists = _lists()[name]
    for token in around:
        lemma = token.lemma_.lower()
        if token.dep_ in {"aux", "auxpass"} and token.lower_ in lists.get("modals", ()):
            return None if name == "conditional" and not _counterfactual(at) else token.text
        if (
            name == "conditional"
            and token.dep_ == "advcl"
            and any(c.lower_ in {"if", "unless"} for c in token.children)
        ):
            return next(c.text for c in token.children if c.lower_ in {"if", "unless"})
        if token.dep_ == "mark" and token.lower_ in lists.get("marks", ()):
            return token.text
        if token.dep_ == "advmod" and token.lower_ in lists.get("adverbs", ()):
            return token.text
        verbs = lists.get("verbs", frozenset())
        if token == at and depth and (
            (token.pos_ in {"VERB", "ADJ"} and (lemma in verbs or token.lower_ in verbs))
            or (token.pos_ == "NOUN" and lemma in lists.get("nouns", ()))
        ):  # fmt: skip
            return token.text
    if name in _JUDGED and at.lemma_ == "be" and depth < 3:
        for child in at.children:
            if child.dep_ == "acomp" and child.lower_ in lists.get("adjectives", ()):
                return child.text
    if name in {"suspected", "planned"} and not depth and _held(at) and at.lemma_.lower() in lists["verbs"] & _PASSIVES:
        return at.text
    return None


_JUDGED = frozenset({"opinion", "possible"})
_PASSIVES = frozenset(
    {"suspect", "believe", "think", "presume", "schedule", "slate", "plan", "expect", "propose", "fear"}
)


def _held(verb: Token) -> bool:
    """True for "is suspected of" and "are scheduled for": the predicate itself is the hedge."""
    return any(c.dep_ == "auxpass" for c in verb.children)


def _counterfactual(verb: Token) -> bool:
    """ "would" asserts nothing, except as reported future, which is a plan all the same."""
    return any(c.dep_ == "advcl" and any(_conditions(m, c) for m in c.children) for c in verb.children)


def _conditions(mark: Token, verb: Token) -> bool:
    """ "if", "unless", and the inversion "had the wall held"."""
    inverted = mark.lower_ in {"had", "were", "should"} and mark.dep_ in {"aux", "auxpass"} and mark == verb.left_edge
    return inverted or mark.lower_ in {"if", "unless"}
