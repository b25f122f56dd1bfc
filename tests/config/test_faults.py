"""Each way to get a watchlist wrong, and the words that tell: line, path, and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import parse_config
from monitor.errors import ConfigError

REGION = "regions: [{name: Kursk}]\n"


def faults(text: str, environ: dict[str, str] | None = None, path: str = "counterclaim.yaml") -> list[str]:
    """Return what is told about a config that cannot be used."""
    with pytest.raises(ConfigError) as caught:
        parse_config(text, path, environ or {})
    return caught.value.faults


CASES = {
    "an empty file": ("", "line 1: the file is empty: regions are required"),
    "a list for a file": ("- Kursk\n", "line 1: not a mapping"),
    "no regions": ("sources: []\n", "line 1: regions: required"),
    "empty regions": ("regions: []\n", "line 1: regions: must not be empty"),
    "an unknown key at the top": (REGION + "colour: red\n", "line 2: colour: unknown key"),
    "an unknown key inside": ("regions:\n  - name: Kursk\n    town: X\n", "line 3: regions[0].town: unknown key"),
    "a region without a name": ("regions:\n  - places: [Sudzha]\n", "line 2: regions[0].name: required"),
    "an empty name": ("regions:\n  - name: ''\n", "line 2: regions[0].name: must not be empty"),
    "a number for a name": (
        "regions:\n  - name: 2024\n",
        "line 2: regions[0].name: must be text; put a number or a date in quotes",
    ),
    "two regions of one name": (
        "regions:\n  - name: Kursk\n  - name: kursk\n",
        "line 3: regions[1].name: 'kursk' is used twice; names are unique",
    ),
    "a place of the wrong shape": (
        "regions:\n  - name: Kursk\n    places:\n      - [Sudzha]\n",
        "line 4: regions[0].places[0]: must be text; put a number or a date in quotes",
    ),
    "an unknown key in a place": (
        "regions:\n  - name: Kursk\n    places:\n      - {name: Sudzha, alias: X}\n",
        "line 4: regions[0].places[0].alias: unknown key",
    ),
    "a country by its name": (
        "regions:\n  - name: Kursk\n    include: [{country: Russia}]\n",
        "line 3: regions[0].include[0].country: 'Russia' is not an ISO 3166 code, write two capital letters such as GB",
    ),
    "a route to nobody": (
        "regions:\n  - name: Kursk\n    alerts: [desk]\n",
        "line 3: regions[0].alerts[0]: there is no alert target 'desk'",
    ),
    "a wordy duration": (
        REGION + "sources:\n  - {name: A, feed: 'https://a.example/rss', every: 15 minutes}\n",
        "line 3: sources[0].every: '15 minutes' is not a duration, write 15m",
    ),
    "a duration without a unit": (
        REGION + "quiet_after: 90\n",
        "line 2: quiet_after: '90' is not a duration, write for example 90s, 15m, 24h or 7d",
    ),
    "a duration of nothing": (
        REGION + "retention: 0d\n",
        "line 2: retention: '0d' is not a duration, write for example 90s, 15m, 24h or 7d",
    ),
    "two sources of one name": (
        REGION + "sources:\n  - {name: A, feed: 'https://a.example/1'}\n  - {name: A, feed: 'https://a.example/2'}\n",
        "line 4: sources[1].name: 'A' is used twice; names are unique",
    ),
    "one feed twice": (
        REGION + "sources:\n  - {name: A, feed: 'https://a.example/1'}\n  - {name: B, feed: 'https://a.example/1'}\n",
        "line 4: sources[1].feed: 'https://a.example/1' is polled twice",
    ),
    "a source of nothing": (
        REGION + "sources:\n  - name: A\n",
        "line 3: sources[0]: give either a feed or an opml file",
    ),
    "a feed without a name": (
        REGION + "sources:\n  - feed: https://a.example/1\n",
        "line 3: sources[0]: a feed needs a name",
    ),
    "a feed by another protocol": (
        REGION + "sources:\n  - {name: A, feed: 'gopher://a.example'}\n",
        "line 3: sources[0].feed: 'gopher://a.example' is not a feed address, write http://…, https://… or file:…",
    ),
    "an OPML file that is not there": (
        REGION + "sources:\n  - opml: none.opml\n",
        "line 3: sources[0].opml: cannot read 'none.opml': No such file or directory",
    ),
    "a target with two ways": (
        REGION + "alerts:\n  targets:\n    - {name: a, apprise: 'ntfy://x', slack: {webhook: 'https://a.example'}}\n",
        "line 4: alerts.targets[0]: give exactly one of slack, email, apprise",
    ),
    "a target with no way": (
        REGION + "alerts:\n  targets:\n    - name: a\n",
        "line 4: alerts.targets[0]: give exactly one of slack, email, apprise",
    ),
    "two targets of one name": (
        REGION + "alerts:\n  targets:\n    - {name: a, apprise: 'ntfy://x'}\n    - {name: a, apprise: 'ntfy://y'}\n",
        "line 5: alerts.targets[1].name: 'a' is used twice; names are unique",
    ),
    "a Slack token without a channel": (
        REGION + "alerts:\n  targets:\n    - name: a\n      slack: {token: t}\n",
        "line 5: alerts.targets[0].slack: a token needs a channel",
    ),
    "Slack by nothing": (
        REGION + "alerts:\n  targets:\n    - name: a\n      slack: {}\n",
        "line 5: alerts.targets[0].slack: give either a token with a channel, or a webhook",
    ),
    "an address without an at sign": (
        REGION + "alerts:\n  targets:\n    - name: a\n      email: {to: [desk], from: a@b.example, smtp: 'smtp://h'}\n",
        "line 5: alerts.targets[0].email.to[0]: 'desk' is not an email address, write for example desk@example.org",
    ),
    "a mail server of another kind": (
        REGION + "alerts:\n  targets:\n    - name: a\n      email: {to: [a@b.example], from: a@b.example, smtp: h}\n",
        "line 5: alerts.targets[0].email.smtp: write smtp://, smtps:// or smtp+starttls:// with a host",
    ),
    "a digest at no time": (
        REGION + "alerts:\n  targets:\n    - {name: a, apprise: 'ntfy://x', digest: noon}\n",
        "line 4: alerts.targets[0].digest: 'noon' is not a time of day, write for example 07:00",
    ),
    "a digest in no zone": (
        REGION + "alerts:\n  targets:\n    - {name: a, apprise: 'ntfy://x', digest: 07:00 Middle/Earth}\n",
        "line 4: alerts.targets[0].digest: 'Middle/Earth' is not a time zone, write for example Europe/London",
    ),
    "quiet hours without an end": (
        REGION + "alerts:\n  quiet_hours: 22:00\n",
        "line 3: alerts.quiet_hours: '22:00' is not a span of hours, write for example '22:00-06:00 Europe/London'",
    ),
    "a confidence above one": (
        REGION + "alerts:\n  min_confidence: 60\n",
        "line 3: alerts.min_confidence: must be at most 1",
    ),
    "a confidence in words": (
        REGION + "alerts:\n  min_confidence: high\n",
        "line 3: alerts.min_confidence: must be a number",
    ),
    "a filter by a region that is not watched": (
        REGION + "alerts:\n  targets:\n    - name: a\n      apprise: ntfy://x\n      only: {regions: [Gaza]}\n",
        "line 6: alerts.targets[0].only.regions[0]: there is no region 'Gaza'",
    ),
    "another database": (
        REGION + "storage: mysql://x\n",
        "line 2: storage: write sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME",
    ),
    "another broker": (REGION + "broker: rabbit\n", "line 2: broker: write 'embedded' or redis://HOST:PORT/DB"),
    "a desk without a port": (
        REGION + "web: {listen: localhost}\n",
        "line 2: web.listen: 'localhost' is not an address, write for example 127.0.0.1:8300",
    ),
    "a desk for everybody": (
        REGION + "web: {listen: '0.0.0.0:8300'}\n",
        "line 2: web.listen: listening on 0.0.0.0 lets others in: give a password or tokens",
    ),
    "a token that is soon guessed": (
        REGION + "web: {tokens: [short]}\n",
        "line 2: web.tokens[0]: must be at least 16 characters long",
    ),
    "a network that is none": (
        REGION + "fetch: {private_networks: [home]}\n",
        "line 2: fetch.private_networks: 'home' is not a network, write for example 10.1.0.0/16",
    ),
    "a reading after no time": (
        REGION + "fetch: {reread: [1h, later]}\n",
        "line 2: fetch.reread[1]: 'later' is not a duration, write for example 90s, 15m, 24h or 7d",
    ),
    "too many connections": (REGION + "fetch: {per_host: 1000}\n", "line 2: fetch.per_host: must be at most 64"),
    "a pace in words": (
        REGION + "fetch: {pace: slowly}\n",
        "line 2: fetch.pace: 'slowly' is not a pace, write for example 200ms, 1s, or 0s for none",
    ),
    "an unknown scope": (
        REGION + "fetch: {scope: planet}\n",
        "line 2: fetch.scope: 'planet' is unknown, write 'host', 'domain' or 'feed'",
    ),
    "a key that stands twice": (
        REGION + "broker: embedded\nbroker: embedded\n",
        "line 3: broker: the key stands here twice",
    ),
    "a secret that is not set": (
        REGION + "web:\n  password: ${DESK_PASSWORD}\n",
        "line 3: web.password: the environment has no variable DESK_PASSWORD",
    ),
    "a secret file that is not there": (
        REGION + "web:\n  password: {file: none.txt}\n",
        "line 3: web.password: cannot read the secret file 'none.txt'",
    ),
    "a broken bracket": (
        "regions: [\n",
        "line 2: the file: not YAML: expected the node content, but found '<stream end>'",
    ),
    "two documents": (REGION + "---\n" + REGION, "line 2: the file: not YAML: but found another document"),
    "an alias within itself": (
        "regions: &all [*all]\n",
        "line 1: the file: the file expands to too many values, or is nested too deeply",
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_a_fault_is_told_with_its_line_and_path(text: str, expected: str) -> None:
    assert faults(text) == [expected]


def test_a_kind_that_is_unknown_is_told_with_the_kinds_there_are() -> None:
    told = faults(REGION + "sources:\n  - {name: A, feed: 'https://a.example', kind: blog}\n")
    assert told[0].startswith("line 3: sources[0].kind: 'blog' is unknown, write 'agency', 'state'")


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    text = """\
regions:
  - {name: Kursk, alerts: [nobody]}
  - {name: Kursk, colour: red}
