"""What the documentation says is so: commands exist and run, examples load, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from monitor.config import AlertPolicy, load_config, parse_config
from monitor.conflicts.reasons import Cause, NoConflictReason
from monitor.model import Factuality, Frame, SourceKind
from tests.docs.pages import PAGES, ROOT, Block, blocks, commands, links
from tests.fakes.alerts import two_sided
from tests.fakes.outbox import Office
from tests.fakes.smtp import Mailbox
from tools.cli_reference import TARGET, reference
from workers.cli import main

CONSOLE = blocks("console")
IN_ORDER = [ROOT / name for name in ("README.md", "docs/quickstart.md", "docs/operations.md", "docs/alerts.md")]
# What is not run here, by how it begins, and where it is: nothing is left out in silence.
ELSEWHERE = {
    "counterclaim run": "tests/e2e/test_daemon.py",
    "make run": "tests/e2e/test_daemon.py",  # installs, writes the starter, and becomes `counterclaim run`
    "make install": ".ci/run",
    "make test": ".ci/run",
    "make fuzz": "tests/fuzz/test_fuzz.py",
    "make production": "tests/production/test_layout.py",
    "sqlite3": "tests/production/test_backup.py",
    "pg_dump": "tests/production/test_backup.py",
    "pg_restore": "tests/production/test_backup.py",
    "source .venv/bin/activate": "Makefile",  # of the shell alone
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that the commands run in, with what the examples name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUNTERCLAIM_CONFIG", raising=False)
    (tmp_path / "apprise-url.txt").write_text("ntfy://my-topic")
    outline = '<outline text="Example" xmlUrl="https://example.org/rss.xml"/>'
    (tmp_path / "sources.opml").write_text(f'<opml version="2.0"><body>{outline}</body></opml>')
    return tmp_path


def invoke(line: str) -> click.testing.Result:
    """Run one `counterclaim …` line in this process."""
    return CliRunner().invoke(main, shlex.split(line)[1:])


def elsewhere(line: str) -> str | None:
    """Return which other file runs a command, None when this one is to."""
    return next((place for begin, place in ELSEWHERE.items() if line == begin or line.startswith(f"{begin} ")), None)


def understand(words: list[str]) -> None:
    """Parse a command line down to its options, which raises for what there is not; nothing is run."""
    context = click.Context(main, info_name="counterclaim", **main.context_settings)
    while isinstance(context.command, click.Group):
        command = context.command.get_command(context, words[0])
        assert command is not None, words
        context = click.Context(command, info_name=words[0], parent=context)
        words = words[1:]
    context.command.parse_args(context, list(words))


def keep_only_the_sample(path: Path) -> None:
    """Take the feeds of the world out of a starter: tests send nothing out."""
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^  - \{name: .*https?://.*\}\n", "", text), encoding="utf-8")
    assert all(source.sample for source in load_config(path).sources)


@pytest.mark.parametrize("block", CONSOLE, ids=str)
def test_a_documented_command_exists_with_these_options(block: Block) -> None:
    for line in commands(block):
        word, *rest = shlex.split(line)
        if word == "make":
            targets = re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text())
            assert [target for target in rest if "=" not in target and target not in targets] == []
        elif word == "counterclaim":
            understand(rest)
        else:
            assert word == "export" or elsewhere(line), line


@pytest.mark.parametrize("block", CONSOLE, ids=str)
def test_a_documented_command_is_run_by_a_test(block: Block) -> None:
    here = {"counterclaim", "export"} if block.page in IN_ORDER else set()
    for line in commands(block):
        place = elsewhere(line)
        assert place or line.split()[0] in here, line
        assert place is None or (ROOT / place).exists(), place


def test_every_block_of_commands_is_a_console_block() -> None:
    assert [str(block) for language in ("sh", "bash", "shell", "zsh") for block in blocks(language)] == []


@pytest.mark.parametrize("page", IN_ORDER, ids=lambda page: page.name)
def test_the_commands_of_a_page_run_in_their_order(
    page: Path, folder: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    conflict = ""
    if page.name != "quickstart.md":
        conflict = prepare(folder, mailbox)
        monkeypatch.setenv("COUNTERCLAIM_CONFIG", str(folder / "watch" / "counterclaim.yaml"))
    silence = ""
    for line in (line for block in CONSOLE if block.page == page for line in commands(block)):
        words = shlex.split(line)
        if words[0] == "export":
            monkeypatch.setenv(*words[1].split("=", 1))
        if words[0] != "counterclaim" or elsewhere(line):
            continue
        run = invoke(line.replace("CONFLICT", conflict).replace("1f2e3d4c", silence))
        assert run.exit_code == 0, f"{line}: {run.output}{run.exception!r}"
        if words[1] == "init":
            keep_only_the_sample(folder / words[2] / "counterclaim.yaml")
        if words[1:3] == ["silence", "list"]:
            silence = re.findall(r"\b[0-9a-f]{8,}\b", run.output)[0]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server for the pages' target."""
    with Mailbox() as server:
        yield server


