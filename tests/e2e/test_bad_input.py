"""Every kind of bad input at once: each is named clearly, none is half done, and none holds up the good ones."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from monitor.app import App, open_app
from monitor.cli import main
from monitor.cli.drain import drain
from monitor.config import load_config
from monitor.store.engine import reading
from monitor.store.tables import articles, entries, sources
from tests.fakes.loopback import Answer, Item, Loopback, Seen, article_page, rss

RSS = {"Content-Type": "application/rss+xml"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
PROSE = [
    "Government troops captured the village of Orlec on Tuesday after a week of shelling, officials said.",
    "The council of the province met in the evening and asked for tents, blankets and a second doctor.",
]


def _feeds(web: Loopback) -> dict[str, str]:
    good = web.page("/good", "Troops capture Orlec", PROSE)
    item = Item("Troops capture Orlec", good, guid="g1")
    whole = rss([item, Item("A second story", web.page("/second", "Second", PROSE[::-1]))])

    async def hang(request: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    answers = {
        "page": Answer(200, article_page("Not a feed", PROSE), HTML),
        "empty": Answer(200, b"", RSS),
        "truncated": Answer(200, whole[: whole.index(b"</item>") + 20], RSS),
        "huge": Answer(200, whole + b" " * 50_000_000, RSS),
        "bomb": Answer(200, gzip.compress(b"<rss>" + b" " * 100_000_000), {**RSS, "Content-Encoding": "gzip"}),
        "charset": Answer(
            200,
            rss([Item("Café à Orlec", web.page("/cafe", "Café", PROSE))]).decode().encode("cp1252"),
            {"Content-Type": "application/rss+xml; charset=utf-8"},
        ),
        "broken": Answer(500, b"oops"),
    }
    made = {name: web.answer(f"/feed/{name}", answer) for name, answer in answers.items()}
    return {"good": web.feed("/feed/good", [item]), **made, "hangs": web.raw("/feed/hangs", hang)}


def _articles(web: Loopback) -> str:
    pages = {
        "pdf": Answer(200, b"%PDF-1.7 " + b"\x00\x01" * 400, {"Content-Type": "application/pdf"}),
        "binary": Answer(200, bytes(range(256)) * 20, {"Content-Type": "text/html"}),
        "empty": Answer(200, b"", HTML),
        "gone": Answer(404, b"no"),
    }
    items = [Item(name, web.answer(f"/article/{name}", answer), guid=name) for name, answer in pages.items()]
    return web.feed("/feed/odd-articles", items)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """Everything bad, and one good outlet, polled and read once."""
    with Loopback() as web:
        feeds = {**_feeds(web), "odd articles": _articles(web)}
        config = tmp_path / "counterclaim.yaml"
        document = {
            "regions": [{"name": "Varn Province", "places": ["Orlec"]}],
            "sources": [{"name": name, "feed": feed} for name, feed in feeds.items()],
            "fetch": {"private_networks": "allow", "timeout": "3s", "per_host": 16},
            "judge": {"model": "none"},
        }
        config.write_text(json.dumps(document))
        opened = open_app(load_config(str(config)))
        asyncio.run(drain(opened))
        yield opened
        opened.close()


def test_bad_feeds_and_pages_are_named_and_hold_nothing_up(app: App) -> None:
    with reading(app.store.engine) as connection:  # type: ignore[attr-defined]
        health = {row.name: (row.state, row.reason) for row in connection.execute(select(sources))}
        listed = {row.key: (row.state, row.reason) for row in connection.execute(select(entries))}
        read = {row.title: row.state for row in connection.execute(select(articles))}

    failing = {name: reason for name, (state, reason) in health.items() if state == "failing"}
    words = {
        "page": "html-page", "empty": "empty", "huge": "too-large", "bomb": "too-large",
        "broken": "server-error", "hangs": "timeout",
    }  # fmt: skip
    assert set(failing) == set(words), failing
    assert {name: reason.split(":")[0] for name, reason in failing.items()} == words
    assert all(health[name][0] == "well" for name in ("good", "truncated", "charset", "odd articles"))

    unread = {key: listed[key] for key in ("pdf", "binary", "empty", "gone")}
    assert unread["pdf"][1] == unread["binary"][1] == "not-html" and unread["empty"][1] == "empty"
    assert unread["gone"][1].startswith("not-found")  # tried again later: it may have been listed too early

    assert read["Troops capture Orlec"] == "compared" and "fetched" not in read.values()
    assert {claim.source for claim in app.store.claims()} >= {"good"}


@pytest.mark.parametrize("command", [["once"], ["poll", "--once"], ["run"], ["claims"]], ids=lambda one: one[0])
def test_a_config_that_cannot_be_used_leaves_nothing_behind(tmp_path: Path, command: list[str]) -> None:
    from workers import cli  # noqa: F401  (adds `run`)

    config = tmp_path / "counterclaim.yaml"
    config.write_text("regions: []\nsources:\n  - {name: A, feed: 'https://a.example/1', every: 15 minutes}\n")

    result = CliRunner().invoke(main, [*command, "--config", str(config)])

    assert result.exit_code == 1
    assert "regions: must not be empty" in result.stderr and "write 15m" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["counterclaim.yaml"]
