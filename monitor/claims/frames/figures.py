"""Frames whose answer is a figure: the cue nearest to a figure in the parse tree says what it measures."""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Doc, Token

from monitor.claims.actors import actor_of, behind, side_of
from monitor.claims.frames.base import Clause, Hit, Reading, closeness, lexicon
from monitor.claims.frames.syntax import agent, is_negated, passive, patient, subject
from monitor.claims.quantities import QuantitySpan
from monitor.model import Frame

FARTHEST = 7  # steps in the parse tree between a figure and its cue
_NOT_COUNTED = frozenset({"units", "events", "votes", "holders", "formations"})
_EVERYBODY = frozenset(
    [
        "people",
        "person",
        "man",
        "other",
        "victim",
        "dead",
        "wounded",
        "injured",
        "body",
        "life",
        "death",
        "fatality",
        "casualty",
        "corpse",
        "individual",
        "human",
        "missing",
        "civilian-casualty",
        "martyr",
        "soul",
        "survivor",
        "injury",
    ]
)


class FigureReader:
    """Reads figures of nouns in `counts` (or in units of `units`) that hang near a cue of the lexicon."""

    frame: Frame
    name: str
    bare = True  # whether a figure without a noun ("14 were killed") counts
    unnumbered = False  # whether "every drone was downed" is read too

    def __init__(self) -> None:
        self.lexicon = lexicon(self.name)
        lists = self.lexicon.lists
        self.counts: frozenset[str] = frozenset().union(*(lists[k] for k in lists if k not in _NOT_COUNTED))
        if "people" in lists:
            self.counts |= lexicon("humans")["people"]
        self.units = self.lexicon["units"]

    def fits(self, figure: QuantitySpan) -> bool:
        """True when the frame counts such things."""
        unit = figure.quantity.unit
        if unit:
            return unit in self.units
        return figure.head in self.counts or (self.bare and not figure.head)

    def suits(self, figure: QuantitySpan, hit: Hit) -> bool:
        """True when a cue can measure the figure."""
        return True

    def read(self, clause: Clause) -> list[Reading]:
        """Return a reading for each fitting figure, nearest cue first."""
        fitting = [q for q in clause.quantities if self.fits(q)]
        hits = self.lexicon.find(clause) if fitting else []
        found = [r for q in fitting if hits and (r := self._measure(q, hits, clause)) is not None]
        if not found and self.unnumbered:
            found = [r for hit in self.lexicon.find(clause) if (r := self._plain(hit, clause)) is not None]
        return sorted(found, key=lambda r: -r.score)

    def _plain(self, hit: Hit, clause: Clause) -> Reading | None:
        """Read a cue whose patient or subject is of the kind counted, without a figure."""
        head = hit.head
        if head.pos_ != "VERB":
            return None
        who = patient(head)
        who = subject(head) if who is None or behind(who).lemma_.lower() not in self.counts else who
        if who is None or behind(who).lemma_.lower() not in self.counts:
            return None
        if self.frame is Frame.CROWD and who.tag_ == "NN" and who.lemma_ != "crowd":
            return None  # one man is no crowd
        return Reading(
            frame=self.frame, measure=hit.entry.measure, score=hit.entry.score - 0.7 + closeness(head, clause),
            subject=behind(who).lemma_.lower(), actor=actor_of(agent(head)) if agent(head) != who else None,
            target=actor_of(who), negated=is_negated(head), cues=(hit.cue,), head=head,
        )  # fmt: skip

    def _measure(self, figure: QuantitySpan, hits: list[Hit], clause: Clause) -> Reading | None:
        token = figure_token(figure, clause)
        if token is None:
            return None
        # Nearest by the tree; then the longer phrase; then nearest in the text.
        hits = [hit for hit in hits if self.suits(figure, hit)]
        if not hits:
            return None
        ranked = sorted(
            hits,
            key=lambda h: (
                _steps(token, h),
                -len(h.cue.split()),
                not _above(h.head, token),
                -len(h.cue),
                abs(h.head.i - token.i),
            ),
        )
        hit = _governing(token, ranked)
        steps = _steps(token, hit)
        if steps > FARTHEST:
            return None
        return self.reading(
            figure, hit, token, clause, hit.entry.score + closeness(hit.head, clause) - 0.08 * steps + 0.3
        )

    def reading(self, figure: QuantitySpan, hit: Hit, token: Token, clause: Clause, score: float) -> Reading:
        """Return the reading of a figure measured by a cue."""
        doer = agent(hit.head) if hit.head.pos_ == "VERB" and (passive(hit.head) or token.i > hit.head.i) else None
        return Reading(
            frame=self.frame,
            measure=hit.entry.measure,
            score=score,
            subject=kind_of(figure),
            actor=actor_of(doer) if doer is not None and doer != token else None,
            target=side_of(figure.noun) if figure.noun else None,
            answer=hit.entry.answer,
            negated=figure.quantity.high > 0 and not bounded(figure) and is_negated(hit.head),
            quantity=figure.quantity,
            span=(figure.start, figure.end),
            cues=(hit.cue,),
            head=hit.head,
        )


def named_by_before(doc: Doc, text: str, figures: list[QuantitySpan]) -> list[QuantitySpan]:
    """Give "41 of them", "of which 47" and "41 were shot down" the noun that the sentence has counted before."""
    named: list[QuantitySpan] = []
    for figure in figures:
        if not figure.head and not figure.quantity.unit and figure.quantity.high > 0 and _refers_back(text, figure):
            last = next((q for q in reversed(named) if q.head and not q.quantity.unit), None)
            partial = " of " in text[figure.end : figure.end + 4]
            head = last.head if last is not None else _plural_before(doc, figure.start) if partial else ""
            figure = replace(figure, head=head)
        named.append(figure)
    return named


