"""The measures of a disaster: magnitude, depth, wind, water level, rainfall, containment."""

from __future__ import annotations

from monitor.claims.frames.base import Clause, Hit, LexiconReader, Reading
from monitor.claims.frames.figures import FigureReader
from monitor.claims.quantities import QuantitySpan
from monitor.model import Frame

_UNITS = {
    "magnitude": {"magnitude", ""}, "depth": {"km"}, "wind": {"km/h"}, "level": {"km"}, "rainfall": {"km"},
    "contained": {"percent"}, "aftershocks": {""}, "temperature": {"celsius", "°C"},
}  # fmt: skip


class _Happening(LexiconReader):
    """What a river, a storm or the ground did, without a figure."""

    frame = Frame.DISASTER
    name = "disaster_events"


class DisasterReader(FigureReader):
    """Reads `disaster.yaml`; each measure takes only figures in its own units."""

    frame = Frame.DISASTER
    name = "disaster"

    def __init__(self) -> None:
        super().__init__()
        self._happening = _Happening()

    def read(self, clause: Clause) -> list[Reading]:
        """Return readings only where the sentence names a disaster or its measure."""
        if clause.lemmas.isdisjoint(self.lexicon["events"]):
            return []
        return super().read(clause) or self._happening.read(clause)

    def suits(self, figure: QuantitySpan, hit: Hit) -> bool:
        """True when the cue measures in the figure's unit; a magnitude may come without one."""
        unit = figure.quantity.unit
        if hit.entry.measure == "aftershocks":
            return figure.head in {"aftershock", "tremor"}
        if hit.entry.measure == "magnitude" and not unit:
            return not figure.head and 1 < figure.quantity.high < 10 and hit.cue.lower() not in {"strength"}
        return unit in _UNITS[hit.entry.measure]
