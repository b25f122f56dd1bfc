"""What an alert shows, and what a hostile article can make of it."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from monitor.alerts.reasons import Gather
from monitor.alerts.render import Renderer
from monitor.alerts.render.blocks import fitting
from monitor.model import Alert, AlertState, Cause, ConflictState, Quantity, SourceKind
from tests.fakes.alerts import NOON, ConflictBuilder, two_sided
from tests.fakes.hostile import HOSTILE, HOSTILE_URLS
from tests.fakes.slack import _checked as refusal
from tests.fakes.slack import strings


class Page(HTMLParser):
    """The tags, links and words of an HTML page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    @property
    def links(self) -> list[str]:
        return [str(attributes["href"]) for tag, attributes in self.tags if tag == "a"]


@pytest.fixture
def renderer() -> Renderer:
    return Renderer({"desk": "Europe/Kyiv"}, "https://desk.example")


def forms(renderer: Renderer, builder: ConflictBuilder) -> dict[str, str]:
    message = renderer.message([builder.job()])
    slack = renderer.slack(message)
    assert refusal({"text": slack.text, "blocks": slack.blocks}) == ""
    return {
        "text": message.text,
        "html": Page(renderer.html(message)).words,
        "slack": "\n".join(strings(slack.blocks)),
    }


@pytest.mark.parametrize("form", ["text", "html", "slack"])
def test_an_alert_shows_all_the_evidence(renderer: Renderer, form: str) -> None:
    builder = two_sided().says("held", "The village is ours", "Local Post", kind=SourceKind.LOCAL)

    shown = " ".join(forms(renderer, builder)[form].split())

    for words in (
        "Who controls Makhnovka?",
        "Kursk Oblast",
        "the defence ministry, quoted by Vestnik Online",
        "Local Post, in its own voice",
        "local media",
        "Russian troops have entered Makhnovka",
        "Ukrainian forces still hold Makhnovka",
        "07 Jan 2025 14:10 EET",
        "07 Jan 2025 14:13 EET",
        "they give opposite answers",
        "83%",
        "c1",
    ):
        assert words in shown
    assert "vestnikonline.example" in shown


def test_plain_text_has_full_links(renderer: Renderer) -> None:
    assert "https://vestnikonline.example/1" in forms(renderer, two_sided())["text"]


def test_html_links_only_to_the_articles_and_the_desk(renderer: Renderer) -> None:
    page = Page(renderer.html(renderer.message([two_sided().job()])))

    assert page.links == [
        "https://vestnikonline.example/1",
        "https://kyivwire.example/2",
        "https://desk.example/conflicts/c1",
    ]
    assert not [tag for tag, _ in page.tags if tag in {"script", "img", "link", "iframe", "form", "object"}]


@pytest.mark.parametrize("form", ["text", "html", "slack"])
@pytest.mark.parametrize(
    ("builder", "mark"),
    [
        (two_sided(sample=True), "sample"),
        (two_sided(state=ConflictState.SETTLED), "settled"),
    ],
    ids=["sample", "settled"],
)
def test_marks_are_plain_to_see(renderer: Renderer, form: str, builder: ConflictBuilder, mark: str) -> None:
    assert mark in forms(renderer, builder)[form].lower()


@pytest.mark.parametrize("form", ["text", "html", "slack"])
def test_a_possible_repeat_says_so(renderer: Renderer, form: str) -> None:
    message = renderer.message([two_sided().job(possible_repeat=True)])
    shown = {
        "text": message.text,
        "html": renderer.html(message),
        "slack": json.dumps(renderer.slack(message).blocks),
    }

    assert "possible repeat" in shown[form].lower()


