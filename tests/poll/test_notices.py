"""A source that fails for days: one mail to the operators when it does, one when it works again, none in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.adapters.clock import SetClock
from monitor.app import App
from monitor.config import AlertPolicy, Config, EmailTarget, FetchPolicy, Region, SlackTarget, Target
from monitor.model import Source
from monitor.notices import Told
from monitor.pipeline import Outcome
from monitor.ports import Work
from monitor.store.repository import open_store
from tests.fakes.loopback import Answer, Item, Loopback
from tests.fakes.smtp import Mailbox

NOW = datetime(2025, 1, 8, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def web() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        yield server


def an_app(folder: Path, web: Loopback, *targets: Target) -> App:
    source = Source("Wire", web.url("/feed"), every=HOUR)
    config = Config((Region("Kursk"),), (source,), AlertPolicy(targets), fetch=FetchPolicy(allow_private=True))
    app = App(config, open_store(f"sqlite:///{folder}/counterclaim.db"), SetClock(NOW))
    app.sync()
    return app


def email(mailbox: Mailbox, ops: bool = True) -> Target:
    return Target(
        "ops" if ops else "desk", email=EmailTarget(("a@example.org",), "b@example.org", mailbox.url), ops=ops
    )


async def hours(app: App, count: int) -> list[Told]:
    """Live through hours as the daemon would: poll what is due, tell what there is to tell."""
    told = []
    assert isinstance(app.clock, SetClock)
    for _ in range(count):
        async with app.fetching() as fetcher:
            async for _ in app.poll([id for batch in app.due_polls() for id in batch], fetcher):
                pass
        told += [app.tell_operators(id) for id in app.due(Work.NOTICE)]
        app.clock.set(app.clock.now() + HOUR)
    return told


async def test_a_source_that_is_down_for_a_week_gives_two_mails(
    tmp_path: Path, web: Loopback, mailbox: Mailbox
) -> None:
    app = an_app(tmp_path, web, email(mailbox), email(mailbox, ops=False))
    web.feed("/feed", [Item("One", "https://wire.example/1")])
    await hours(app, 3)
    web.answer("/feed", Answer(500))
    await hours(app, 7 * 24)
    assert ["failed since" in mail.get_content() for mail in mailbox.mails] == [True]
    web.feed("/feed", [Item("One", "https://wire.example/1")])
    await hours(app, 12)

    failing, well = mailbox.mails
    assert failing["Subject"] == well["Subject"] == "Counterclaim: a source needs a look"
    assert "server-error" in failing.get_content() and "still trying" in failing.get_content()
    assert "works again" in well.get_content()
    app.close()


async def test_a_source_that_fails_for_less_than_the_time_gives_none(
    tmp_path: Path, web: Loopback, mailbox: Mailbox
) -> None:
    app = an_app(tmp_path, web, email(mailbox))
    web.answer("/feed", Answer(500))
    await hours(app, 20)
    web.feed("/feed", [])
    await hours(app, 20)

    assert mailbox.mails == []
    app.close()


async def test_a_mailbox_that_is_away_gets_its_notice_later_and_the_other_target_gets_it_once(
    tmp_path: Path, web: Loopback, mailbox: Mailbox
) -> None:
    slack = SlackTarget(webhook=web.answer("/slack", Answer(200, b"ok")))
    app = an_app(tmp_path, web, email(mailbox), Target("channel", slack=slack, ops=True))
    mailbox.answers.append("451 try again later")
    web.answer("/feed", Answer(410))
    told = await hours(app, 3)

    assert [one.outcome for one in told] == [Outcome.RETRY, Outcome.DONE]
    assert told[0].targets == ("channel",) and "451" in told[0].reason
    assert len(mailbox.mails) == 1 and "410 Gone" in mailbox.mails[0].get_content()
    (post,) = web.seen("/slack")
    assert b"410 Gone" in post.body
    app.close()


async def test_without_an_operator_the_notice_is_done_with(tmp_path: Path, web: Loopback) -> None:
    app = an_app(tmp_path, web)
    web.answer("/feed", Answer(410))
    assert [one.outcome for one in await hours(app, 2)] == [Outcome.DONE]
    app.close()
