"""The JSON shapes of claims and conflicts that outside tools rely on, and the same for a person to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from monitor.model import Claim, Conflict


def timestamp(moment: datetime) -> str:
    """Return a time as RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def claim_shape(claim: Claim) -> dict[str, Any]:
    """Return a claim in the contract's shape."""
    when = claim.event_time or claim.as_of
    return {
        "id": claim.id,
        "article": claim.article,
        "source": claim.source,
        "region": claim.region,
        "place": claim.place,
        "frame": claim.frame.value,
        "measure": claim.measure,
        "speaker": claim.speaker.name,
        "time": timestamp(when.start if when else claim.published),
        "value": claim.value,
        "factuality": claim.factuality.value,
        "quote": claim.quote,
        "field": claim.field,
        "start": claim.start,
        "end": claim.end,
        "published": timestamp(claim.published),
    }


def conflict_shape(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict in the contract's shape."""
    return {
        "id": conflict.id,
        "region": conflict.region,
        "place": conflict.place,
        "frame": conflict.frame.value,
        "kind": conflict.kind.value,
        "question": conflict.question,
        "confidence": round(conflict.confidence, 4),
        "opened_at": timestamp(conflict.opened_at),
        "updated_at": timestamp(conflict.updated_at),
        "state": conflict.state.value,
        "reasons": list(conflict.reasons),
        "positions": [
            {"answer": position.answer, "claims": [claim_shape(claim) for claim in position.claims]}
            for position in conflict.positions
        ],
    }


def claim_lines(claims: Iterable[Claim]) -> Iterator[str]:
    """Yield claims for a person, each as one line."""
    for claim in claims:
        place = f" ({claim.place})" if claim.place else ""
        said = f"{claim.speaker.name}: {claim.value}" if claim.speaker.name else claim.value
        yield f"{timestamp(claim.published)}  {claim.region}{place}  {claim.frame}  {said}  “{claim.quote}”"


def conflict_lines(conflict: Conflict) -> Iterator[str]:
    """Yield one conflict for a person: the question, then who says what."""
    yield f"{conflict.question}  [{conflict.region}, {conflict.kind}, {conflict.state}, {conflict.confidence:.2f}]"
    for position in conflict.positions:
        yield f"  {position.answer}"
        for claim in position.claims:
            yield f"    {claim.speaker.name or claim.source} in {claim.source}, {timestamp(claim.published)}:"
            yield f"      “{claim.quote}”"
    for reason in conflict.reasons:
        yield f"  {reason}"
