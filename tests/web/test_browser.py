"""The desk in a real browser: every page and action, at phone and desk width, in both themes.

Needs a Chromium (Debian: `apt-get install chromium`) and the `playwright` package; skips aloud without them. axe-core
comes from npm into a temporary folder (or COUNTERCLAIM_AXE names its file); without it only that check is skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from monitor.config import WebPolicy
from monitor.model import Conflict
from monitor.store.repository import open_store
from tests.web.conftest import GUARDED, PASSWORD, Filled
from tests.web.serving import served

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is a development dependency")
PATIENCE = 60_000  # ms: a page is fast; a machine that runs ten other tests is not
playwright_api.expect.set_options(timeout=PATIENCE)
expect = playwright_api.expect  # asks again until it is so: a click that leads to another page does not wait for it
pytestmark = [pytest.mark.e2e, pytest.mark.slow]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
PAGES = [
    "/conflicts",
    "/conflicts/{conflict}",
    "/regions",
    "/claims",
    "/sources",
    "/alerts",
    "/articles/{article}",
    "/out",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("NO BROWSER TESTS: there is no chromium on PATH")
    with playwright_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core."""
    if os.environ.get("COUNTERCLAIM_AXE"):
        return Path(os.environ["COUNTERCLAIM_AXE"]).read_text(encoding="utf-8")
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    command = [str(npm), "install", "--silent", "--no-audit", "--no-fund", "axe-core@4"]
    if npm is None or subprocess.run(command, cwd=folder, capture_output=True, timeout=120).returncode:
        pytest.skip("NO ACCESSIBILITY TEST: npm did not give axe-core")
    return (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


@dataclass
class Visit:
    """A browser window that notes what must not happen."""

    page: Any
    base: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda m: self.faults.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda r: None if r.url.startswith(self.base) else self.faults.append(f"asks {r.url}"))

    def open(self, path: str) -> Any:
        answer = self.page.goto(self.base + path)
        assert answer.status == 200, path
        return self.page

    def sideways(self) -> int:
        """How much wider than the window the page is."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@dataclass
class World:
    """A served desk and what it holds."""

    base: str
    filled: Filled
    conflicts: list[Conflict]

    def path(self, pattern: str) -> str:
        first = self.conflicts[0]
        return pattern.format(conflict=first.id, article=first.positions[0].claims[0].article)


@pytest.fixture
def world(filled: Filled) -> Iterator[World]:
    with served(filled.config, filled.store, filled.clock) as base:
        yield World(base, filled, filled.conflicts)


@pytest.fixture
def visit(chromium: Any, world: World) -> Iterator[Callable[..., Visit]]:
    """Opens windows; in the end none of them may have noted a fault."""
    opened: list[tuple[Any, Visit]] = []

    def open_window(base: str = "", width: str = "desk", theme: str = "light", **more: Any) -> Visit:
        w, h = WIDTHS[width]
        context = chromium.new_context(viewport={"width": w, "height": h}, color_scheme=theme, **more)
        context.set_default_timeout(PATIENCE)
        opened.append((context, Visit(context.new_page(), base or world.base)))
        return opened[-1][1]

    yield open_window
    faults = [fault for _, one in opened for fault in one.faults]
    for context, _ in opened:
        context.close()
    assert faults == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_is_accessible(
    visit: Callable[..., Visit], world: World, axe: str, width: str, theme: str
) -> None:
    window = visit(width=width, theme=theme, bypass_csp=True)  # axe is put into the page, which our policy forbids
    bad = []
    for pattern in PAGES:
        page = window.open(world.path(pattern))
        assert window.sideways() <= 0, pattern
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        bad += [
            (pattern, v["id"], v["impact"], v["nodes"][0]["html"][:200])
            for v in found
            if v["impact"] in ("serious", "critical")
        ]
    assert bad == []


def test_no_page_breaks_its_own_policy(visit: Callable[..., Visit], world: World) -> None:
    window = visit()
    for pattern in PAGES:
        window.open(world.path(pattern))


def test_times_are_in_the_viewers_zone_with_utc_on_hover(visit: Callable[..., Visit], world: World) -> None:
    claim = world.conflicts[0].positions[0].claims[0]
    page = visit(timezone_id="Asia/Tokyo", locale="en-GB").open(f"/articles/{claim.article}")
    node = page.locator("time").first
    assert node.get_attribute("title").endswith("UTC")
    hour = (claim.published.hour + 9) % 24
    assert f"{hour:02d}:{claim.published.minute:02d}" in node.inner_text() and "UTC" not in node.inner_text()


def test_without_a_script_everything_still_works(visit: Callable[..., Visit], world: World) -> None:
    window = visit(java_script_enabled=False)
    page = window.open("/conflicts?state=all")
    assert "UTC" in page.locator("time").first.inner_text()
    page.select_option("select[name=region]", world.conflicts[0].region)
    page.click("text=Filter")
    there = [c for c in world.conflicts if c.region == world.conflicts[0].region]
    expect(page.locator("h1")).to_have_text(f"Conflicts in {world.conflicts[0].region}")
    expect(page.locator("ol.conflicts > li")).to_have_count(len(there))
    window.open(f"/conflicts/{world.conflicts[0].id}")
    page.click("text=Acknowledge")
    expect(page.locator("text=Seen by desk")).to_be_visible()


def test_a_choice_filters_at_once(visit: Callable[..., Visit], world: World) -> None:
    page = visit().open("/conflicts?state=all")
    page.select_option("select[name=region]", world.conflicts[0].region)
    expect(page.locator("h1")).to_have_text(f"Conflicts in {world.conflicts[0].region}")
    assert "region=" in page.url and "source=" not in page.url  # empty fields are left out


def test_a_conflict_is_acknowledged_muted_and_dismissed(visit: Callable[..., Visit], world: World) -> None:
    conflict = world.conflicts[0]
    page = visit().open(f"/conflicts/{conflict.id}")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_role("status")).to_have_text("Noted that you have seen it.")
    page.get_by_text("Mute…").click()
    page.get_by_role("button", name="Mute its alerts").click()
    expect(page.get_by_text("Muted until")).to_be_visible()
    page.get_by_role("button", name="Unmute").click()
    expect(page.get_by_text("Muted until")).to_have_count(0)
    world.filled.clock.set(world.filled.clock.now().replace(minute=30))
    page.get_by_text("Not a conflict…").click()
    form = page.locator("form[action$='/dismiss']")
    form.get_by_label("Because").select_option("subset")
    page.get_by_role("button", name="Mark as not a conflict").click()  # the browser asks for the reason first
    expect(form.locator("textarea:invalid")).to_have_count(1)
    form.get_by_label("In your words").fill("Part of the other figure.")
    page.get_by_role("button", name="Mark as not a conflict").click()
    expect(page.get_by_text("Dismissed by desk")).to_contain_text("Part of the other figure.")
    page.get_by_role("button", name="It is a conflict after all").click()
    expect(page.get_by_text("Not a conflict…")).to_be_visible()


def test_two_quotes_are_marked_and_compared_again(visit: Callable[..., Visit], world: World) -> None:
    conflict = max(world.conflicts, key=lambda one: sum(len(position.claims) for position in one.positions))
    page = visit(width="phone").open(f"/conflicts/{conflict.id}")
    page.get_by_text("Only two quotes…").click()
    form = page.locator("form[action$=dismiss-pair]")
    form.get_by_label("One quote").select_option(conflict.positions[0].claims[0].id)
    form.get_by_label("The other quote").select_option(conflict.positions[1].claims[0].id)
    form.get_by_label("In your words").fill("Other days.")
    form.get_by_role("button", name="Mark these two").click()
    expect(page.get_by_role("heading", name="Quotes that do not conflict")).to_be_visible()
    expect(page.locator(".agreed").get_by_text("Other days.")).to_be_visible()
    page.get_by_role("button", name="They do conflict").click()
    expect(page.get_by_role("heading", name="Quotes that do not conflict")).to_have_count(0)


def test_words_find_claims_and_a_claim_leads_to_its_article(visit: Callable[..., Visit], world: World) -> None:
    claim = world.conflicts[0].positions[0].claims[0]
    page = visit().open("/claims")
    page.get_by_label("Words").fill(" ".join(claim.quote.split()[:4]))
    page.get_by_role("button", name="Search").click()
    expect(page.locator("ol.claims > li").first).to_be_visible()
    page.locator(f'a[href$="#claim-{claim.id}"]').first.click()
    expect(page.locator(f"#claim-{claim.id}")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_what_the_pipeline_found_fits_on_every_page(visit: Callable[..., Visit], read: Filled, width: str) -> None:
    largest = max(read.conflicts, key=lambda one: sum(len(position.claims) for position in one.positions))
    article = largest.positions[0].claims[0].article
    with served(read.config, read.store, read.clock) as base:
        window = visit(base, width=width)
        for path in (p.format(conflict=largest.id, article=article) for p in [*PAGES, "/conflicts?state=all"]):
            window.open(path)
            assert window.sideways() <= 0, path


def test_the_keyboard_is_enough(visit: Callable[..., Visit], world: World) -> None:
    page = visit().open("/conflicts?state=all")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("ol.conflicts h2 a").nth(1).inner_text()
    assert page.evaluate("document.activeElement.textContent") == second
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(second)


def test_a_dot_leads_to_its_claim_even_when_it_is_folded_away(visit: Callable[..., Visit], world: World) -> None:
    largest = max(world.conflicts, key=lambda c: max(len(p.claims) for p in c.positions))
    claim = max(largest.positions, key=lambda p: len(p.claims)).claims[-1]
    page = visit().open(f"/conflicts/{largest.id}#claim-{claim.id}")
    expect(page.locator(f"#claim-{claim.id}")).to_be_visible()
    page.locator("a.dot").first.click()
    expect(page).to_have_url(re.compile("#claim-"))


def test_on_a_phone_the_filters_fold_away(visit: Callable[..., Visit], world: World) -> None:
    page = visit(width="phone").open("/conflicts?state=all")
    form = page.locator("form.filters")
    assert not form.is_visible()
    page.get_by_role("button", name="Filters").click()
    expect(form).to_be_visible()


def test_reduced_motion_is_respected(visit: Callable[..., Visit]) -> None:
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    assert visit(reduced_motion="reduce").open("/conflicts").evaluate(behaviour) == "auto"


def test_in_print_the_evidence_stands_without_the_furniture(visit: Callable[..., Visit], world: World) -> None:
    page = visit(theme="dark").open(f"/conflicts/{world.conflicts[0].id}")
    page.emulate_media(media="print")
    assert not page.locator(".decide").is_visible() and not page.locator(".top nav").is_visible()
    assert page.locator("mark").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_logging_in_and_out(visit: Callable[..., Visit], world: World) -> None:
    filled = world.filled
    with served(replace(filled.config, web=GUARDED), filled.store, filled.clock) as base:
        window = visit(base)
        page = window.open("/claims?q=killed")
        page.get_by_label("Your name").fill("Mara")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_url(f"{base}/claims?q=killed")
        page.get_by_role("button", name="Log out").click()
        expect(page).to_have_url(f"{base}/login")


def test_a_hundred_thousand_claims_are_still_shown(visit: Callable[..., Visit], tmp_path: Path) -> None:
    from tests.web.crowd import crowd

    store = open_store(f"sqlite:///{tmp_path / 'crowd.db'}")
    config, clock = crowd(store, claims=100_000)
    with served(replace(config, web=WebPolicy()), store, clock) as base:
        window = visit(base)
        page = window.open("/conflicts")
        expect(page.locator("ol.conflicts > li")).to_have_count(30)
        page.locator("ol.conflicts h2 a").first.click()
        expect(page.locator("mark").nth(1)).to_be_visible()
        for path in ("/regions", "/claims?q=bridge", "/sources", "/alerts"):
            window.open(path)
    store.close()
