"""Everything as lines of JSON or CSV, read in pieces so that a million claims need no more memory than a thousand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from monitor.model import Article, Claim, Conflict, ConflictState
from monitor.store.desk.rows import DeskRows
from monitor.store.desk.values import Acknowledgement, ClaimFilter, ConflictFilter, Dismissal
from monitor.store.engine import reading
from monitor.store.tables import acknowledgements, dismissals
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


def judged(rows: DeskRows, now: datetime) -> Iterator[tuple[Conflict, Dismissal | Acknowledgement, list[Article]]]:
    """Yield what people decided about, with the articles: dismissed conflicts, and open ones that were acknowledged."""
    with reading(rows.engine) as connection:
        ids = {
            *connection.scalars(select(dismissals.c.conflict)),
            *connection.scalars(select(acknowledgements.c.conflict)),
        }
    for id in sorted(ids):
        file = rows.conflict(id, now)
        if file is None:
            continue
        conflict = file.view.conflict
        verdict = file.dismissal if conflict.state is ConflictState.DISMISSED else file.acknowledgement
        if verdict is not None:
            yield conflict, verdict, list(_articles(rows, conflict, file.texts))


def _articles(rows: DeskRows, conflict: Conflict, texts: object) -> Iterator[Article]:
    assert isinstance(texts, dict)
    for id in dict.fromkeys(claim.article for position in conflict.positions for claim in position.claims):
        file = rows.article(id)
        if file is not None:  # in the words that its claims were read from
            title, text = texts.get(id, (file.article.title, file.article.text))
            yield replace(file.article, title=title, text=text)
