"""When it happened: a clause whose point is a time of day, a date or how long it took."""

from __future__ import annotations

import re

from spacy.tokens import Token

from monitor.claims.actors import behind, head_of
from monitor.claims.frames.base import Clause, Reading, lexicon
from monitor.claims.frames.syntax import is_negated, subject
from monitor.claims.times import clock_times
from monitor.model import Frame

_CLOCKLIKE = re.compile(r"\d|\b(?:noon|midnight|past|o'clock|o’clock)\b")
_HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_SPOKEN = re.compile(
    rf"\b(?:(?:a\s)?quarter|half|ten|five|twenty|twenty-five)\s(?:past|to)\s(?:{_HOURS}|noon|midnight)\b"
    rf"|\b(?:{_HOURS})\so['’]clock\b|\bnoon\b|\bmidnight\b",
    re.I,
)
_NOT_THEN = re.compile(
    r"\b(?:on|in|at)\s{1,3}[\w ]{2,20}?,?\s{1,3}(?:and\s)?not\s{1,3}(?:on|in|at)?\s{0,3}(?:the\s)?"
    r"(?:\d|mon|tues|wednes|thurs|fri|satur|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.I,
)
_LASTING = re.compile(
    r"\b(?:(?:for|within|after|in|about|some|over|nearly|almost|under|barely|than|an|took|lasted|the)\s)"
    r"(?:\w+[ -]){0,2}?(?:seconds?|minutes?|hours?|hour)\b", re.I
)  # fmt: skip


_LATE = re.compile(
    r"\b(?:\w+[ -]){0,2}?(?:second|minute|hour)s?\s"
    r"(?:late\b|early\b|later\sthan|earlier\sthan|behind|ahead\sof|after|before)",
    re.I,
)


class TimeReader:
    """Reads a clock time under a verb of happening, a day set against another, and how long a thing lasted."""

    frame = Frame.TIME

    def __init__(self) -> None:
        self._lists = lexicon("time").lists

    def read(self, clause: Clause) -> list[Reading]:
        """Return one reading when the clause's point is a time."""
        verb, lemma = clause.head, clause.head.lemma_.lower()
        dated = _NOT_THEN.search(clause.text) if "not" in clause.forms else None
        if dated is not None:
            return [self._reading(verb, dated.group(), 2.2)]
        if lemma in self._lists["lasting"] and (lasting := _LASTING.search(clause.text)) is not None:
            return [self._reading(verb, lasting.group(), 1.9)]
        if not self._tells(verb, lemma):
            return []
        text = clause.text
        if (late := _LATE.search(text)) is not None and lemma not in self._lists["weak"]:
            return [self._reading(verb, late.group(), 2.05)]
        if not _CLOCKLIKE.search(text):
            return []
        spoken = _SPOKEN.search(text)
        clocks = [] if spoken else clock_times(text)
        if not clocks and spoken is None:
            return []
        clock = spoken.group() if spoken else text[clocks[0].start : clocks[0].end]
        has_object = any(c.dep_ == "dobj" and c.lemma_ != "place" for c in verb.children)
        return [self._reading(verb, clock, 0.9 if has_object and lemma not in self._lists["hearing"] else 2.05)]

    def _tells(self, verb: Token, lemma: str) -> bool:
        about = subject(verb)
        kind = behind(about).lemma_.lower() if about is not None else ""
        return lemma in self._lists["verbs"] or lemma in self._lists["hearing"] or kind in self._lists["signals"]

    def _reading(self, verb: Token, when: str, score: float) -> Reading:
        return Reading(
            frame=self.frame, measure="when", score=score, subject=head_of(subject(verb)), answer=when.lower(),
            negated=is_negated(verb), cues=(when,), head=verb,
        )  # fmt: skip
