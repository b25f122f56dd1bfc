"""Why two claims are, or are not, a conflict: the words that are stored and shown."""

from __future__ import annotations

from enum import StrEnum

from monitor.model import Cause

__all__ = ["Cause", "ConflictReason", "NoConflictReason"]


class NoConflictReason(StrEnum):
    """Why a pair of claims is not reported. Each value is a clause that completes "not a conflict: …"."""

    SAME_ROOT = "both come from the same speaker or the same report"
    COPY = "one report is a copy of the other"
    OTHER_PLACE = "they are about different places"
    DIFFERENT_EVENT = "they are about different events or days"
    DIFFERENT_MEASURE = "they measure different things"
    OTHER_THING = "they count different things"
    OTHER_PERSON = "they are about different people"
    DIFFERENT_QUESTION = "they do not answer the same question"
    SUBSET = "one figure is part of the other"
    INCREMENT = "one figure is added to an earlier one"
    PERIOD = "one figure is for a period, the other a total"
    ROUNDING = "the figures agree when rounded or as bounds"
    UNIT = "the figures are in different units"
    UPDATE = "the later report replaces the earlier one"
    SUPERSEDED = "the state changed between the two reports"
    AGREEMENT = "they say the same in other words"
    BACKGROUND = "one is about an earlier time"
    NOT_FACTUAL = "one is a plan, a condition or a question"
    OPINION = "one is an opinion"
    DISMISSED = "a reader marked it as not a conflict"
    OTHER_REGION = "they are about two regions, and neither report names both"
    LONG_BETWEEN = "more than 14 days lie between the two reports"
    OTHER_SUBJECT = "the two sentences are too far from each other in meaning"
    CROWDED_OUT = "ten other claims stand nearer to each of them"
    HOPELESS = "all signs but the judge's speak against it, so that it was not asked"
    TOO_WEAK = "the signs of contradiction are too weak"


class ConflictReason(StrEnum):
    """What speaks for a conflict. Each value is a clause for a person."""

    FIGURES = "the figures cannot both be right"
    OPPOSED = "they give opposite answers"
    DENIAL = "one denies what the other asserts"
    JUDGE = "the trained judge reads them as contradicting each other"
