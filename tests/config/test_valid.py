"""What a good watchlist comes to."""

from __future__ import annotations

import json
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Config, Scope, describe, find_problems, parse_config
from monitor.errors import ConfigError
from monitor.model import Frame, SourceKind

WHOLE = """\
regions:
  - name: Kursk Oblast
    aliases: [Kursk region, Курская область]
    places: [Sudzha, {name: Bolshoye Soldatskoye, aliases: [Bolshoe Soldatskoe]}]
    include: [{country: RU, admin1: Kursk}]
    exclude: [Kursk submarine]
    topics: [control, casualties]
    alerts: [desk]
sources:
  - {name: Example Wire, feed: "https://example.org/rss.xml", country: NO, kind: agency, every: 15m}
alerts:
  targets:
    - {name: desk, slack: {token: "${SLACK_TOKEN}", channel: "#desk"}}
    - {name: editors, email: {to: [a@e.example], from: b@e.example, smtp: "smtp://h"}, digest: "07:00 Europe/London"}
    - {name: other, apprise: {file: other.txt}, only: {regions: [Kursk Oblast], min_confidence: 0.9}}
  quiet_hours: 22:00-06:00 Europe/London
  max_age: 7d
fetch: {contact: you@example.org, private_networks: [10.1.0.0/16], pace: 50ms, scope: domain, push: false, reread: [9m]}
"""


@pytest.fixture
def whole(tmp_path: Path) -> Config:
    """Return the config of all keys, with secrets from both sources."""
    (tmp_path / "other.txt").write_text("ntfy://hunter2\n")
    return parse_config(WHOLE, str(tmp_path / "counterclaim.yaml"), {"SLACK_TOKEN": "xoxb-hunter2"})


def test_every_key_arrives_where_it_is_read(whole: Config) -> None:
    region, source = whole.regions[0], whole.sources[0]
    desk, editors, other = whole.alerts.targets
    assert [place.aliases for place in region.places] == [(), ("Bolshoe Soldatskoe",)]
    assert region.topics == frozenset({Frame.CONTROL, Frame.CASUALTIES})
    assert (source.country, source.kind, source.every) == ("NO", SourceKind.AGENCY, timedelta(minutes=15))
    assert desk.slack is not None and desk.slack.token == "xoxb-hunter2"
    assert editors.digest is not None and editors.digest.at == time(7)
    assert (other.apprise, other.regions, other.min_confidence) == ("ntfy://hunter2", ("Kursk Oblast",), 0.9)
    assert whole.fetch.private_networks == ("10.1.0.0/16",)
    assert (whole.fetch.pace, whole.fetch.scope, whole.fetch.push) == (timedelta(milliseconds=50), Scope.DOMAIN, False)
    assert whole.fetch.reread == (timedelta(minutes=9),)


def test_no_secret_is_seen_in_the_config_or_its_description(whole: Config) -> None:
    assert "hunter2" not in repr(whole) + "\n".join(describe(whole))


def test_the_description_says_what_is_watched_polled_and_alerted(whole: Config) -> None:
    said = "\n".join(describe(whole))
    for words in (
        "Kursk Oblast",
        "every gazetteer place of Kursk, RU",
        "every 15m at most",
        "Slack #desk",
        "as a digest",
    ):
        assert words in said


def test_regions_alone_are_enough() -> None:
    assert parse_config("regions: [{name: Kursk}]").regions[0].topics is None


def test_feeds_of_an_opml_file_come_in_its_place_each_once_under_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(
        '<opml version="2.0"><body><outline text="World">'
        '<outline text="News" xmlUrl="https://a.example/rss"/><outline text="News" xmlUrl="https://b.example/rss"/>'
        '<outline text="Again" xmlUrl="https://c.example/rss"/></outline></body></opml>'
    )
    text = """\
regions: [{name: Kursk}]
sources:
  - {opml: list.opml, kind: local}
  - {name: C, feed: "https://c.example/rss"}
"""
    sources = parse_config(text, str(tmp_path / "counterclaim.yaml")).sources
    assert [(one.name, one.kind.value) for one in sources] == [
        ("News", "local"),
        ("News (https://b.example/rss)", "local"),
        ("C", "other"),
    ]


def test_what_is_missing_on_this_machine_is_named(tmp_path: Path) -> None:
    text = """\
regions: [{name: Kursk}]
sources: [{name: A, feed: "file:none.xml"}]
alerts: {templates: none}
judge: {model: none.onnx}
language_model: xx_none
storage: sqlite:///none/x.db
"""
    problems = find_problems(parse_config(text, str(tmp_path / "counterclaim.yaml")))
    assert [problem.partition(":")[0] for problem in problems] == [
        "source 'A'",
        "alerts.templates",
        "judge.model",
        "language_model",
        "storage",
    ]
    assert problems[0] == "source 'A': cannot read file:none.xml: No such file or directory"


_KEYS = ("regions", "sources", "alerts", "targets", "name", "feed", "opml", "slack", "web", "listen", "only", "places")
_LEAVES = st.none() | st.booleans() | st.integers() | st.text()
_TREES = st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(_KEYS), inner))


@given(st.text() | _TREES.map(json.dumps))
def test_no_text_makes_the_loader_raise_anything_but_our_error(text: str) -> None:
    try:
        config = parse_config(text, environ={})
    except ConfigError as error:
        assert error.faults
    else:
        assert config.regions
