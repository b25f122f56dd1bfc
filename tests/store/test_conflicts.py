"""Claims, comparisons, conflicts and their alerts, each saved once and read back whole."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from monitor.errors import StoreError
from monitor.model import (
    AlertState,
    Claim,
    ConflictChange,
    ConflictState,
    Frame,
    Position,
    Quantity,
    Revision,
    SourceKind,
)
from monitor.ports import ArticleState, Candidates, Work
from monitor.store.desk.rows import DeskRows
from monitor.store.desk.values import ConflictFilter
from monitor.store.repository import SqlStore, open_store
from tests.fakes.values import HOUR, NOON, a_claim, a_conflict, an_alert, an_article

LEASE = timedelta(minutes=3)
MILLION = {
    "sqlite_autoindex_claims_1": "1000000 1",
    "ix_claims_article": "1000000 8",
    "ix_claims_published_id": "1000000 1 1",
    "ix_claims_region_published": "1000000 100000 1",
    "ix_claims_region_frame_published": "1000000 100000 20000 1",
    "ix_claims_question": "1000000 100000 20000 953 1",
    "sqlite_autoindex_claim_neighbours_1": "1000000 1 1",
    "ix_claim_neighbours_neighbour_published": "1000000 100000 1",
}
HELD, LOST = a_claim("c1", "a1"), a_claim("c2", "a2", answer="lost", quote="Troops left Makhnovka")


def tagged(store: SqlStore, id: str, *claims: object, **changes: object) -> None:
    article = an_article(id, **changes)
    store.save_article(None, article, SourceKind.OTHER, (), ArticleState.FETCHED, NOON)
    assert store.save_claims(article, claims, NOON)  # type: ignore[arg-type]


def conflicting(store: SqlStore) -> None:
    """Store two articles' claims, the conflict between them and one alert."""
    tagged(store, "a1", HELD)
    tagged(store, "a2", LOST)
    conflict = a_conflict(Position("held", (HELD,)), Position("lost", (LOST,)))
    seen = store.load_comparison("a2", Candidates())
    assert store.save_comparison("a2", seen, [ConflictChange(conflict, "opened", True)], [an_alert()], NOON)


def test_an_articles_claims_are_stored_once(store: SqlStore) -> None:
    tagged(store, "a1", HELD)

    assert not store.save_claims(an_article("a1"), [a_claim("c9", "a1")], NOON)
    assert [claim.id for claim in store.claims()] == ["c1"]


def test_claims_come_back_as_they_went_in(store: SqlStore) -> None:
    claim = a_claim("c1", "a1", quantity=Quantity(10, math.inf, "at least 10"), places=("Sudzha",), place=None)
    tagged(store, "a1", claim)

    assert list(store.claims()) == [claim]


def test_a_later_revision_replaces_the_claims_that_are_compared(store: SqlStore) -> None:
    tagged(store, "a1", HELD)
    later = an_article("a1", text="Troops left Makhnovka.", revision=2)
    store.save_article(None, later, SourceKind.OTHER, (), ArticleState.FETCHED, NOON)
    assert store.save_claims(later, [a_claim("c7", "a1", answer="lost")], NOON)

    assert [claim.id for claim in store.claims()] == ["c7"]


def test_a_comparison_never_walks_through_all_claims() -> None:
    store, asked = open_store("sqlite://"), list[tuple[str, Any]]()
    tagged(store, "a1", here("a1"))
    tagged(store, "a2", there("a2", "Kursk Oblast"))
    with store.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
        for index, shape in MILLION.items():  # what the planner would know of a million claims
            known = text("UPDATE sqlite_stat1 SET stat = :shape WHERE idx = :index")
            assert connection.execute(known, {"shape": shape, "index": index}).rowcount == 1
        connection.execute(text("ANALYZE sqlite_schema"))

    @event.listens_for(store.engine, "before_cursor_execute")
    def note(*sent: Any) -> None:
        asked.append((sent[2], sent[3]))

    store.load_comparison("a2", Candidates())

    reading = [(query, values) for query, values in asked if query.startswith("SELECT")]
    with store.engine.connect() as connection:
        steps = [
            step.detail
            for query, values in reading
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
        ]
    store.close()
    for table in ("claims", "claim_neighbours"):
        assert any(step.startswith(f"SEARCH {table} ") for step in steps)
        assert [step for step in steps if step.startswith(f"SCAN {table}")] == []


