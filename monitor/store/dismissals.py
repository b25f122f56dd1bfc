"""What people marked as no conflict: whole conflicts and single pairs of quotes, and taking that back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from monitor.model import Cause, Claim, Conflict, ConflictState, Dismissed
from monitor.store import codec
from monitor.store.engine import reading, writing
from monitor.store.tables import (
    acknowledgements,
    claims,
    conflicts,
    dismissals,
    dismissed_claims,
    dismissed_pairs,
    region_versions,
    revisions,
)
from monitor.store.views import load_conflicts
from monitor.store.work import insert_new


class DismissalRows:
    """The part of the store that knows dismissals. Each adds a revision with its cause."""

    engine: Engine

    def dismiss(self, conflict: str, by: str, note: str, now: datetime, kind: str = "") -> bool:
        """Mark a conflict as none; `kind` of trap in the evaluation format. False when there is no such conflict."""
        with writing(self.engine) as connection:
            held = _held(connection, conflict)
            if held is None:
                return False
            _dismiss(connection, held, by, note, now, kind)
            return True

    def restore(self, conflict: str, by: str, now: datetime) -> bool:
        """Take a dismissal back, that of pairs as well; False when the conflict is not dismissed."""
        with writing(self.engine) as connection:
            held = _held(connection, conflict)
            if held is None or held.state is not ConflictState.DISMISSED:
                return False
            for table in (dismissals, dismissed_claims, dismissed_pairs):
                connection.execute(delete(table).where(table.c.conflict == conflict))
            state = ConflictState.OPEN if len(held.standing) > 1 else ConflictState.SETTLED
            _revise(connection, conflict, now, Cause.RESTORED, f"by {by}", state)
            return True

    def dismiss_pair(
        self, conflict: str, pair: tuple[str, str], by: str, note: str, now: datetime, kind: str = ""
    ) -> bool:
        """Mark two claims of different positions as not contradicting each other; the last pair takes the conflict.

        False when they are no such pair.
        """
        first, second = sorted(pair)
        with writing(self.engine) as connection:
            held = _held(connection, conflict)
            opposed = _opposed(held) if held is not None else set()
            if held is None or (first, second) not in opposed or held.state is ConflictState.DISMISSED:
                return False
            signed = {"author": by, "note": note, "kind": kind, "created_at": now}
            row = {"first": first, "second": second, "conflict": conflict, **signed}
            insert_new(connection, dismissed_pairs, [row])
            if opposed <= _pairs(connection, conflict):
                _dismiss(connection, held, by, note, now, kind)
            else:
                _revise(connection, conflict, now, Cause.PAIR_DISMISSED, f"by {by}: {note}", held.state)
            return True

    def restore_pair(self, conflict: str, pair: tuple[str, str], by: str, now: datetime) -> bool:
        """Take the dismissal of a pair back; False when it is not dismissed, or its whole conflict is."""
        first, second = sorted(pair)
        c = dismissed_pairs.c
        with writing(self.engine) as connection:
            held = _held(connection, conflict)
            if held is None or held.state is ConflictState.DISMISSED:
                return False
            gone = delete(dismissed_pairs).where(c.conflict == conflict, c.first == first, c.second == second)
            if connection.execute(gone).rowcount != 1:
                return False
            _revise(connection, conflict, now, Cause.RESTORED, f"two quotes, by {by}", held.state)
            return True

    def dismissed(self, regions: Sequence[str], since: datetime) -> tuple[Dismissed, ...]:
        """Return what was dismissed about claims of these regions published since then."""
        with reading(self.engine) as connection:
            return load_dismissed(connection, regions, since)


def load_dismissed(connection: Connection, regions: Sequence[str], since: datetime) -> tuple[Dismissed, ...]:
    """Return what was dismissed about claims of these regions published since then."""
    here = (claims.c.region.in_(regions), claims.c.published >= since)
    query = select(dismissed_claims, claims.c.data).join(claims, claims.c.id == dismissed_claims.c.claim).where(*here)
    wholes: dict[str, dict[int, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    for row in connection.execute(query.order_by(dismissed_claims.c.claim)):
        wholes[row.conflict][row.side].append(codec.claim(row.data))
    found = [Dismissed(tuple(tuple(sides[at]) for at in sorted(sides))) for _, sides in sorted(wholes.items())]
    first, second = claims.alias(), claims.alias()
    both = select(first.c.data.label("one"), second.c.data.label("other")).select_from(
        dismissed_pairs.join(first, first.c.id == dismissed_pairs.c.first).join(
            second, second.c.id == dismissed_pairs.c.second
        )
    )
    rows = connection.execute(
        both.where(first.c.region.in_(regions)).order_by(dismissed_pairs.c.first, dismissed_pairs.c.second)
    )
    pairs = [((codec.claim(row.one),), (codec.claim(row.other),)) for row in rows]
    return (*found, *(Dismissed(sides, alike=False) for sides in pairs))


def _held(connection: Connection, conflict: str) -> Conflict | None:
    """The conflict; a comparison of its region that is under way must start again, or it would save it as it was."""
    region = select(conflicts.c.region).where(conflicts.c.id == conflict).scalar_subquery()
    bumped = update(region_versions).where(region_versions.c.region == region)
    connection.execute(bumped.values(version=region_versions.c.version + 1))
    return next(iter(load_conflicts(connection, [conflict])), None)


def _dismiss(connection: Connection, held: Conflict, by: str, note: str, now: datetime, kind: str) -> None:
    for table in (dismissals, dismissed_claims):
        connection.execute(delete(table).where(table.c.conflict == held.id))
    signed = {"author": by, "note": note, "kind": kind, "created_at": now}
    connection.execute(insert(dismissals).values(conflict=held.id, state="active", **signed))
    rows = [
        {"conflict": held.id, "claim": claim.id, "side": side}
        for side, position in enumerate(held.positions)
        for claim in position.claims
    ]
    insert_new(connection, dismissed_claims, rows)
    _revise(connection, held.id, now, Cause.DISMISSED, f"by {by}: {note}", ConflictState.DISMISSED)


def _opposed(conflict: Conflict) -> set[tuple[str, str]]:
    """Every pair of claims that stand on different positions, the lesser id first."""
    placed = [(claim.id, side) for side, position in enumerate(conflict.positions) for claim in position.claims]
    return {(a, b) for a, one in placed for b, other in placed if one != other and a < b}


def _pairs(connection: Connection, conflict: str) -> set[tuple[str, str]]:
    query = select(dismissed_pairs.c.first, dismissed_pairs.c.second).where(dismissed_pairs.c.conflict == conflict)
    return {(row.first, row.second) for row in connection.execute(query)}


def _revise(
    connection: Connection, conflict: str, now: datetime, cause: Cause, note: str, state: ConflictState
) -> None:
    latest = connection.scalar(select(func.max(revisions.c.number)).where(revisions.c.conflict == conflict)) or 0
    row = {"conflict": conflict, "number": latest + 1, "at": now, "cause": cause.value, "note": note}
    connection.execute(insert(revisions).values(row))
    changed = update(conflicts).where(conflicts.c.id == conflict)
    connection.execute(changed.values(state=state.value, updated_at=now))
    # Who had seen the conflict before knows this revision as well: it is a reader's own.
    seen = update(acknowledgements).where(acknowledgements.c.conflict == conflict)
    connection.execute(seen.where(acknowledgements.c.revision == latest).values(revision=latest + 1))
