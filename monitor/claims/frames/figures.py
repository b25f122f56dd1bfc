"""Frames whose answer is a figure: the cue nearest to a figure in the parse tree says what it measures."""

from __future__ import annotations

from spacy.tokens import Token

from monitor.claims.actors import actor_of, side_of
from monitor.claims.frames.base import Clause, Hit, Reading, agent, closeness, is_negated, lexicon, passive
from monitor.claims.quantities import QuantitySpan
from monitor.model import Frame

FARTHEST = 7  # steps in the parse tree between a figure and its cue
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

    def __init__(self) -> None:
        self.lexicon = lexicon(self.name)
        lists = self.lexicon.lists
        self.counts: frozenset[str] = frozenset().union(*(lists[k] for k in lists if k not in {"units", "events"}))
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
        return sorted(found, key=lambda r: -r.score)

    def _measure(self, figure: QuantitySpan, hits: list[Hit], clause: Clause) -> Reading | None:
        token = figure_token(figure, clause)
        if token is None:
            return None
        # Nearest by the tree; then the longer phrase; then nearest in the text.
        hits = [hit for hit in hits if self.suits(figure, hit)]
        if not hits:
            return None
        ranked = sorted(hits, key=lambda h: (_steps(token, h), -len(h.cue), abs(h.head.i - token.i)))
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
            negated=figure.quantity.high > 0 and is_negated(hit.head),
            quantity=figure.quantity,
            span=(figure.start, figure.end),
            cues=(hit.cue,),
            head=hit.head,
        )


def _governing(token: Token, ranked: list[Hit]) -> Hit:
    """Prefer the verb right above a figure's noun to the noun itself: "24 hostages were freed"."""
    if ranked[0].head == token:
        return next((h for h in ranked if h.head.pos_ == "VERB" and token.head == h.head), ranked[0])
    return ranked[0]


def kind_of(figure: QuantitySpan) -> str:
    """Return the class of what is counted: "people" for anybody, else the head noun; the unit for measures."""
    if figure.quantity.unit and not figure.head:
        return figure.quantity.unit
    return "people" if not figure.head or figure.head in _EVERYBODY else figure.head


def figure_token(figure: QuantitySpan, clause: Clause) -> Token | None:
    """Return the token that a figure hangs on: its noun's head, else the number."""
    start, end = (figure.noun_start, figure.noun_end) if figure.noun_start >= 0 else (figure.start, figure.end)
    span = clause.doc.char_span(start, end, alignment_mode="expand")
    return span.root if span is not None and len(span) else None


def _steps(token: Token, hit: Hit) -> int:
    """Return the number of edges between a figure and the nearest word of a cue."""
    if hit.head.i <= token.i <= hit.last.i:
        return 0
    return min(_path(token, hit.head), _path(token, hit.last) if hit.last != hit.head else 99)


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