def test_candidates_are_of_the_same_question_and_near_in_time(store: SqlStore) -> None:
    tagged(store, "near", a_claim("near", "near"))
    tagged(store, "far", a_claim("far", "far", published=NOON - 60 * 24 * HOUR))
    tagged(store, "abroad", a_claim("abroad", "abroad", region="Donetsk Oblast"))
    tagged(store, "new", a_claim("new", "new"))

    seen = store.load_comparison("new", Candidates())

    assert [claim.id for claim in seen.new] == ["new"]
    assert [claim.id for claim in seen.candidates] == ["near"]


def here(id: str, **changes: Any) -> Claim:
    return a_claim(id, id, neighbours=("Sumy Oblast",), **changes)


def there(id: str, *neighbours: str, **changes: Any) -> Claim:
    return a_claim(id, id, region="Sumy Oblast", place=None, neighbours=neighbours, **changes)


def test_claims_on_a_region_that_the_new_article_names_are_candidates(store: SqlStore) -> None:
    for claim in (there("told"), there("old", published=NOON - 60 * 24 * HOUR), here("new")):
        tagged(store, claim.article, claim)

    assert [claim.id for claim in store.load_comparison("new", Candidates()).candidates] == ["told"]


def test_claims_whose_article_names_the_new_one_s_region_are_candidates(store: SqlStore) -> None:
    for claim in (there("silent"), there("told", "Kursk Oblast"), a_claim("new", "new")):
        tagged(store, claim.article, claim)

    assert [claim.id for claim in store.load_comparison("new", Candidates()).candidates] == ["told"]


def test_a_later_revision_that_names_the_other_region_no_more_is_no_candidate(store: SqlStore) -> None:
    tagged(store, "told", there("told", "Kursk Oblast"))
    later = an_article("told", text="Quiet in Sumy.", revision=2)
    store.save_article(None, later, SourceKind.OTHER, (), ArticleState.FETCHED, NOON)
    assert store.save_claims(later, [there("told")], NOON)
    tagged(store, "new", a_claim("new", "new"))

    assert store.load_comparison("new", Candidates()).candidates == ()


def test_comparisons_at_once_from_both_regions_of_a_conflict_see_each_other(store: SqlStore) -> None:
    ours, theirs = here("c1"), there("c2", "Kursk Oblast", answer="lost")
    tagged(store, "c1", ours)
    tagged(store, "c2", theirs)
    first, second = (store.load_comparison(id, Candidates()) for id in ("c1", "c2"))
    conflict = a_conflict(Position("held", (ours,)), Position("lost", (theirs,)))
    turned = replace(conflict, id="k2", region="Sumy Oblast")

    assert store.save_comparison("c1", first, [ConflictChange(conflict, "opened", True)], [], NOON)
    assert not store.save_comparison("c2", second, [ConflictChange(turned, "opened", True)], [], NOON)


def test_a_conflict_of_another_region_that_a_claim_has_a_part_in_is_guarded_too(store: SqlStore) -> None:
    ours, theirs = here("c1"), there("c2", "Kursk Oblast", answer="lost")
    tagged(store, "c1", ours)
    tagged(store, "c2", theirs)
    conflict = a_conflict(Position("held", (ours,)), Position("lost", (theirs,)), region="Donetsk Oblast")
    seen = store.load_comparison("c1", Candidates())
    assert store.save_comparison("c1", seen, [ConflictChange(conflict, "opened", True)], [], NOON)

    again = store.load_comparison("c2", Candidates())

    assert again.existing == (conflict,)
    assert again.versions["Donetsk Oblast"] == 1