_BACK = re.compile(
    r"\s(?:of\s(?:them|these|those|the\s\d[\d,]*(?=\s(?:was|were|had|have|are)\b))|(?:was|were|had|have)\b)", re.I
)
_WHOLE = ("of which", "of whom", "of them", "of these", "of those")


def _refers_back(text: str, figure: QuantitySpan) -> bool:
    before = text[max(0, figure.start - 12) : figure.start].rstrip().lower()
    return before.endswith(_WHOLE) or _BACK.match(text, figure.end) is not None


def _plural_before(doc: Doc, at: int) -> str:
    """Return the latest plural subject before an offset, in the singular: "rockets were fired; 19 of the 24 were …"."""
    found = [t for t in doc if t.idx < at and t.tag_ == "NNS" and t.dep_ in {"nsubj", "nsubjpass", "dobj"}]
    return found[-1].lemma_.lower() if found else ""


def figure_subject(figure: QuantitySpan, hit: Hit) -> bool:
    """True when what a figure counts is the subject of the cue."""
    doer = subject(hit.head)
    return doer is not None and figure.start <= doer.idx < max(figure.end, figure.noun_end)


_CARRIED = frozenset({Frame.CASUALTIES, Frame.CROWD, Frame.PEOPLE, Frame.EQUIPMENT, Frame.LAUNCHES, Frame.DISASTER})


def carried_over(before: list[Reading], reading: Reading) -> Reading:
    """Give a bare figure the measure of the figure before it: "police counted 9,000; the unions spoke of 20,000"."""
    last = next((r for r in reversed(before) if r.quantity is not None), None)
    bare = reading.frame is Frame.QUANTITY and reading.subject == "people" and reading.quantity is not None
    if not bare or reading.quantity is None or last is None or last.quantity is None or last.frame not in _CARRIED:
        return reading
    if reading.quantity.unit != last.quantity.unit:
        return reading
    return replace(reading, frame=last.frame, measure=last.measure, subject=last.subject, target=last.target)


def _governing(token: Token, ranked: list[Hit]) -> Hit:
    """Prefer the verb right above a figure's noun to the noun itself: "24 hostages were freed"."""
    if ranked[0].head == token:
        return next((h for h in ranked if h.head.pos_ == "VERB" and token.head == h.head), ranked[0])
    return ranked[0]


_KEPT = frozenset({Frame.STATUS, Frame.CONTROL, Frame.ELECTION, Frame.OCCURRENCE})


def with_figure(reading: Reading, clause: Clause) -> Reading:
    """Give a reading without a figure the one on its own subject or object: "7,400 homes are without power"."""
    if reading.quantity is not None or reading.head is None or reading.frame not in _KEPT:
        return reading
    held = {t.i for t in (patient(reading.head), subject(reading.head), agent(reading.head)) if t is not None}
    for figure in clause.quantities:
        token = figure_token(figure, clause)
        if token is not None and token.i in held and figure.quantity.high != 1 and figure.quantity.unit != "hours":
            return replace(reading, quantity=figure.quantity, span=(figure.start, figure.end))
    return reading


def bounded(figure: QuantitySpan) -> bool:
    """True where the interval already holds the negation: "never exceeded 300"."""
    return figure.quantity.text.lower().startswith(("never ", "not ", "did not ", "does not "))


def kind_of(figure: QuantitySpan) -> str:
    """Return the class of what is counted: "people" for anybody, else the head noun; the unit for measures."""
    if figure.quantity.unit and not figure.head:
        return figure.quantity.unit
    return "people" if not figure.head or figure.head in _EVERYBODY else figure.head


def figure_token(figure: QuantitySpan, clause: Clause) -> Token | None:
    """Return the token that a figure hangs on: its noun's head, else the number."""
    named = figure.noun_start >= 0 and not _partitive(figure, clause)
    start, end = (figure.noun_start, figure.noun_end) if named else (figure.start, figure.end)
    span = clause.doc.char_span(start, end, alignment_mode="expand")
    return span.root if span is not None and len(span) else None


def _partitive(figure: QuantitySpan, clause: Clause) -> bool:
    """True for "34 of the 52 drones": the figure itself hangs on the verb, its noun on the whole."""
    return " of " in clause.said.text[figure.end : figure.noun_start] + " " and figure.noun_start > figure.end


def _steps(token: Token, hit: Hit) -> int:
    """Return the number of edges between a figure and the nearest word of a cue."""
    if hit.head.i <= token.i <= hit.last.i:
        return 0
    return min(_path(token, hit.head), _path(token, hit.last) if hit.last != hit.head else 99)


def _above(head: Token, token: Token) -> bool:
    """True when the figure hangs on the cue, not the cue on the figure ("61 drones, of which 47 were suppressed")."""
    return token.head == head or head == token


def _path(left: Token, right: Token) -> int:
    ups: dict[int, int] = {}
    at, depth = left, 0
    while True:
        ups[at.i] = depth
        if at.head == at or depth > FARTHEST:
            break
        at, depth = at.head, depth + 1
    at, depth = right, 0
    while depth <= FARTHEST:
        if at.i in ups:
            return depth + ups[at.i]
        if at.head == at:
            break
        at, depth = at.head, depth + 1
    return 99
