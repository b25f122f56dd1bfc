"""How a figure relates to the whole: total, increment, subset, complement, period or change."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from monitor.claims.units import HOURS, PERCENT
from monitor.model import QuantityType
from monitor.text.nouns import NounPhrase
from monitor.text.numbers import Token, key_at, words

CHANGES = words(
    """
    rose rise rises risen rising climbed climb climbs grew grown grow grows growing jumped jump jumps soared
    surged increased increases increase increasing fell fall falls fallen dropped drop drops declined decline
    decreased decrease revised reduced cut lowered raised updated shrank widened expanded swelled doubled tripled
    up down gained slipped edged narrowed dipped
    """
)
_CHANGE_NOUNS = words("increase rise drop fall decline decrease jump surge reduction growth cut gain")
_DELTA = re.compile(
    r"\b(?:by|(?:an?|the)\s(?:\w{1,12}\s)?(?:increase|rise|drop|fall|decline|decrease|jump|surge|reduction)\sof)\s?$",
    re.I,
)
_TOTAL = re.compile(
    r"\b(?:toll|total|number|count|tally|figure|losses|deaths|cases)\b[^.;()]{0,60}\b(?:to|at|of|is|was|reached|stands|"
    r"stood|now|exceeds|hit|passed|topped|exceeded)\s?(?:\w{1,9}\s)?$|\b(?:a|in)\stotal(?:\sof)?\s?$",
    re.I,
)
_PERIOD = re.compile(
    r"\b(?:(?i:in|over|during|within|for)\s(?:the\s)?(?:past|last|previous|preceding)\s(?:\w{1,12}\s){0,2}"
    r"(?:hours?|days?|weeks?|months?|years?|night|decade)|(?i:in)\s(?:just\s)?(?:\d{1,3}|one|a\ssingle|two|three|a)\s"
    r"(?:hours|day|days|week|weeks|month|night)(?!\stime)|(?i:overnight|daily)|(?i:every)\s(?:day|week|month|year|night|hour)|"
    r"(?:each|per)\s(?:day|week|month|year|night|hour)|(?i:since)\s(?:the\s)?[\w']{1,20}|(?i:so\sfar\s|earlier\s)?(?i:this)\s"
    r"(?:year|month|week)|on\s[A-Z][a-z]{3,9}day\salone|in\s[A-Z][a-z]{2,8}\salone|(?i:last)\s(?:year|month|week|night)|"
    r"(?<![\w-])an?\s(?:day|week|month|year|night|hour)(?![\w'’-]|\s(?:ago|later|earlier|after|before|of|old|long|when)))",
)
_SUBSET_MARK = frozenset({"including", "included", "includes", "include"})
_FINITE = words("were was are is have has had said says killed died will would")
_BREAKS = frozenset({";", ":", "(", ")", ".", "while", "but", "—", "–"})
_WINDOW = 80
_NEAR = 14


class TypeReader:
    """Reads types in one sentence; the phrases of period are found once."""

    def __init__(self, sentence: str, tokens: Sequence[Token]) -> None:
        self._sentence = sentence
        self._tokens = tokens
        self._breaks = [
            t.start for t in tokens if t.text in {",", ";", "—", "–", "(", ")"} or t.key in {"while", "but"}
        ]
        self._periods = [m.start() for m in _PERIOD.finditer(sentence)]
        self._segments = {self._segment(at) for at in self._periods}
        self._leading = bool(self._periods) and self._segment(self._periods[0]) == 0

    def read(
        self,
        first: int,
        last: int,
        start: int,
        end: int,
        phrase: NounPhrase | None,
        *,
        increment: bool,
        definite: bool,
        other: bool,
        unit: str,
    ) -> QuantityType:
        """The type of the figure over tokens `first:last`, characters `start:end`, that counts `phrase`."""
        before = self._sentence[max(0, start - _WINDOW) : start]
        if self._is_change(first, last, before, phrase, unit):
            return QuantityType.CHANGE
        if increment:
            return QuantityType.INCREMENT
        if key_at(self._tokens, first - 1) not in {"which", "whom", "them"} and _TOTAL.search(before):
            return QuantityType.TOTAL
        if definite or self._is_subset(first, last, phrase):
            return QuantityType.SUBSET
        if other:
            return QuantityType.COMPLEMENT
        sized = unit == HOURS or self._sentence.endswith("strong", start, end)
        return QuantityType.PERIOD if not sized and self._is_period(start, end) else QuantityType.TOTAL

    def _is_change(self, first: int, last: int, before: str, phrase: NounPhrase | None, unit: str) -> bool:
        near = {token.key for token in self._tokens[max(0, first - 8) : first]}
        previous = key_at(self._tokens, first - 1)
        if previous == "from" and near & CHANGES:
            return True
        if (previous == "by" and near & CHANGES) or (previous == "of" and _DELTA.search(before)):
            return True
        if unit == PERCENT and (previous in CHANGES or (phrase is not None and phrase.head in _CHANGE_NOUNS)):
            return True
        return phrase is not None and phrase.head in _CHANGE_NOUNS and unit != ""

    def _is_subset(self, first: int, last: int, phrase: NounPhrase | None) -> bool:
        tokens = self._tokens
        end = phrase.last if phrase else last
        if key_at(tokens, end) in {"was", "were", "are", "is"} and key_at(tokens, end + 1) == "among":
            return True
        if key_at(tokens, 0) == "of" and key_at(tokens, first - 1) == "," and first < _NEAR:
            return True
        if key_at(tokens, end) == "among" and key_at(tokens, end + 1) in {"them", "the"}:
            return True
        if key_at(tokens, last) == "of" and key_at(tokens, last + 1) in {"them", "whom", "which", "those"}:
            return True
        for at in range(first - 1, max(-1, first - _NEAR), -1):
            key = tokens[at].key
            if key in _SUBSET_MARK:
                return True
            if key in {"them", "dead", "victims", "whom", "which", "injured", "wounded"} and _is_partition(tokens, at):
                return True
            if key in _BREAKS or key in _FINITE:
                return False
        return False

    def _segment(self, offset: int) -> int:
        return bisect_right(self._breaks, offset)

    def _is_period(self, start: int, end: int) -> bool:
        segment = self._segment(start)
        if segment in self._segments:
            return True
        return self._leading and segment == 1 and not self._has_digit_before(segment)

    def _has_digit_before(self, segment: int) -> bool:
        stop = self._breaks[segment - 1] if segment else 0
        following = bisect_left(self._periods, stop)
        return following == 0


def _is_partition(tokens: Sequence[Token], at: int) -> bool:
    """ "Among the dead", "of whom"; but "the number of dead" is the whole."""
    before = key_at(tokens, at - 1)
    if tokens[at].key in {"them", "whom", "which"}:
        return before in {"among", "of"}
    return before == "among" or (before == "the" and key_at(tokens, at - 2) == "among")
