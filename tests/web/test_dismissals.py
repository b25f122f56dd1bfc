"""What a person marks as no conflict at the desk, the real engine leaves alone; what is truly new alerts again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from monitor.adapters.clock import SetClock
from monitor.app import App
from monitor.config import Config, Region
from monitor.conflicts.engine import ConflictEngine
from monitor.model import Alert, AlertState, Article, Cause, Conflict, ConflictState, SourceKind
from monitor.store.repository import SqlStore, open_store
from monitor.web.application import build_desk
from tests.fakes.claims import Said, claim
from tests.fakes.scorer import a_plain_model
from tests.fakes.values import HOUR, NOON
from tests.web.conftest import csrf_of

MINISTRY, MAYOR = claim().by("health ministry"), claim().in_("Coast Radio").by("the mayor")
CRESCENT, POLICE = claim().in_("Gulf Post").by("the Red Crescent"), claim().in_("Evening Star").by("the police chief")
CONFIG = Config((Region("Derna"),))


@dataclass
class Newsroom:
    """An app over a store, whose tagger's work is already done, and a desk beside it."""

    store: SqlStore
    now: datetime = NOON
    app: App = field(init=False)
    desk: TestClient = field(init=False)

    def __post_init__(self) -> None:
        clock = SetClock(self.now)
        config = replace(CONFIG, alerts=replace(CONFIG.alerts, min_confidence=0.0))
        self.app = App(config, self.store, clock)
        vars(self.app)["engine"] = ConflictEngine(model=a_plain_model())  # figures that differ are a conflict
        built = build_desk(config, self.store, clock)
        self.desk = TestClient(built, base_url="http://127.0.0.1:8300", follow_redirects=False)

    def reads(self, said: Said) -> list[Alert]:
        """Take in an article that says this and return the alerts that go out for it."""
        self.now += HOUR
        self.app.clock.set(self.now)  # type: ignore[attr-defined]
        made = said.claim
        text = f"{made.quote}. It was said in {made.source}."
        article = Article(made.article, made.source, "https://outlet.example/1", self.now, "News", text)
        before = {alert.id for alert in self.store.alerts()}
        assert self.app.take_in(article, SourceKind.OTHER)
        assert self.store.save_claims(article, [replace(made, published=self.now)], self.now)
        self.app.compare(article.id)
        return [a for a in self.store.alerts() if a.id not in before and a.state is AlertState.PENDING]

    def decides(self, name: str, **fields: str) -> int:
        """Send a form of the conflict's page."""
        id = self.only.id
        csrf = csrf_of(self.desk.get(f"/conflicts/{id}").text)
        return self.desk.post(f"/conflicts/{id}/{name}", data={"csrf": csrf, **fields}).status_code

    @property
    def only(self) -> Conflict:
        (conflict,) = self.store.conflicts()
        return conflict

    @property
    def causes(self) -> list[str]:
        return [revision.cause for revision in self.only.revisions]


@pytest.fixture
def room() -> Iterator[Newsroom]:
    store = open_store("sqlite://")
    yield Newsroom(store)
    store.close()


@pytest.fixture
def disputed(room: Newsroom) -> Newsroom:
    """Two voices that differ, and an alert about it."""
    assert room.reads(MINISTRY.killed(12)) == []
    assert len(room.reads(MAYOR.killed(15))) == 1
    return room


WHY = {"kind": "subset", "note": "the mayor counts the missing too"}


def test_dismissed_stays_silent_when_others_say_the_same(disputed: Newsroom) -> None:
    assert disputed.decides("dismiss", **WHY) == 303

    assert disputed.reads(CRESCENT.killed(15)) == []
    assert disputed.reads(POLICE.killed(12)) == []
    assert disputed.only.state is ConflictState.DISMISSED and disputed.causes == [Cause.OPENED, Cause.DISMISSED]


