"""Two claims side by side, and the named features that a decision about them rests on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from monitor.conflicts.axes import negations, opposed
from monitor.conflicts.likeness import answers_opposed, classes_clash, people_class, same_count
from monitor.model import Claim, Factuality, Frame, QuantityType, SpeakerKind
from monitor.text.intervals import Relation, compatible, log_ratio
from monitor.text.words import content, names, overlap

UNREAL = frozenset({Factuality.PLANNED, Factuality.CONDITIONAL, Factuality.QUESTION})
_COUNTS = frozenset(
    {Frame.CASUALTIES, Frame.PEOPLE, Frame.EQUIPMENT, Frame.LAUNCHES, Frame.AREA, Frame.DISASTER, Frame.ELECTION}
    | {Frame.CROWD, Frame.QUANTITY}
)
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Opinion:
    """What models say of a pair: `judge` as (conflict, agree, update, compatible, different), and cosine nearness."""

    judge: tuple[float, float, float, float, float] | None = None
    cosine: float | None = None


@dataclass(frozen=True)
class Pair:
    """Two claims, the earlier published first; ties are broken by id so that order of arrival does not matter."""

    first: Claim
    second: Claim
    opinion: Opinion = Opinion()

    @classmethod
    def of(cls, a: Claim, b: Claim, opinion: Opinion | None = None) -> Pair:
        """Order two claims and attach what models say of them."""
        first, second = sorted((a, b), key=lambda claim: (claim.published, claim.id))
        return cls(first, second, opinion or Opinion())

    @property
    def key(self) -> tuple[str, str]:
        """The pair's identity."""
        return self.first.id, self.second.id

    @cached_property
    def words(self) -> tuple[frozenset[str], frozenset[str]]:
        """Content stems of both sentences."""
        return content(self.first.sentence), content(self.second.sentence)

    @cached_property
    def relation(self) -> Relation | None:
        """How the two figures stand to each other, if both claims have one."""
        a, b = self.first.quantity, self.second.quantity
        return compatible(a, b) if a is not None and b is not None else None

    @property
    def same_root(self) -> bool:
        """Whether one voice speaks in both: the same named speaker, or one outlet in its own voice."""
        a, b = self.first.speaker, self.second.speaker
        if a.kind is SpeakerKind.OUTLET or b.kind is SpeakerKind.OUTLET:
            return self.first.source == self.second.source and a.kind is b.kind
        if SpeakerKind.UNNAMED in {a.kind, b.kind} and self.first.source != self.second.source:
            return False  # "residents" of two outlets are other people
        return a.root == b.root or a.key == b.key

    @property
    def hours(self) -> float:
        """Hours between the two publications."""
        return (self.second.published - self.first.published).total_seconds() / _HOUR

    @property
    def places_apart(self) -> bool:
        """Whether both sides name places and none is the same."""
        a, b = set(self.first.places), set(self.second.places)
        return bool(a and b and not a & b)

    @cached_property
    def apart(self) -> float:
        """Hours between the middles of two stated event times; 0 when they overlap or one is not stated."""
        a, b = self.first.event_time, self.second.event_time
        if a is None or b is None or (a.start < b.end and b.start < a.end) or a == b:
            return 0.0
        middles = (a.start + (a.end - a.start) / 2, b.start + (b.end - b.start) / 2)
        return abs((middles[1] - middles[0]).total_seconds()) / _HOUR


def features(pair: Pair) -> dict[str, float]:
    """Return every named feature of a pair, all of them independent of the order in which the claims are given."""
    return {name: float(read(pair)) for name, read in _READERS.items()}


def _judge(index: int) -> Callable[[Pair], float]:
    return lambda pair: pair.opinion.judge[index] if pair.opinion.judge else math.nan


def _any(test: Callable[[Claim], bool]) -> Callable[[Pair], float]:
    return lambda pair: float(test(pair.first)) + float(test(pair.second))


def _equal(read: Callable[[Claim], object]) -> Callable[[Pair], float]:
    """1 equal, 0 unknown on a side, -1 different."""

    def compare(pair: Pair) -> float:
        a, b = read(pair.first), read(pair.second)
        return 0.0 if a is None or b is None or a == "" or b == "" else (1.0 if a == b else -1.0)

    return compare


def _near(read: Callable[[Claim], str | None]) -> Callable[[Pair], float]:
    def compare(pair: Pair) -> float:
        a, b = read(pair.first), read(pair.second)
        return overlap(content(a), content(b)) if a and b else -1.0

    return compare


def _relation(*wanted: Relation) -> Callable[[Pair], float]:
    return lambda pair: float(pair.relation in wanted)


def _typed(kind: QuantityType) -> Callable[[Pair], float]:
    return _any(lambda claim: claim.quantity is not None and claim.quantity.type is kind)


def _log_ratio(pair: Pair) -> float:
    a, b = pair.first.quantity, pair.second.quantity
    return log_ratio(a, b) if a and b and pair.relation is Relation.DISJOINT else 0.0


def _grows(pair: Pair) -> float:
    """1 when the later figure is larger, -1 when it is smaller, 0 when they meet."""
    a, b = pair.first.quantity, pair.second.quantity
    if a is None or b is None or pair.relation is not Relation.DISJOINT:
        return 0.0
    return 1.0 if b.low > a.high else -1.0