def test_a_conflict_about_two_regions_is_listed_under_both(store: SqlStore) -> None:
    ours, theirs = here("c1"), there("c2", "Kursk Oblast", answer="lost")
    tagged(store, "c1", ours)
    tagged(store, "c2", theirs)
    conflict = a_conflict(Position("held", (ours,)), Position("lost", (theirs,)))
    seen = store.load_comparison("c1", Candidates())
    assert store.save_comparison("c1", seen, [ConflictChange(conflict, "opened", True)], [], NOON)

    listed = {
        region: [line.id for line in DeskRows(store.engine).conflicts(ConflictFilter(region=region), NOON).items]
        for region in ("Kursk Oblast", "Sumy Oblast", "Donetsk Oblast")
    }

    assert listed == {"Kursk Oblast": ["k1"], "Sumy Oblast": ["k1"], "Donetsk Oblast": []}


def test_the_limit_keeps_the_nearest_candidates_of_a_busy_region(store: SqlStore) -> None:
    crowd = [a_claim(f"c{n:03}", f"a{n}", published=NOON - n * timedelta(minutes=1)) for n in range(1, 160)]
    for claim in crowd:
        tagged(store, claim.article, claim)
    tagged(store, "new", a_claim("new", "new"))

    seen = store.load_comparison("new", Candidates(limit=120))

    assert {claim.id for claim in seen.candidates} == {claim.id for claim in crowd[:120]}


def test_copies_of_one_report_are_named_with_the_comparison(store: SqlStore) -> None:
    tagged(store, "a1", HELD)
    tagged(store, "a2", LOST, copy_of="a1")

    assert store.load_comparison("a2", Candidates()).copies == {"a2": "a1"}


def test_a_conflict_comes_back_whole(store: SqlStore) -> None:
    conflicting(store)

    (conflict,) = store.conflicts()
    assert conflict == a_conflict(Position("held", (HELD,)), Position("lost", (LOST,)))
    assert store.conflict("k1") == conflict and store.conflict("other") is None
    assert set(store.view(conflict).articles) == {"a1", "a2"}


def test_saving_a_comparison_twice_changes_nothing_and_alerts_once(store: SqlStore) -> None:
    conflicting(store)
    conflict = store.conflicts()[0]
    seen = store.load_comparison("a2", Candidates())
    assert store.save_comparison("a2", seen, [ConflictChange(conflict, "opened", True)], [an_alert()], NOON)

    assert store.conflicts() == [conflict]
    assert len(store.alerts()) == 1
    assert store.article_state("a2") is ArticleState.COMPARED


def test_of_two_comparisons_at_once_the_second_must_look_again(store: SqlStore) -> None:
    tagged(store, "a1", HELD)
    tagged(store, "a2", LOST)
    change = ConflictChange(a_conflict(Position("held", (HELD,)), Position("lost", (LOST,))), "opened", True)
    mine, theirs = store.load_comparison("a1", Candidates()), store.load_comparison("a2", Candidates())

    assert store.save_comparison("a2", theirs, [change], [an_alert()], NOON)
    assert not store.save_comparison("a1", mine, [change], [an_alert("x2", revision=2)], NOON)
    assert len(store.alerts()) == 1 and store.article_state("a1") is ArticleState.TAGGED


def test_an_alert_and_its_conflict_are_saved_together_or_not_at_all(store: SqlStore) -> None:
    tagged(store, "a1", HELD)
    tagged(store, "a2", LOST)
    change = ConflictChange(a_conflict(Position("held", (HELD,)), Position("lost", (LOST,))), "opened", True)
    seen = store.load_comparison("a2", Candidates())

    with pytest.raises(StoreError):
        store.save_comparison("a2", seen, [change], [an_alert(conflict="of no conflict")], NOON)
    assert store.conflicts() == [] and store.alerts() == []


