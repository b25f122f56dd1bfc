"""Drawings as numbers: a template turns them into SVG. All coordinates are in a view box of WIDTH units."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Claim, Conflict, SpeakerKind

WIDTH = 920.0
LABELS = 210.0  # left of the drawing, where the names stand
CHART, FIGURES = 680.0, 64.0  # width of a chart, and left of it where the figures stand
RIGHT = 20.0
ROW = 26.0
TOP = 8.0
AXIS = 34.0
PLOT_HEIGHT = 240.0
MOST_ROWS = 24
MOST_DOTS = 400
SHOWN = 30  # letters of a name
_STEPS = [
    timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=3), timedelta(hours=6),
    timedelta(hours=12), timedelta(days=1), timedelta(days=2), timedelta(days=7), timedelta(days=14),
    timedelta(days=30), timedelta(days=90), timedelta(days=365),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the drawing with its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One claim: where it stands, its position (from 0), and its interval's ends where it is a figure."""

    claim: str
    x: float
    y: float
    position: int
    title: str
    low: float | None = None
    high: float | None = None
    open_above: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One voice of the timeline and where its line runs."""

    name: str
    outlet: str
    y: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A timeline or a chart. `left_out` says how many voices or claims there was no room for."""

    width: float
    height: float
    left: float
    bottom: float
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...] = ()
    levels: tuple[Tick, ...] = ()
    left_out: int = 0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time laid over the width of a drawing."""

    start: datetime
    end: datetime
    left: float = LABELS
    width: float = WIDTH

    @classmethod
    def of(cls, times: Iterable[datetime], left: float = LABELS, width: float = WIDTH) -> Span:
        """Return the span of these times with room on both sides."""
        known = sorted(times)
        room = max((known[-1] - known[0]) * 0.04, timedelta(minutes=30))
        return cls(known[0] - room, known[-1] + room, left, width)

    def x(self, moment: datetime) -> float:
        """Return where a moment stands."""
        share = (moment - self.start) / (self.end - self.start)
        return round(self.left + share * (self.width - self.left - RIGHT), 1)

    def ticks(self, most: int = 7) -> tuple[Tick, ...]:
        """Return at most so many ticks at round times (UTC)."""
        step = next((step for step in _STEPS if (self.end - self.start) / step <= most), _STEPS[-1])
        midnight = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
        first = midnight + math.ceil((self.start - midnight) / step) * step
        count = min(math.floor((self.end - first) / step) + 1, 4 * most)
        moments = [first + step * number for number in range(max(count, 0))]
        return tuple(Tick(self.x(moment), _label(moment, step)) for moment in moments)


def _label(moment: datetime, step: timedelta) -> str:
    if step >= timedelta(days=30):
        return f"{moment:%b %Y}"
    return f"{moment.day} {moment:%b}" if step >= timedelta(days=1) else f"{moment.day} {moment:%b, %H:%M}"


def timeline(conflict: Conflict) -> Drawing | None:
    """Draw who said what when: a row for each voice, in the order of positions, a dot for each claim."""
    held = _held(conflict)
    if not held:
        return None
    span = Span.of(claim.published for _, claim in held)
    voices: dict[str, list[tuple[int, Claim]]] = {}
    for position, claim in held:
        voices.setdefault(f"{claim.voice}\n{claim.source}", []).append((position, claim))
    shown = list(voices.values())[:MOST_ROWS]
    names = Counter(said[0][1].speaker.name for said in shown)
    repeated = {name for name, times in names.items() if times > 1}
    rows, dots = [], []
    for number, said in enumerate(shown):
        y = TOP + ROW * (number + 0.5)
        places = [span.x(claim.published) for _, claim in said]
        rows.append(Row(*_names(said[0][1], repeated), y, min(places), max(places)))
        dots += [Dot(c.id, span.x(c.published), y, p, _title(c)) for p, c in said]
    bottom = TOP + ROW * len(shown)
    left_out = len(voices) - len(shown)
    return Drawing(WIDTH, bottom + AXIS, LABELS, bottom, tuple(dots), span.ticks(), tuple(rows), left_out=left_out)


def values(conflict: Conflict) -> Drawing | None:
    """Draw figures over time: a dot with its interval for each claim; None where fewer than two can be compared.

    Figures of one measure and unit are drawn, those that most claims give.
    """
    every = [(p, c) for p, c in _held(conflict) if c.quantity is not None and math.isfinite(c.quantity.low)]
    kinds = Counter(_measured(claim) for _, claim in every)
    figures = [(p, c) for p, c in every if _measured(c) == kinds.most_common(1)[0][0]]
    if len(figures) < 2:
        return None
    span = Span.of((claim.published for _, claim in figures), FIGURES, CHART)
    ends = [end for _, c in figures if c.quantity for end in (c.quantity.low, c.quantity.high) if math.isfinite(end)]
    scale = Scale.of(ends)
    dots = tuple(_figure(position, claim, span, scale) for position, claim in figures)
    units = {c.quantity.unit or c.subject or "" for _, c in figures if c.quantity}
    unit = next(iter(units)) if len(units) == 1 else ""
    bottom = TOP + PLOT_HEIGHT
    left_out = len(every) - len(figures)
    ticks, levels = span.ticks(5), scale.levels()
    return Drawing(CHART, bottom + AXIS, FIGURES, bottom, dots, ticks, levels=levels, left_out=left_out, unit=unit)


def _measured(claim: Claim) -> tuple[str, str, str]:
    return claim.frame, claim.measure, claim.quantity.unit if claim.quantity else ""


@dataclass(frozen=True, slots=True)
class Scale:
    """Figures laid over the height of a chart; logarithmic where the largest is 50 times the smallest."""

    low: float
    high: float
    logarithmic: bool

    @classmethod
    def of(cls, ends: Sequence[float]) -> Scale:
        """Return a scale that holds these figures with room on both sides."""
        low, high = min(ends), max(ends)
        if low > 0 and high / low >= 50:
            return cls(low / 1.5, high * 1.5, True)
        room = (high - low) * 0.12 or max(abs(high) * 0.2, 1.0)
        return cls(max(low - room, 0.0) if low >= 0 else low - room, high + room, False)

    def y(self, value: float) -> float:
        """Return where a figure stands; beyond the scale, its edge."""
        value = min(max(value, self.low), self.high)
        if self.logarithmic:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(TOP + PLOT_HEIGHT * (1 - share), 1)

    def levels(self) -> tuple[Tick, ...]:
        """Return the lines at round figures."""
        return tuple(Tick(self.y(value), short(value)) for value in self._round())

    def _round(self) -> list[float]:
        if self.logarithmic:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            return [v for power in powers for v in (10.0**power, 3 * 10.0**power) if self.low <= v <= self.high]
        rough = (self.high - self.low) / 5
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
        first = math.ceil(self.low / step)
        return [number * step for number in range(first, math.floor(self.high / step) + 1)]


def short(value: float) -> str:
    """Write a figure briefly: `1,200`, `1.5 m`."""
    for size, name in ((1e9, " bn"), (1e6, " m")):
        if abs(value) >= size:
            return f"{value / size:g}{name}"
    return f"{value:,.6g}" if value != int(value) else f"{int(value):,}"


def _held(conflict: Conflict) -> list[tuple[int, Claim]]:
    every = [(index, claim) for index, position in enumerate(conflict.positions) for claim in position.claims]
    return every[:MOST_DOTS]


def _figure(position: int, claim: Claim, span: Span, scale: Scale) -> Dot:
    figure = claim.quantity
    assert figure is not None
    unbounded = not math.isfinite(figure.high)
    middle = figure.low if unbounded else (figure.low + figure.high) / 2
    low, high = scale.y(figure.low), scale.y(figure.high)
    return Dot(claim.id, span.x(claim.published), scale.y(middle), position, _title(claim), low, high, unbounded)


def _names(claim: Claim, repeated: Collection[str]) -> tuple[str, str]:
    """A row's name and outlet; the outlet stands in the name where two outlets quote a speaker of that name."""
    name = claim.speaker.name
    if claim.speaker.kind is SpeakerKind.OUTLET:
        return clipped(claim.source), ""
    return clipped(f"{clipped(name, 16)}, {claim.source}" if name in repeated else name), claim.source


def clipped(text: str, length: int = SHOWN) -> str:
    """Return a name that fits its place."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _title(claim: Claim) -> str:
    who = claim.source if claim.speaker.kind is SpeakerKind.OUTLET else f"{claim.speaker.name}, in {claim.source}"
    return f"{who}, {claim.published.day} {claim.published:%b %Y %H:%M} UTC: {clipped(claim.value, 140)}"


def spark(
    days: Sequence[int], width: float = 168.0, height: float = 36.0
) -> list[tuple[float, float, float, float, int]]:
    """Return the bars (x, y, width, height, number) of a small chart."""
    tallest, step = max([*days, 1]), width / max(len(days), 1)
    bars = []
    for index, number in enumerate(days):
        tall = round(max(number / tallest * height, 1.5 if number else 0.5), 1)
        bars.append((round(index * step, 1), round(height - tall, 1), round(step - 2, 1), tall, number))
    return bars
