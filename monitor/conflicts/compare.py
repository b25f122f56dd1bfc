"""Can both claims be true? `Conflicting` or `NoConflict(reason)`, always with what it rests on.

Hard rules come first (one voice, plans, opinions, other events); only what passes them is weighed, by a calibrated
model over named features, in which a trained judge of sentence pairs is one voice among many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.conflicts.apart import about_other_things
from monitor.conflicts.calibration import Calibration
from monitor.conflicts.likeness import assaults_oppose, holders_exclude, outcomes_exclude, rivals
from monitor.conflicts.pairs import UNREAL, Pair, features
from monitor.conflicts.reasons import ConflictReason, NoConflictReason
from monitor.model import Claim, Factuality, QuantityType, SpeakerKind
from monitor.text.intervals import Relation

EXCLUSIVE = 0.5  # the least probability of claims that exclude each other by their structure alone
_ONE_DAY = 24.0

_JUDGE_REASONS = (
    ("judge_agree", NoConflictReason.AGREEMENT),
    ("judge_update", NoConflictReason.UPDATE),
    ("judge_compatible", NoConflictReason.DIFFERENT_QUESTION),
    ("judge_different", NoConflictReason.DIFFERENT_EVENT),
)
_TYPES = (
    (QuantityType.SUBSET, NoConflictReason.SUBSET),
    (QuantityType.COMPLEMENT, NoConflictReason.SUBSET),
    (QuantityType.INCREMENT, NoConflictReason.INCREMENT),
    (QuantityType.PERIOD, NoConflictReason.PERIOD),
)


@dataclass(frozen=True, slots=True)
class Conflicting:
    """The pair counts as a conflict with this probability, for these reasons."""

    pair: Pair
    probability: float
    reasons: tuple[ConflictReason, ...]


@dataclass(frozen=True, slots=True)
class NoConflict:
    """The pair does not count; `probability` is None where a rule decided before any model was asked."""

    pair: Pair
    reason: NoConflictReason
    probability: float | None = None


def rule_out(pair: Pair, copies: Mapping[str, str]) -> NoConflictReason | None:
    """Return the rule that forbids a conflict between these claims, if any.

    `copies` maps the id of a syndicated copy to its original: two copies of one report are one report.
    """
    a, b = pair.first, pair.second
    one_report = copies.get(a.article, a.article) == copies.get(b.article, b.article)
    if one_report and a.article != b.article and _same_text(a, b):
        return NoConflictReason.COPY
    if pair.same_root or (one_report and not _two_voices(a, b)):
        return NoConflictReason.SAME_ROOT
    if any(c.article in copies and c.speaker.kind is not SpeakerKind.NAMED for c in (a, b)):
        return NoConflictReason.COPY  # what nobody is named for is the original's word, and stands there
    if {a.factuality, b.factuality} & UNREAL:
        return NoConflictReason.NOT_FACTUAL
    if Factuality.OPINION in {a.factuality, b.factuality}:
        return NoConflictReason.OPINION
    if a.region != b.region and a.quantity is not None and b.quantity is not None:
        return NoConflictReason.OTHER_PLACE  # each region has a count of its own
    return about_other_things(pair)


def compare(pair: Pair, model: Calibration, copies: Mapping[str, str], threshold: float) -> Conflicting | NoConflict:
    """Decide about one pair; `threshold` is the least probability that counts as a conflict."""
    forbidden = rule_out(pair, copies)
    if forbidden is not None:
        return NoConflict(pair, forbidden)
    values = features(pair)
    probability = model.probability(values)
    if _exclusive(pair):
        probability = max(probability, EXCLUSIVE)
    elif assaults_oppose(pair.first, pair.second):
        probability = max(probability, model.joins)  # who takes a side in a dispute of others opens none
    if probability < threshold:
        return NoConflict(pair, _weak_reason(pair, values), probability)
    return Conflicting(pair, probability, _strong_reasons(pair, values))


def _exclusive(pair: Pair) -> bool:
    """Whether no model is needed: two voices give one place two holders, or two outcomes, on the same day."""
    a, b = pair.first, pair.second
    if pair.hours > _ONE_DAY or pair.apart > 0:
        return False
    return holders_exclude(a, b) or outcomes_exclude(a, b) or _assault_disputed(pair)


def _assault_disputed(pair: Pair) -> bool:
    """Whether both belligerents claim one assault for themselves.

    No labelled case has such a pair: a rule of principle, so it asks for two known sides and one assailant.
    """
    a, b = pair.first, pair.second
    return bool(rivals(a, b)) and assaults_oppose(a, b) and not pair.places_apart


def _two_voices(a: Claim, b: Claim) -> bool:
    """Whether one report quotes two different speakers, or a speaker against the outlet's own account."""
    return a.speaker.key != b.speaker.key and SpeakerKind.NAMED in {a.speaker.kind, b.speaker.kind}


def _same_text(a: Claim, b: Claim) -> bool:
    return a.quote.casefold() == b.quote.casefold()


def _strong_reasons(pair: Pair, values: dict[str, float]) -> tuple[ConflictReason, ...]:
    found = []
    if values["apart"] > 0:
        found.append(ConflictReason.FIGURES)
    if values["opposed"] > 0 or values["same_answer"] < 0 or _exclusive(pair):
        found.append(ConflictReason.OPPOSED)
    if values["denials"] > 0 or values["negated"] > 0:
        found.append(ConflictReason.DENIAL)
    if values["judge_conflict"] >= 0.5 or not found:
        found.append(ConflictReason.JUDGE)
    return tuple(found)


def _weak_reason(pair: Pair, values: dict[str, float]) -> NoConflictReason:
    """Name the likeliest reason, from what is certain to what a model thinks."""
    for quantity_type, reason in _TYPES:
        if pair.relation is Relation.DISJOINT and values[f"{quantity_type.value}s"] == 1:
            return reason
    if Factuality.BACKGROUND in {pair.first.factuality, pair.second.factuality}:
        return NoConflictReason.BACKGROUND
    if pair.relation in {Relation.BOUND, Relation.ROUNDING}:
        return NoConflictReason.ROUNDING
    if pair.relation is Relation.UNITS and values["same_measure"] > 0:
        return NoConflictReason.UNIT
    if pair.apart > 0:
        return NoConflictReason.DIFFERENT_EVENT
    if pair.opinion.judge is None:
        return _structured_reason(values)
    name, reason = max(_JUDGE_REASONS, key=lambda item: values[item[0]])
    if values[name] <= values["judge_conflict"]:
        return NoConflictReason.TOO_WEAK
    state_changed = reason is NoConflictReason.UPDATE and pair.relation is None
    return NoConflictReason.SUPERSEDED if state_changed else reason


def _structured_reason(values: dict[str, float]) -> NoConflictReason:
    if values["same_place"] < 0:
        return NoConflictReason.OTHER_PLACE
    if values["same_measure"] < 0 or values["same_frame"] < 0:
        return NoConflictReason.DIFFERENT_MEASURE
    if values["same_answer"] > 0 or values["meet"] > 0:
        return NoConflictReason.AGREEMENT
    return NoConflictReason.TOO_WEAK
