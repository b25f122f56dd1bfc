"""What the documentation says is so: commands exist and run, examples load, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from monitor.config import load_config, parse_config
from monitor.conflicts.reasons import Cause, NoConflictReason
from monitor.model import Factuality, Frame, SourceKind
from tests.docs.pages import PAGES, ROOT, Block, blocks, commands, links
from tools.cli_reference import TARGET, reference
from workers.cli import main

CONSOLE = blocks("console")
LASTING = {"run", "worker", "beat", "web"}  # run until they are stopped: tests/e2e does that
SHELL = {"source", "export", "sqlite3", "pg_dump"}


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
            assert word in SHELL, line


@pytest.mark.parametrize(
    "page", [ROOT / "docs" / "quickstart.md", ROOT / "docs" / "operations.md"], ids=lambda p: p.name
)
def test_the_commands_of_a_page_run_in_their_order(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if page.name != "quickstart.md":
        invoke("counterclaim init watch")
        keep_only_the_sample(folder / "watch" / "counterclaim.yaml")
    for line in (line for block in CONSOLE if block.page == page for line in commands(block)):
        words = shlex.split(line)
        if words[0] == "export":
            monkeypatch.setenv(*words[1].split("=", 1))
        if words[0] != "counterclaim" or words[1] in LASTING:
            continue
        run = invoke(line)
        assert run.exit_code == 0, f"{line}: {run.output}{run.exception!r}"
        if words[1] == "init":
            keep_only_the_sample(folder / words[2] / "counterclaim.yaml")


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
    rules = (NoConflictReason.SAME_ROOT, NoConflictReason.COPY, NoConflictReason.NOT_FACTUAL, NoConflictReason.UPDATE)
    assert [reason.value for reason in rules if reason.value not in text] == []