def prepare(folder: Path, mailbox: Mailbox) -> str:
    """Write the starter with the targets that the pages speak of, and store a conflict; return its id."""
    invoke("counterclaim init watch")
    config = folder / "watch" / "counterclaim.yaml"
    keep_only_the_sample(config)
    target = f"{{name: desk, email: {{to: [desk@example.org], from: a@example.org, smtp: '{mailbox.url}'}}}}"
    config.write_text(config.read_text().replace("targets: []", f"targets: [{target}]").replace(":8300", ":0"))
    office = Office(AlertPolicy(), {}, storage=f"sqlite:///{folder / 'watch' / 'counterclaim.db'}")
    office.learns(two_sided())
    office.store.close()
    return two_sided().conflict().id


@pytest.mark.parametrize("block", blocks("yaml"), ids=str)
def test_an_example_of_a_config_is_accepted(block: Block, folder: Path) -> None:
    if block.text.startswith("lists:"):
        assert yaml.safe_load(block.text).keys() == {"lists", "entries"}
        return
    environ = dict.fromkeys(re.findall(r"\$\{(\w+)\}", block.text), "a-long-secret")
    text = block.text if block.text.startswith("regions") else "regions: [{name: Kursk Oblast}]\n" + block.text
    assert parse_config(text, str(folder / "counterclaim.yaml"), environ).regions


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_an_example_in_python_runs(block: Block) -> None:
    exec(compile(block.text, str(block), "exec"), {})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    assert [address for address in links(page) if not (page.parent / address).exists()] == []


def test_the_command_reference_is_what_the_commands_say() -> None:
    assert TARGET.read_text(encoding="utf-8") == reference(), "run `make docs`"


@pytest.mark.parametrize(
    ("page", "words"),
    [("watchlists.md", Frame), ("watchlists.md", SourceKind), ("how-conflicts-are-decided.md", Cause)],
    ids=["frames", "source kinds", "causes"],
)
def test_a_page_names_every_word_that_there_is(page: str, words: type[Frame | SourceKind | Cause]) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert [word.value for word in words if word.value not in text] == []


def test_the_shapes_name_every_factuality() -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [word.value for word in Factuality if f"`{word.value}`" not in text] == []


def test_every_reason_for_no_conflict_is_explained() -> None:
    text = " ".join((ROOT / "docs" / "how-conflicts-are-decided.md").read_text(encoding="utf-8").split())
    apart = {NoConflictReason.DIFFERENT_QUESTION, NoConflictReason.DIFFERENT_MEASURE, NoConflictReason.DIFFERENT_EVENT}
    put_otherwise = apart | {
        NoConflictReason.SUBSET, NoConflictReason.INCREMENT, NoConflictReason.PERIOD, NoConflictReason.ROUNDING,
        NoConflictReason.UNIT, NoConflictReason.OTHER_PLACE, NoConflictReason.OTHER_THING, NoConflictReason.BACKGROUND,
    }  # fmt: skip
    assert [
        reason.value for reason in NoConflictReason if reason not in put_otherwise and reason.value not in text
    ] == []