def _count_apart(pair: Pair) -> bool:
    return pair.relation is Relation.DISJOINT and same_count(pair.first, pair.second)


def _least_figure(pair: Pair) -> float:
    """The log of the smaller figure: ones and twos are often an example, not a total."""
    figures = [claim.quantity.low for claim in (pair.first, pair.second) if claim.quantity]
    return math.log1p(max(0.0, min(figures))) if len(figures) == 2 else -1.0


def _numbers(claim: Claim) -> frozenset[str]:
    return frozenset(word for word in content(claim.sentence) if word[0].isdigit())


def _same_sentence_numbers(pair: Pair) -> float:
    a, b = _numbers(pair.first), _numbers(pair.second)
    return overlap(a, b) if a and b else -1.0


def _places(pair: Pair) -> float:
    if pair.places_apart:
        return -1.0
    return 1.0 if set(pair.first.places) & set(pair.second.places) else 0.0


_READERS: dict[str, Callable[[Pair], float]] = {
    "judge_conflict": _judge(0),
    "judge_agree": _judge(1),
    "judge_update": _judge(2),
    "judge_compatible": _judge(3),
    "judge_different": _judge(4),
    "cosine": lambda pair: math.nan if pair.opinion.cosine is None else pair.opinion.cosine,
    "same_frame": _equal(lambda claim: claim.frame),
    "same_measure": _equal(lambda claim: claim.measure or None),
    "same_subject": _equal(lambda claim: claim.subject),
    "near_subject": _near(lambda claim: claim.subject),
    "same_actor": _equal(lambda claim: claim.actor),
    "same_target": _equal(lambda claim: claim.target),
    "same_answer": _equal(lambda claim: claim.answer),
    "same_place": _equal(lambda claim: claim.place),
    "shared_places": _places,
    "same_side": _equal(lambda claim: claim.speaker.side),
    "same_source": _equal(lambda claim: claim.source),
    "same_article": _equal(lambda claim: claim.article),
    "statements": _any(lambda claim: claim.frame is Frame.STATEMENT),
    "counts": _any(lambda claim: claim.frame in _COUNTS),
    "casualties": _any(lambda claim: claim.frame is Frame.CASUALTIES),
    "denials": _any(lambda claim: claim.factuality is Factuality.DENIED),
    "negated": lambda pair: float(pair.first.negated != pair.second.negated),
    "negations": lambda pair: abs(negations(pair.first.quote) - negations(pair.second.quote)),
    "opposed": lambda pair: opposed(pair.first.quote, pair.second.quote)[0],
    "aligned": lambda pair: opposed(pair.first.quote, pair.second.quote)[1],
    "unreal": _any(lambda claim: claim.factuality in UNREAL),
    "opinions": _any(lambda claim: claim.factuality is Factuality.OPINION),
    "background": _any(lambda claim: claim.factuality is Factuality.BACKGROUND),
    "possible": _any(lambda claim: claim.factuality in {Factuality.POSSIBLE, Factuality.SUSPECTED}),
    "outlets": _any(lambda claim: claim.speaker.kind is SpeakerKind.OUTLET),
    "figures": _any(lambda claim: claim.quantity is not None),
    "apart": _relation(Relation.DISJOINT),
    "meet": _relation(Relation.EQUAL, Relation.OVERLAP),
    "rounding": _relation(Relation.BOUND, Relation.ROUNDING),
    "units": _relation(Relation.UNITS),
    "ratio": _log_ratio,
    "grows": _grows,
    "same_class": _equal(lambda claim: people_class(claim.subject)),
    "classes_clash": lambda pair: classes_clash(pair.first, pair.second),
    "same_count": lambda pair: same_count(pair.first, pair.second),
    "count_apart": lambda pair: _count_apart(pair),
    "count_shrinks": lambda pair: _count_apart(pair) and _grows(pair) < 0,
    "count_at_once": lambda pair: _count_apart(pair) and pair.hours <= 6,
    "count_ratio": lambda pair: _log_ratio(pair) if _count_apart(pair) else 0.0,
    "least_figure": _least_figure,
    "answers_opposed": lambda pair: answers_opposed(pair.first, pair.second),
    "opposed_here": lambda pair: answers_opposed(pair.first, pair.second) and _places(pair) >= 0 and pair.hours <= 48,
    "totals": _typed(QuantityType.TOTAL),
    "increments": _typed(QuantityType.INCREMENT),
    "subsets": _typed(QuantityType.SUBSET),
    "complements": _typed(QuantityType.COMPLEMENT),
    "periods": _typed(QuantityType.PERIOD),
    "changes": _typed(QuantityType.CHANGE),
    "shared_numbers": _same_sentence_numbers,
    "shared_words": lambda pair: overlap(*pair.words),
    "shared_names": lambda pair: overlap(names(pair.first.sentence), names(pair.second.sentence)),
    "hours": lambda pair: min(pair.hours, 24 * 60.0),
    "times_apart": lambda pair: min(pair.apart, 24 * 60.0),
    "titles": _any(lambda claim: claim.order == 0),
    "leads": _any(lambda claim: 0 < claim.order <= 2),
    "length": lambda pair: min(len(pair.first.quote), len(pair.second.quote)),
    "lengths": lambda pair: abs(len(pair.first.quote) - len(pair.second.quote)),
}

FEATURES: tuple[str, ...] = tuple(_READERS)
