"""From two outlets' pages to an email and a webhook: the real daemon, tagger, engine, broker, SMTP and HTTP servers."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.fakes.daemon import Daemon
from tests.fakes.loopback import Answer, Item, Loopback, Seen
from tests.fakes.smtp import Mailbox

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads the process tree from /proc"),
]

SHARED = Path(__file__).parents[3] / "shared" / "seeds"
LEFT = "SELECT count(*) FROM alerts WHERE state IN ('pending', 'leased')"


@dataclass
class Report:
    """One outlet's article."""

    outlet: str
    title: str
    paragraphs: list[str]
    published: datetime


@dataclass
class Desk:
    """Two outlets on loopback with a feed each, a mailbox and a webhook, and the daemon between them."""

    folder: Path
    region: dict[str, object]
    reports: list[Report]
    mails: list[EmailMessage] = field(default_factory=list)
    posts: list[dict[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def run(self) -> str:
        """Let the daemon work until nothing is left to do; return its log."""
        with Loopback() as web, Mailbox() as mailbox:
            web.answer("/hook", self._take)
            config = self._config(web, mailbox)
            with Daemon(config) as daemon:
                self._await_rest(daemon)
            self.mails = mailbox.mails
        return daemon.said()

    def _take(self, request: Seen) -> Answer:
        self.posts.append(json.loads(request.body))
        return Answer(200, b"ok")

    def _config(self, web: Loopback, mailbox: Mailbox) -> Path:
        sources = []
        for number, report in enumerate(self.reports):
            link = web.page(f"/story/{number}", report.title, report.paragraphs, report.published)
            self.links.append(link)
            item = Item(report.title, link, guid=f"g{number}", published=report.published)
            sources.append({"name": report.outlet, "feed": web.feed(f"/rss/{number}.xml", [item])})
        email = {"to": ["desk@example.org"], "from": "alerts@example.org", "smtp": mailbox.url}
        hook = web.url("/hook").replace("http://", "json://")
        config = {
            "regions": [self.region],
            "sources": sources,
            "alerts": {
                "targets": [{"name": "mail", "email": email}, {"name": "hook", "apprise": hook}],
                "group_wait": "45s",  # a busy machine may need so long between one article and the other
            },
            "fetch": {"private_networks": "allow"},
            "web": {"listen": "127.0.0.1:0"},
        }
        path = self.folder / "counterclaim.yaml"
        path.write_text(json.dumps(config))
        return path

    def _await_rest(self, daemon: Daemon, patience: float = 420) -> None:
        end, database = time.monotonic() + patience, self.folder / "counterclaim.db"
        while time.monotonic() < end and daemon.is_running():
            if _number(database, "SELECT count(*) FROM articles WHERE state = 'compared'") == len(self.reports) and (
                not _number(database, LEFT)
            ):
                return
            time.sleep(0.3)
        raise AssertionError(f"not done in {patience} s:\n{daemon.said()[-4000:]}")

    @property
    def mail(self) -> str:
        """The plain part of the one mail."""
        body = self.mails[0].get_body(("plain",))
        return "" if body is None else str(body.get_content())


def _number(database: Path, query: str) -> int:
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30) as connection:
            return int(connection.execute(query).fetchone()[0])
    except sqlite3.OperationalError:  # no tables yet
        return -1


CAPTURED = "The Northern army captured Orlec on Tuesday after a week of shelling, its spokesman Pavel Orm said."
HELD = "The Southern army still holds Orlec, its commander Ana Belik said on Tuesday."
WIRE = Report(
    "Harbour Wire",
    "A week of shelling along the Varn",
    [
        CAPTURED,
        "Residents of the village spent the night in the cellar of the school, where the baker gave out bread.",
        "Two people were wounded in Merin when a shell hit a barn, the regional hospital said.",
        "The governor asked for tents and blankets before the first frost of the year.",
    ],
    datetime(2026, 1, 6, 12, 10, tzinfo=UTC),
)
KURIER = Report(
    "Varn Kurier",
    "Snow on the way as the front holds its breath",
    [
        HELD,
        "She spoke to reporters in Dolsk, where farmers sold the last apples of the year.",
        "The hospital in Merin said that two people had been wounded there by a shell that fell on a barn.",
        "Trains from the capital run only as far as the junction, where buses wait for the passengers.",
    ],
    datetime(2026, 1, 6, 14, 25, tzinfo=UTC),
)
VARN = {"name": "Varn Province", "aliases": ["Varn"], "places": ["Orlec", "Merin", "Dolsk"]}


def test_two_outlets_that_contradict_each_other_make_one_email_and_one_webhook(tmp_path: Path) -> None:
    desk = Desk(tmp_path, VARN, [WIRE, KURIER])
    log = desk.run()

    assert (len(desk.mails), len(desk.posts)) == (1, 1), log[-4000:]
    hook = desk.posts[0]["message"]
    for text in (desk.mail, hook):
        words = " ".join(text.split())
        for quote, speaker in (
            (CAPTURED, "Pavel Orm, quoted by Harbour Wire"),
            (HELD, "Ana Belik, quoted by Varn Kurier"),
        ):
            assert f"“{quote}”" in words and speaker in words
        assert all(link in words for link in desk.links)
        assert "published 06 Jan 2026 12:10 UTC, fetched" in words and "published 06 Jan 2026 14:25 UTC" in words
    assert "Orlec" in desk.mails[0]["Subject"] and "Orlec" in desk.posts[0]["title"]
    assert "Merin" not in hook.split("WHY IT IS A CONFLICT")[0]  # there they agree


@pytest.mark.skipif(not SHARED.is_dir(), reason="the two texts of ../shared/seeds are not here")
def test_the_two_texts_on_the_kursk_offensive_make_one_email_and_one_webhook(tmp_path: Path) -> None:
    """About Makhnovka or the outcome of the offensive, and nothing that pairs facts which do not conflict."""
    places = ["Makhnovka", "Berdin", "Sudzha", "Malaya Loknya", "Bolshoe Soldatskoe"]
    desk = Desk(tmp_path, {"name": "Kursk region", "places": places}, _shared_reports())
    log = desk.run()

    assert (len(desk.mails), len(desk.posts)) == (1, 1), log[-4000:]
    hook = desk.posts[0]["message"]
    for text in (desk.mail, hook):
        words = " ".join(text.split())
        assert all(link in words for link in desk.links)
        assert "Outlet A" in words and "Outlet B" in words and words.count("“") >= 2
        assert "published 07 Jan 2025 13:25 UTC" in words and "published 05 Jan 2025 18:00 UTC" in words
    question = hook.splitlines()[2]
    assert any(word in question for word in ("Makhnovka", "attack", "assault", "offensive"))
    quotes = " ".join(part.split("”")[0] for part in hook.split("“")[1:])
    assert not {"Kurakhove", "Toretsk", "Trump", "Biden", "Zelensky"} & set(quotes.replace(",", " ").split())


def _shared_reports() -> list[Report]:
    first, second = sorted(SHARED.glob("*.txt"))[:2]
    lines = [[line for line in path.read_text().splitlines() if line.strip()] for path in (first, second)]
    return [
        # The first begins with its site's own header: a date, a breadcrumb, then the headline.
        Report("Outlet A", lines[0][2], lines[0][3:], datetime(2025, 1, 7, 13, 25, tzinfo=UTC)),
        Report("Outlet B", lines[1][0], lines[1][1:], datetime(2025, 1, 5, 18, 0, tzinfo=UTC)),
    ]
