"""The starter and its sample wire: every file loads, and what is shipped is what is here."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from monitor.config import find_problems, load_config
from monitor.extract.page import extract_page
from monitor.model import Quality
from monitor.poll.feed import parse_feed

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
PAGES = sorted((SEEDS / "wire").glob("*.html"))
FEEDS = sorted((SEEDS / "wire").glob("*.xml"))


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.yaml")), ids=lambda path: path.name)
def test_a_shipped_watchlist_loads_and_lacks_nothing(path: Path) -> None:
    assert find_problems(load_config(path, environ={})) == []


def test_the_starter_polls_the_sample_first_and_then_outlets_of_many_sides() -> None:
    sources = load_config(SEEDS / "starter.yaml", environ={}).sources
    samples = [source for source in sources if source.sample]
    live = [source for source in sources if not source.sample]
    assert list(sources[:4]) == samples
    assert len(live) >= 25
    assert {"agency", "state", "local", "broadcaster", "newspaper"} <= {source.kind for source in live}
    assert len({source.country for source in live}) >= 15
    assert all(source.feed.startswith("https://") for source in live)


def test_every_page_of_the_wire_is_listed_by_one_feed_and_every_link_leads_to_a_page() -> None:
    links = []
    for path in FEEDS:
        feed = parse_feed(path.read_bytes(), "application/xml", f"file:wire/{path.name}")
        assert feed.notes == ()
        links += [entry.link for entry in feed.entries]
    assert sorted(str(link) for link in links) == [f"file:wire/{path.name}" for path in PAGES]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_of_the_wire_is_read_whole_and_without_its_frame(path: Path) -> None:
    document = extract_page(path.read_bytes(), f"file:wire/{path.name}", "text/html")
    assert document.quality is Quality.FULL
    assert "Related" not in document.text
    assert "All rights reserved" not in document.text
    assert document.published is not None


def test_the_package_finds_the_seeds() -> None:
    assert (files("monitor") / "seeds" / "starter.yaml").read_text() == (SEEDS / "starter.yaml").read_text()


def test_an_installed_wheel_brings_the_seeds_along(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for name in ("monitor", "workers", "seeds"):
        (tmp_path / name).symlink_to(ROOT / name)
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", "out", "."]
    subprocess.run([sys.executable, "-m", "pip", *words], cwd=tmp_path, check=True, stdin=subprocess.DEVNULL)
    names = set(zipfile.ZipFile(next((tmp_path / "out").glob("*.whl"))).namelist())
    wanted = [f"monitor/seeds/{path.relative_to(SEEDS)}" for path in (SEEDS / "starter.yaml", *PAGES, *FEEDS)]
    assert [name for name in wanted if name not in names] == []
