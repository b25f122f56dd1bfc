"""`retention` drops the texts of old articles; claims, and the articles that conflicts rest on, keep their words."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from monitor.model import ConflictChange, Position, Quality, SourceKind
from monitor.ports import ArticleState, Candidates, PollRecord, Work
from monitor.store.engine import reading, writing
from monitor.store.repository import SqlStore
from monitor.store.retention import BATCH
from monitor.store.tables import article_revisions, articles, entries
from tests.fakes.values import HOUR, NOON, a_claim, a_conflict, a_source, an_article, an_entry

DAY = timedelta(days=1)
LEASE = timedelta(minutes=3)
KEEP = 90 * DAY


def read_to_the_end(store: SqlStore, id: str, published: datetime = NOON, *claims: str) -> None:
    """Store an article that was tagged and compared."""
    article = an_article(id, published=published)
    store.save_article(None, article, SourceKind.AGENCY, (), ArticleState.FETCHED, published)
    found = [a_claim(claim, id, published=published, source=article.source) for claim in claims]
    store.save_claims(article, found, published)
    comparison = store.load_comparison(id, Candidates())
    assert store.save_comparison(id, comparison, (), (), published)


def text_of(store: SqlStore, id: str) -> str:
    article = store.article(id)
    assert article is not None
    return article.text


def test_old_texts_go_and_young_ones_stay(store: SqlStore) -> None:
    read_to_the_end(store, "old", NOON - KEEP - HOUR, "c-old")
    read_to_the_end(store, "young", NOON - KEEP + HOUR, "c-young")

    assert store.prune(NOON, KEEP) is False

    assert text_of(store, "old") == "" and text_of(store, "young")
    assert {claim.id for claim in store.claims()} == {"c-old", "c-young"}
    assert all(claim.quote == "Troops hold Makhnovka" for claim in store.claims())
    with reading(store.engine) as connection:
        kept = set(connection.scalars(select(article_revisions.c.article).where(article_revisions.c.text != "")))
    assert kept == {"young"}


def test_without_a_retention_nothing_goes(store: SqlStore) -> None:
    read_to_the_end(store, "old", NOON - 9 * KEEP)
    assert store.prune(NOON) is False and text_of(store, "old")


def test_the_evidence_of_a_conflict_keeps_its_text(store: SqlStore) -> None:
    read_to_the_end(store, "one", NOON - 2 * KEEP, "c1")
    read_to_the_end(store, "two", NOON - 2 * KEEP, "c2")
    read_to_the_end(store, "three", NOON - 2 * KEEP, "c3")
    held = {claim.id: claim for claim in store.claims()}
    conflict = a_conflict(Position("held", (held["c1"],)), Position("lost", (held["c2"],)))
    store.save_changes([ConflictChange(conflict, "opened", True)], ())

    store.prune(NOON, KEEP)

    assert text_of(store, "one") and text_of(store, "two") and not text_of(store, "three")


def test_what_is_not_finished_is_not_touched(store: SqlStore) -> None:
    article = an_article("waiting", published=NOON - 2 * KEEP)
    store.save_article(None, article, SourceKind.AGENCY, (), ArticleState.FETCHED, NOON)

    store.prune(NOON, KEEP)

    claimed = store.claim_article("waiting", ArticleState.FETCHED, NOON, LEASE)
    assert claimed is not None and claimed.text == article.text


def test_a_page_that_changes_after_its_text_was_dropped_is_not_read_as_a_correction(store: SqlStore) -> None:
    read_to_the_end(store, "old", NOON - 2 * KEEP, "c1")
    store.prune(NOON, KEEP)

    changed = an_article("old", published=NOON - 2 * KEEP, text="A new footer, nothing else.")
    assert store.save_article(None, changed, SourceKind.AGENCY, (), ArticleState.FETCHED, NOON) is None
    assert store.article_state("old") is ArticleState.COMPARED


def test_a_great_many_old_texts_go_in_small_transactions(store: SqlStore) -> None:
    for number in range(BATCH // 50 + 3):
        read_to_the_end(store, f"a{number}", NOON - 2 * KEEP)
    with writing(store.engine) as connection:  # as many as one transaction takes, and some more
        rows = [dict(row) for row in connection.execute(select(articles).limit(1)).mappings()]
        more = [{**rows[0], "id": f"b{number}"} for number in range(BATCH)]
        connection.execute(articles.insert(), more)

    assert store.prune(NOON, KEEP) is False

    with reading(store.engine) as connection:
        assert not list(connection.scalars(select(articles.c.id).where(articles.c.text != "")))


def test_an_article_once_stored_its_feed_keeps_no_second_copy_of_the_text(store: SqlStore) -> None:
    store.sync_sources([a_source()], NOON)
    (source,) = store.take_due(Work.SOURCE, NOON, 1, HOUR)
    store.claim_sources([source], NOON, LEASE)
    whole = an_entry("e1", content_html="<p>" + "Troops hold Makhnovka. " * 200 + "</p>")
    ((id,),) = store.save_polls([(source, PollRecord({}, NOON + HOUR, "well", "", (whole,)))], NOON)
    stored = store.claim_entry(id, NOON, LEASE)
    assert stored is not None and stored.entry == whole

    store.save_article(id, an_article("a1"), SourceKind.AGENCY, (), ArticleState.FETCHED, NOON)

    with reading(store.engine) as connection:
        data = connection.scalar(select(entries.c.data).where(entries.c.id == id))
    assert data is not None and len(data) < 1000
    again = store.save_polls([(source, PollRecord({}, NOON + 2 * HOUR, "well", "", (whole,)))], NOON + HOUR)
    assert again == [[]]  # known, and the same


def test_thin_articles_may_still_grow(store: SqlStore) -> None:
    empty = an_article("a1", text="", quality=Quality.EMPTY)
    store.save_article(None, empty, SourceKind.AGENCY, (), ArticleState.UNREAD, NOON)
    with writing(store.engine) as connection:
        connection.execute(update(articles).values(published=NOON - 2 * KEEP))

    assert store.save_article(None, an_article("a1"), SourceKind.AGENCY, (), ArticleState.FETCHED, NOON) == "a1"
