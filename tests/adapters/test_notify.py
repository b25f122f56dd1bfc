"""Sending through Apprise to a real webhook."""

from __future__ import annotations

import json
from asyncio import StreamWriter
from collections.abc import Iterator

import pytest

from monitor.adapters.console import ConsoleSender
from monitor.adapters.notify import AppriseSender
from monitor.alerts.render import Renderer
from monitor.errors import SendError
from tests.fakes.alerts import two_sided
from tests.fakes.loopback import Answer, Loopback, Seen

MESSAGE = Renderer().message([two_sided().job()])


@pytest.fixture
def web() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


def url(web: Loopback, path: str) -> str:
    return web.url(path).replace("http://", "json://")


def test_a_webhook_gets_the_whole_alert_as_plain_text(web: Loopback) -> None:
    web.answer("/hook", Answer(200, b"ok"))

    receipt = AppriseSender(url(web, "/hook")).send(MESSAGE, "other")

    (seen,) = web.seen("/hook")
    body = json.loads(seen.body)
    assert body["title"] == MESSAGE.subject and "“Russian troops have entered Makhnovka”" in body["message"]
    assert "https://kyivwire.example/2" in body["message"]
    assert receipt.data["apprise"] == [{"service": "JSON", "status": "SUCCESS"}]


def test_a_service_that_refuses_is_tried_again(web: Loopback) -> None:
    web.answer("/hook", Answer(500, b"no"))

    with pytest.raises(SendError, match="JSON: FAILURE") as caught:
        AppriseSender(url(web, "/hook")).send(MESSAGE, "other")

    assert caught.value.retry and len(web.seen("/hook")) == 1


def test_a_url_that_apprise_does_not_know_is_not() -> None:
    with pytest.raises(SendError, match="bad-url") as caught:
        AppriseSender("nonsense://secret@x").send(MESSAGE, "other")

    assert not caught.value.retry and "secret" not in str(caught.value)


def test_a_service_that_hangs_up_may_have_taken_it_and_one_that_is_away_did_not(web: Loopback) -> None:
    async def hang_up(_seen: Seen, writer: StreamWriter) -> None:
        writer.close()

    web.raw("/hook", hang_up)
    with pytest.raises(SendError) as broken:
        AppriseSender(url(web, "/hook")).send(MESSAGE, "other")
    with Loopback() as gone:
        away_url = url(gone, "/hook")
    with pytest.raises(SendError) as away:
        AppriseSender(away_url).send(MESSAGE, "other")

    assert (broken.value.doubtful, away.value.doubtful) == (True, False)


def test_the_terminal_shows_the_alert(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleSender().send(MESSAGE, "console")

    assert "Ukrainian forces still hold Makhnovka" in capsys.readouterr().out
