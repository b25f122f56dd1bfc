"""The frozen values that flow through the house, in flow order.

`poll → article → extract → claims → conflicts → alerts`: every stage takes values of this package and gives values
of it. Times are timezone-aware UTC datetimes. Offsets are code points, half-open.
"""

from __future__ import annotations

from monitor.model.alerts import Alert, AlertState, ArticleRef, ConflictView
from monitor.model.articles import Article, Document, Quality
from monitor.model.claims import Claim, Factuality, Frame, Quantity, QuantityType, Speaker, SpeakerKind, TimeSpan
from monitor.model.conflicts import (
    Cause,
    Conflict,
    ConflictChange,
    ConflictKind,
    ConflictState,
    Dismissed,
    Position,
    Revision,
)
from monitor.model.feeds import Entry, Feed, Source, SourceKind

__all__ = [
    "Alert",
    "AlertState",
    "Article",
    "ArticleRef",
    "Cause",
    "Claim",
    "Conflict",
    "ConflictChange",
    "ConflictKind",
    "ConflictState",
    "ConflictView",
    "Dismissed",
    "Document",
    "Entry",
    "Factuality",
    "Feed",
    "Frame",
    "Position",
    "Quality",
    "Quantity",
    "QuantityType",
    "Revision",
    "Source",
    "SourceKind",
    "Speaker",
    "SpeakerKind",
    "TimeSpan",
]