sources:
  - {name: A, feed: 'https://a.example/1', every: 15 minutes}
  - {name: A, feed: 'ftp://a.example/2'}
  - {opml: none.opml}
alerts:
  targets:
    - {name: desk, slack: {token: '${SLACK_TOKEN}'}}
    - {name: desk}
web: {listen: '0.0.0.0:1'}
"""
    assert [fault.split(":")[0] for fault in faults(text)] == [
        "line 2",
        "line 3",
        "line 3",
        "line 5",
        "line 6",
        "line 6",
        "line 7",
        "line 10",
        "line 10",
        "line 11",
        "line 11",
        "line 12",
    ]


def test_a_secret_that_does_not_fit_is_never_printed() -> None:
    environ = {"TOKEN": "hunter2", "EVERY": "hunter2 minutes"}
    told = faults(REGION + "storage: ${TOKEN}\nquiet_after: ${EVERY}\nbroker: ${TOKEN}\n", environ)
    assert len(told) == 3
    assert "hunter2" not in "\n".join(told)
    assert told[1] == "line 3: quiet_after: the value it stands for does not fit, write for example 90s, 15m, 24h or 7d"


def test_a_missing_secret_hides_no_other_fault_and_brings_no_second_one() -> None:
    told = faults(REGION + "quiet_after: ${AFTER}\ncolour: red\n")
    assert told == ["line 2: quiet_after: the environment has no variable AFTER", "line 3: colour: unknown key"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    from monitor.config import load_config

    for path, words in ((tmp_path / "none.yaml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(ConfigError, match=words):
            load_config(path)
    (tmp_path / "latin.yaml").write_bytes(b"regions: [{name: Bogot\xe1}]\n")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load_config(tmp_path / "latin.yaml")
