"""Where it happened: a clause whose point is a place."""

from __future__ import annotations

import re

from spacy.tokens import Token

from monitor.claims.actors import actor_of, behind, head_of
from monitor.claims.frames.base import Clause, Reading, lexicon
from monitor.claims.frames.syntax import is_negated, subject
from monitor.model import Frame

_DISTANCE = re.compile(
    r"\b(?:km|kilomet\w+|miles?|met(?:re|er)s?|yards?|m)\s+(?:\w+[ -]){0,2}?"
    r"(?:off|from|north|south|east|west|(?:north|south)-?(?:east|west)|inland|offshore|outside|away|above|below)\b",
    re.I,
)


_HAPPENING = frozenset({"happen", "occur", "take"})


class PlaceReader:
    """Reads "was found near X", "is somewhere between X and Y", "went down 40 miles west of X"."""

    frame = Frame.PLACE

    def __init__(self) -> None:
        self._lists = lexicon("place").lists

    def read(self, clause: Clause) -> list[Reading]:
        """Return one reading when a verb of being somewhere has a place under it."""
        verb, lists = clause.head, self._lists
        lemma = verb.lemma_.lower()
        about = subject(verb)
        kind = behind(about).lemma_.lower() if about is not None else ""
        if lemma in lists["verbs"] and not (lemma == "take" and not any(c.lower_ == "place" for c in verb.children)):
            score = 1.85 if lemma not in _HAPPENING else 1.7
        elif (lemma == "be" and not _other(verb)) or (lemma == "come" and kind in lists["shots"]):
            score = 1.6 if kind in lists["located"] else 1.0
        elif lemma in lists["moves"] and _DISTANCE.search(clause.text):
            score = 1.75
        else:
            return []
        where = _where(verb, lists["where"]) or _by_distance(clause)
        if where is None:
            return []
        if lemma in _HAPPENING and where.pos_ != "PROPN":
            score = 1.2
        return [
            Reading(
                frame=self.frame, measure="where", score=score, subject=head_of(about), target=actor_of(where),
                answer=where.text.lower(), negated=is_negated(verb), cues=(verb.text,), head=verb,
            )
        ]  # fmt: skip


def _where(verb: Token, words: frozenset[str]) -> Token | None:
    """Return the place under the verb: a name, or a noun after a preposition that only places follow."""
    for child in _adverbials(verb):
        if child.dep_ != "prep" or child.lower_ not in words:
            continue
        for noun in child.children:
            if noun.dep_ == "pobj" and _is_place(noun, child):
                return noun
            if noun.dep_ == "prep":
                inner = next((c for c in noun.children if c.dep_ == "pobj" and _is_place(c, noun)), None)
                if inner is not None:
                    return inner
    return None


def _adverbials(verb: Token) -> list[Token]:
    found = list(verb.children)
    return found + [c for a in found if a.dep_ in _BELOW for c in a.children]


_BELOW = frozenset({"advmod", "npadvmod", "attr", "prt", "oprd", "acomp", "xcomp"})


def _by_distance(clause: Clause) -> Token | None:
    """Return the name from which a distance is measured, where the parse has lost it: "14 km south-east of X"."""
    match = _DISTANCE.search(clause.doc.text, clause.doc[clause.start].idx)
    if match is None:
        return None
    return next((t for t in clause.tokens if t.idx >= match.end() and t.pos_ == "PROPN"), None)


def _is_place(noun: Token, before: Token) -> bool:
    if noun.ent_type_ or noun.lower_ in _CALENDAR:
        return False
    if noun.pos_ == "PROPN" or noun.lemma_.lower() in lexicon("place")["places"]:
        return True
    own = any(c.dep_ in {"det", "compound", "amod", "poss", "nummod"} for c in noun.children)
    return before.lower_ in _SPATIAL and own  # "off guard" is no place


def _other(verb: Token) -> bool:
    return any(c.dep_ in {"attr", "acomp", "expl"} and c.pos_ != "ADV" and c.dep_ != "npadvmod" for c in verb.children)


_SPATIAL = frozenset({"inside", "outside", "near", "off", "across", "opposite", "beneath", "beside", "between"})
_CALENDAR = frozenset(
    [
        *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
        *("november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("morning", "noon", "midnight", "dawn", "dusk", "night", "evening"),
    ]
)
