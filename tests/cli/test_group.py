"""The command itself: instant help, and errors said in words whatever command they come from."""

from __future__ import annotations

import subprocess
import sys

import click
from click.testing import CliRunner

from monitor.cli import CommandGroup, main
from monitor.errors import InputError, StoreError


def group_that_raises(error: Exception) -> click.Group:
    """Return a group with one command, `fail`."""

    def fail() -> None:
        raise error

    return CommandGroup(commands={"fail": click.Command("fail", callback=fail)})


def test_an_error_of_any_command_is_said_in_words_with_exit_status_1() -> None:
    run = CliRunner().invoke(group_that_raises(InputError(["line 1: bad", "line 2: bad"], "a.jsonl")), ["fail"])
    assert (run.exit_code, run.stdout, run.stderr) == (1, "", "a.jsonl: line 1: bad\na.jsonl: line 2: bad\n")
    assert CliRunner().invoke(group_that_raises(StoreError("read-only")), ["fail"]).exit_code == 1


def test_an_error_that_is_a_fault_of_ours_is_not_hidden() -> None:
    assert isinstance(CliRunner().invoke(group_that_raises(KeyError("x")), ["fail"]).exception, KeyError)


def test_every_command_explains_itself() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None and command.help, name


def test_help_loads_no_heavy_package() -> None:
    code = "import sys; from monitor.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"spacy", "trafilatura", "sqlalchemy", "aiohttp", "onnxruntime", "celery"} & set(said.split())
