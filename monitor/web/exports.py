"""Claims, conflicts and people's verdicts as JSON Lines and CSV, written as they are read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from monitor.cli.shapes import claim_shape, conflict_shape
from monitor.model import Claim, Conflict
from monitor.store.desk.export import every_claim, every_conflict, judged
from monitor.store.desk.values import ClaimFilter, ConflictFilter
from monitor.web.cases import case_of
from monitor.web.desk import Desk, TheDesk
from monitor.web.forms import Claims, Conflicts
from monitor.web.shapes import REFUSALS

exports = APIRouter(prefix="/export", tags=["export"], responses=REFUSALS)


class What(StrEnum):
    """What is exported. CASES are labelled cases of the evaluation format, one a line."""

    CLAIMS = "claims"
    CONFLICTS = "conflicts"
    CASES = "cases"


class Form(StrEnum):
    """How it is written."""

    JSONL = "jsonl"
    CSV = "csv"


MEDIA = {Form.JSONL: "application/x-ndjson", Form.CSV: "text/csv; charset=utf-8"}
CLAIM_COLUMNS = (
    "id", "article", "source", "region", "place", "frame", "measure", "speaker", "time", "value", "factuality",
    "quote", "field", "start", "end", "published",
)  # fmt: skip
CONFLICT_COLUMNS = (
    "id", "region", "place", "frame", "kind", "question", "confidence", "state", "opened_at", "updated_at", "positions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """What an export holds and how it is written."""

    what: What
    form: Form
    claims: ClaimFilter = field(default_factory=ClaimFilter)
    conflicts: ConflictFilter = field(default_factory=lambda: ConflictFilter(every_state=True))


def lines(desk: Desk, order: Order) -> Iterator[str]:
    """Yield an export line by line, each with its end."""
    if order.what is What.CASES:
        yield from _json_lines(case_of(one, desk.config) for one in judged(desk.rows, desk.now()))
    elif order.what is What.CLAIMS:
        found = every_claim(desk.rows, order.claims)
        yield from _written(found, claim_shape, _claim_row, CLAIM_COLUMNS, order.form)
    else:
        every = every_conflict(desk.rows, order.conflicts, desk.now())
        yield from _written(every, conflict_shape, _conflict_row, CONFLICT_COLUMNS, order.form)


def _written(
    found: Iterable[Any],
    shape: Callable[[Any], dict[str, Any]],
    row: Callable[[Any], dict[str, Any]],
    columns: tuple[str, ...],
    form: Form,
) -> Iterator[str]:
    if form is Form.JSONL:
        yield from _json_lines(shape(one) for one in found)
        return
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore")
    writer.writeheader()
    for one in found:
        writer.writerow({name: _harmless(value) for name, value in row(one).items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _json_lines(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        yield json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n"


def _claim_row(claim: Claim) -> dict[str, Any]:
    return claim_shape(claim)


def _conflict_row(conflict: Conflict) -> dict[str, Any]:
    positions = " | ".join(position.answer for position in conflict.positions)
    return {**conflict_shape(conflict), "positions": positions}


def _harmless(value: Any) -> Any:
    """Keep a spreadsheet from taking a stranger's words for a formula (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _stream(desk: Desk, order: Order) -> StreamingResponse:
    name = f"counterclaim-{order.what}.{order.form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(lines(desk, order), media_type=MEDIA[order.form], headers=headers)


_FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {name.split(";")[0]: {"schema": {"type": "string"}} for name in MEDIA.values()}}
}


@exports.get("/claims.{form}", response_class=StreamingResponse, responses=_FILES)
def claims(desk: TheDesk, form: Form, wanted: Claims) -> StreamingResponse:
    """Stream claims."""
    return _stream(desk, Order(What.CLAIMS, form, claims=wanted))


@exports.get("/conflicts.{form}", response_class=StreamingResponse, responses=_FILES)
def conflicts(desk: TheDesk, form: Form, wanted: Conflicts) -> StreamingResponse:
    """Stream conflicts."""
    return _stream(desk, Order(What.CONFLICTS, form, conflicts=wanted))


@exports.get("/cases.jsonl", response_class=StreamingResponse, responses=_FILES)
def cases(desk: TheDesk) -> StreamingResponse:
    """Stream what people decided as labelled cases."""
    return _stream(desk, Order(What.CASES, Form.JSONL))
