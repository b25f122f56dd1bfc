"""Everything as lines of JSON or CSV, read in pieces so that a million claims need no more memory than a thousand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from monitor.model import Article, Claim, Conflict, ConflictState
from monitor.store.desk.rows import DeskRows
from monitor.store.desk.values import ClaimFilter, ConflictFilter, Judged
from monitor.store.engine import reading
from monitor.store.tables import acknowledgements, dismissals, dismissed_pairs
from monitor.store.views import load_conflicts

PIECE = 500


def every_claim(rows: DeskRows, wanted: ClaimFilter) -> Iterator[Claim]:
    """Yield claims, the latest published first."""
    cursor: str | None = None
    while True:
        page = rows.claims(wanted, cursor, PIECE)
        yield from page.items
        if page.next is None:
            return
        cursor = page.next


def every_conflict(rows: DeskRows, wanted: ConflictFilter, now: datetime) -> Iterator[Conflict]:
    """Yield conflicts with their claims, the latest changed first."""
    cursor: str | None = None
    while True:
        page = rows.conflicts(wanted, now, cursor, PIECE // 5)
        with reading(rows.engine) as connection:
            found = load_conflicts(connection, [line.id for line in page.items])
        yield from found
        if page.next is None:
            return
        cursor = page.next


def judged(rows: DeskRows, now: datetime) -> Iterator[Judged]:
    """Yield what people decided about: dismissed conflicts, dismissed pairs of quotes, acknowledged conflicts."""
    with reading(rows.engine) as connection:
        decided = (dismissals, dismissed_pairs, acknowledgements)
        ids = {id for table in decided for id in connection.scalars(select(table.c.conflict))}
    for id in sorted(ids):
        file = rows.conflict(id, now)
        if file is None:
            continue
        conflict = file.view.conflict
        dismissal = file.dismissal if conflict.state is ConflictState.DISMISSED else None
        seen = file.acknowledgement if dismissal is None else None
        if dismissal or seen or file.pairs:
            yield Judged(conflict, tuple(_articles(rows, conflict, file.texts)), dismissal, seen, file.pairs)


def _articles(rows: DeskRows, conflict: Conflict, texts: Mapping[str, tuple[str, str]]) -> Iterator[Article]:
    for id in dict.fromkeys(claim.article for position in conflict.positions for claim in position.claims):
        file = rows.article(id)
        if file is not None:  # in the words that its claims were read from
            title, text = texts.get(id, (file.article.title, file.article.text))
            yield replace(file.article, title=title, text=text)