def test_a_new_position_alerts_again(disputed: Newsroom) -> None:
    disputed.decides("dismiss", **WHY)

    assert len(disputed.reads(CRESCENT.killed(60))) == 1
    assert disputed.only.state is ConflictState.OPEN
    assert disputed.causes == [Cause.OPENED, Cause.DISMISSED, Cause.REOPENED, Cause.NEW_POSITION]
    answers = " ".join(position.answer for position in disputed.only.positions)
    assert "60" in answers


def test_taken_back_it_alerts_as_before(disputed: Newsroom) -> None:
    disputed.decides("dismiss", **WHY)
    assert disputed.decides("restore") == 303

    assert len(disputed.reads(CRESCENT.killed(15))) == 1
    assert disputed.causes[:3] == [Cause.OPENED, Cause.DISMISSED, Cause.RESTORED]


def test_the_page_says_who_dismissed_it_and_why(disputed: Newsroom) -> None:
    disputed.decides("dismiss", **WHY)

    page = disputed.desk.get(f"/conflicts/{disputed.only.id}").text
    assert "Dismissed by desk" in page and WHY["note"] in page
    shown = disputed.desk.get(f"/api/v1/conflicts/{disputed.only.id}").json()
    assert shown["dismissed"]["note"] == WHY["note"] and shown["dismissed"]["by"] == "desk"
    assert disputed.only.revisions[-1].note == f"by desk: {WHY['note']}"


def pair_of(room: Newsroom) -> dict[str, str]:
    first, second = (position.claims[0].id for position in room.only.positions[:2])
    return {"first": first, "second": second}


def test_the_only_pair_of_quotes_is_the_whole_conflict(disputed: Newsroom) -> None:
    assert disputed.decides("dismiss-pair", **pair_of(disputed), **WHY) == 303
    assert disputed.only.state is ConflictState.DISMISSED
    assert disputed.decides("restore") == 303
    assert disputed.desk.get(f"/api/v1/conflicts/{disputed.only.id}").json()["dismissed_pairs"] == []


def test_one_pair_of_several_leaves_the_others(disputed: Newsroom) -> None:
    disputed.reads(CRESCENT.killed(60))
    pair = pair_of(disputed)

    assert disputed.decides("dismiss-pair", **pair, **WHY) == 303
    assert disputed.only.state is ConflictState.OPEN and disputed.causes[-1] == Cause.PAIR_DISMISSED
    page = disputed.desk.get(f"/conflicts/{disputed.only.id}").text
    assert "Quotes that do not conflict" in page and WHY["note"] in page
    (kept,) = disputed.store.dismissed(["Derna"], NOON - HOUR)
    assert {c.id for side in kept.sides for c in side} == set(pair.values()) and not kept.alike

    assert disputed.decides("restore-pair", **pair) == 303
    assert disputed.store.dismissed(["Derna"], NOON - HOUR) == ()


def test_two_quotes_of_one_side_are_no_pair(disputed: Newsroom) -> None:
    first = pair_of(disputed)["first"]
    assert disputed.decides("dismiss-pair", first=first, second=first, **WHY) == 422
    assert disputed.decides("dismiss-pair", first=first, second="nothing", **WHY) == 422
    assert disputed.decides("restore-pair", first=first, second="nothing") == 404


def test_who_had_seen_it_has_seen_the_decision(disputed: Newsroom) -> None:
    disputed.decides("acknowledge")
    disputed.decides("dismiss", **WHY)
    disputed.decides("restore")
    assert "Seen by desk" in disputed.desk.get(f"/conflicts/{disputed.only.id}").text


def test_a_pair_becomes_a_trap_of_its_own_articles(disputed: Newsroom) -> None:
    disputed.reads(CRESCENT.killed(60))
    pair = pair_of(disputed)
    disputed.decides("dismiss-pair", **pair, **WHY)

    case = disputed.desk.get("/export/cases.jsonl").json()
    (trap,) = case["traps"]
    assert trap["kind"] == WHY["kind"] and trap["why"] == WHY["note"] and case["conflicts"] == []
    texts = {article["id"]: article["text"] for article in case["articles"]}
    assert len(texts) == 2 and all(e["quote"] in texts[e["article"]] for e in trap["evidence"])
