"""People displaced, evacuated, detained, held, released, surrendered."""

from __future__ import annotations

from monitor.claims.frames.figures import FigureReader
from monitor.model import Frame


class PeopleReader(FigureReader):
    """Reads `people.yaml`."""

    frame = Frame.PEOPLE
    name = "people"
    bare = True
    unnumbered = True