def test_an_update_says_what_changed_since_the_last_message(renderer: Renderer) -> None:
    first = two_sided()
    sent = [{"revision": 1, "claims": [c.id for p in first.conflict().positions for c in p.claims]}]
    later = first.says("grey zone", "Nobody holds it", "Third Post").because(Cause.NEW_POSITION, "nobody holds it")
    message = renderer.message([later.job(sent=sent)])

    assert "Update: new answer" in message.text
    assert "New answer: nobody holds it" in message.text
    reply = "\n".join(strings(renderer.slack_change(message).blocks))
    assert "Nobody holds it" in reply and "Ukrainian forces" not in reply


def test_a_disputed_figure_is_drawn_over_time(renderer: Renderer) -> None:
    builder = (
        two_sided()
        .says("12", "12 people died", "A", quantity=Quantity(12, 12, "12 people"))
        .says("at least 30", "at least 30 died", "B", quantity=Quantity(30, float("inf"), "at least 30"))
        .says("15-20", "between 15 and 20", "C", quantity=Quantity(15, 20, "between 15 and 20"))
    )

    bars = renderer.view(builder.job()).chart

    assert [(bar.outlet, bar.left, bar.width) for bar in bars] == [("A", 0, 40), ("B", 0, 100), ("C", 50, 17)]
    assert "The figure over time" in renderer.html(renderer.message([builder.job()]))


def test_one_figure_draws_nothing(renderer: Renderer) -> None:
    builder = two_sided().says("12", "12 died", "A", quantity=Quantity(12, 12, "12"))

    assert renderer.view(builder.job()).chart == ()


# --- hostile texts ---------------------------------------------------------------------------------------------------


def hostile(text: str, url: str = "https://example.org/1") -> ConflictBuilder:
    builder = ConflictBuilder(region=text or "R", question=text, place=text)
    builder.says(text, text, text, text, url=url, title=text).says("other", text, f"{text}2", url=url)
    return builder.because(Cause.OPENED, text)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_are_harmless_in_slack(renderer: Renderer, text: str) -> None:
    builder = hostile(text)
    message = renderer.message([builder.job()])

    for content in (renderer.slack(message), renderer.slack_change(message)):
        assert refusal({"text": content.text, "blocks": content.blocks}) == ""
        assert not set(content.text) & set("<>")
        for block in content.blocks:
            assert_no_way_out(block)