def test_a_conflict_grows_by_revisions(store: SqlStore) -> None:
    conflicting(store)
    third = a_claim("c3", "a3", answer="contested")
    tagged(store, "a3", third)
    (known,) = store.conflicts()
    grown = a_conflict(
        *known.positions,
        Position("contested", (third,)),
        revisions=(*known.revisions, Revision(2, NOON + HOUR, "new-position", "")),
        updated_at=NOON + HOUR,
    )
    seen = store.load_comparison("a3", Candidates())
    assert seen.existing == (known,)
    assert store.save_comparison("a3", seen, [ConflictChange(grown, "new-position", False)], [], NOON)

    assert store.conflicts() == [grown]


def test_a_dismissed_conflict_stays_so_when_a_comparison_was_under_way(store: SqlStore) -> None:
    conflicting(store)
    seen = store.load_comparison("a1", Candidates())
    assert store.dismiss("k1", "editor", "same place, other day", NOON)

    change = ConflictChange(seen.existing[0], "new-claim", False)
    assert not store.save_comparison("a1", seen, [change], [], NOON)
    assert store.conflicts()[0].state is ConflictState.DISMISSED
    assert not store.dismiss("no such", "editor", "", NOON)


def test_recent_claims_of_a_region_are_newest_first_and_limited(store: SqlStore) -> None:
    for number in range(5):
        tagged(store, f"a{number}", a_claim(f"c{number}", f"a{number}", published=NOON + number * HOUR))
    tagged(store, "other", a_claim("other", "other", frame=Frame.ATTACK, region="Elsewhere"))

    assert [c.id for c in store.recent_claims("Kursk Oblast", NOON + 3 * HOUR, 2)] == ["c3", "c2"]


def test_only_old_news_lets_a_conflict_grow_quiet(store: SqlStore) -> None:
    conflicting(store)

    assert store.open_conflicts(NOON - HOUR) == []
    assert [one.id for one in store.open_conflicts(NOON)] == ["k1"]


def test_an_alert_is_sent_once(store: SqlStore) -> None:
    conflicting(store)
    (id,) = store.take_due(Work.ALERT, NOON, 10, HOUR)
    job = store.claim_alert(id, NOON, LEASE)
    assert job is not None and job.view.conflict.id == "k1" and not job.alert.possible_repeat
    assert store.claim_alert(id, NOON, LEASE) is None

    store.mark_sent(id, {"ts": "1.2"}, NOON)

    assert store.claim_alert(id, NOON + HOUR, LEASE) is None
    assert store.alerts()[0].state is AlertState.SENT


def test_an_alert_whose_worker_died_while_sending_is_marked_as_a_possible_repeat(store: SqlStore) -> None:
    conflicting(store)
    assert store.claim_alert("x1", NOON, LEASE)

    again = store.claim_alert("x1", NOON + LEASE, LEASE)

    assert again is not None and again.alert.possible_repeat and again.alert.attempts == 2


def test_an_alert_that_failed_is_tried_again_and_is_no_repeat(store: SqlStore) -> None:
    conflicting(store)
    assert store.claim_alert("x1", NOON, LEASE)
    store.retry_later(Work.ALERT, "x1", NOON + HOUR, "refused")

    assert store.claim_alert("x1", NOON, LEASE) is None
    again = store.claim_alert("x1", NOON + HOUR, LEASE)
    assert again is not None and not again.alert.possible_repeat


def test_a_waiting_alert_is_not_claimed_before_its_time(store: SqlStore) -> None:
    tagged(store, "a1", HELD)
    tagged(store, "a2", LOST)
    change = ConflictChange(a_conflict(Position("held", (HELD,)), Position("lost", (LOST,))), "opened", True)
    alert = an_alert(not_before=NOON + HOUR)
    assert store.save_comparison("a2", store.load_comparison("a2", Candidates()), [change], [alert], NOON)

    assert store.claim_alert("x1", NOON, LEASE) is None
    assert store.claim_alert("x1", NOON + HOUR, LEASE) is not None