def assert_no_way_out(value: object) -> None:
    """Text of articles in mrkdwn is escaped; links go to where they say."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            assert not set(value["text"]) & set("<>")
            assert value["verbatim"] is True
        if value.get("type") == "link":
            assert value["url"].startswith("https://") and value["text"] in (*value["url"].split("/"), DESK_LINK)
        assert value.get("type") not in {"user", "usergroup", "channel", "broadcast"}
        for inner in value.values():
            assert_no_way_out(inner)
    elif isinstance(value, list):
        for inner in value:
            assert_no_way_out(inner)


DESK_LINK = "All the evidence on the desk"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_are_harmless_in_html(renderer: Renderer, text: str) -> None:
    html = renderer.html(renderer.message([hostile(text).job()]))
    page, plain = Page(html), Page(renderer.html(renderer.message([hostile("plain").job()])))

    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    assert [set(attributes) for _, attributes in page.tags] == [set(attributes) for _, attributes in plain.tags]
    assert page.links == plain.links


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_are_harmless_in_text(renderer: Renderer, text: str) -> None:
    message = renderer.message([hostile(text).job()])

    assert len(message.subject.splitlines()) <= 1
    assert all(character.isprintable() for character in message.text if character not in "\n\u200d")
    assert len(message.text) < 15_000


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_hostile_addresses_are_not_linked(renderer: Renderer, url: str) -> None:
    message = renderer.message([hostile("words", url).job()])

    assert Page(renderer.html(message)).links == ["https://desk.example/conflicts/c1"]
    assert "evil" not in json.dumps(renderer.slack(message).blocks)
    assert "(no web address)" in message.text


def test_a_message_of_any_size_stays_within_slacks_limits(renderer: Renderer) -> None:
    builder = ConflictBuilder(question="q " * 300)
    for number in range(60):
        builder.says(f"answer {number % 12} " + "a" * 400, "quote " * 500, f"Outlet {number}", "s" * 300)
    message = renderer.message([builder.because(Cause.OPENED).job()])

    content = renderer.slack(message)

    assert refusal({"text": content.text, "blocks": content.blocks}) == ""
    assert content.blocks[-1]["elements"][0]["text"] == "and more"


def test_blocks_beyond_the_fiftieth_are_said_to_be_more() -> None:
    assert len(fitting({"type": "divider"} for _ in range(80))) == 50


@pytest.mark.parametrize("form", ["text", "html", "slack"])
def test_an_alert_names_both_regions_that_it_is_about(renderer: Renderer, form: str) -> None:
    builder = two_sided().about("Sumy Oblast").says("held", "Nobody crossed", "Sumy News").because(Cause.OPENED)

    assert "Kursk Oblast and Sumy Oblast" in forms(renderer, builder)[form]
    assert renderer.message([builder.job()]).subject == "Kursk Oblast and Sumy Oblast: Who controls Makhnovka?"


# --- digests and notices ---------------------------------------------------------------------------------------------


def test_a_digest_shows_each_conflict_and_how_many_more(renderer: Renderer) -> None:
    jobs = [two_sided(key=f"c{number}", question=f"Question {number}?").job() for number in range(40)]
    message = renderer.message(jobs, Gather.DIGEST)

    assert message.subject == "Counterclaim, your digest: 40 conflicts"
    assert "Question 29?" in message.text and "and 10 more conflicts" in message.text
    assert "and 10 more" in renderer.html(message)
    blocks = renderer.slack(message)
    assert refusal({"text": blocks.text, "blocks": blocks.blocks}) == ""
    assert "more" in list(strings(blocks.blocks))[-1]


def test_a_notice_names_the_target_that_failed_and_why(renderer: Renderer) -> None:
    lost = Alert("x", "c1", 1, "editors", "opened", NOON, NOON, AlertState.DEAD, detail="refused: 550 no such user")
    job = replace(two_sided().job("ops", reason="undelivered"), undelivered=(lost,))
    message = renderer.message([job])

    assert "An alert could not be delivered" in message.text
    assert "editors: refused: 550 no such user" in message.text
    assert "editors: refused: 550 no such user" in renderer.html(message)
    assert "editors: refused: 550 no such user" in json.dumps(renderer.slack(message).blocks)


# --- own templates ---------------------------------------------------------------------------------------------------


def test_a_template_of_the_configs_folder_takes_the_place_of_the_bundled_one(tmp_path: Path) -> None:
    (tmp_path / "alert.txt.jinja").write_text("{{ alert.region }} / {{ alert.question }}")

    assert Renderer(folder=tmp_path).message([two_sided().job()]).text == "Kursk Oblast / Who controls Makhnovka?"


@pytest.mark.parametrize(
    "template", ["{{ alert.nothing }}", "{% if %}", "{{ alert.positions[99].answer }}", "{{ 1 / 0 }}"]
)
def test_a_faulty_template_loses_no_alert_and_is_named(tmp_path: Path, template: str) -> None:
    (tmp_path / "alert.txt.jinja").write_text(template)
    renderer = Renderer(folder=tmp_path)

    assert "Who controls Makhnovka?" in renderer.message([two_sided().job()]).text
    assert renderer.templates.faults[0].startswith("alert.txt.jinja: ")


def test_slack_templates_write_json_whatever_the_words_are(tmp_path: Path) -> None:
    text = '{"type": "plain_text", "text": {{ alert.question }} }'
    (tmp_path / "slack.json.jinja").write_text(f'[{{"type": "header", "text": {text}}}]')
    renderer = Renderer(folder=tmp_path)
    job = two_sided(question='A "quote"}] and \\ more?').job()

    assert renderer.slack(renderer.message([job])).blocks[0]["text"]["text"] == 'A "quote"}] and \\ more?'
    assert renderer.templates.faults == []
