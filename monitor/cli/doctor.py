"""`counterclaim doctor`: is all there that the daemon needs, and is it well? One line a finding, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from monitor.cli.options import config_option, json_option, print_json

if TYPE_CHECKING:
    from monitor.cli.checks import Finding
    from monitor.config import Config


@click.command()
@config_option
@json_option
@click.option("--offline", is_flag=True, help="Ask no target's server; database and broker are asked all the same.")
def doctor(config_path: str, as_json: bool, offline: bool) -> None:
    """Check config, store, broker, models, targets, sources, desk and clocks, change nothing; exit 1 when one fails."""
    from monitor.cli.checks import Verdict

    findings = list(_findings(config_path, offline))
    failed = any(one.verdict is Verdict.FAIL for one in findings)
    if as_json:
        print_json({"ok": not failed, "findings": [asdict(one) for one in findings]})
    else:
        for one in findings:
            click.echo(f"{one.verdict.value:8} {one.check:8} {one.text}")
            if one.hint:
                click.echo(f"{'':18}→ {one.hint}")
    sys.exit(1 if failed else 0)


def _findings(config_path: str, offline: bool) -> Iterator[Finding]:
    from monitor.cli.checks import Finding, Verdict
    from monitor.config import load_config
    from monitor.errors import ConfigError

    try:
        config = load_config(config_path)
    except ConfigError as error:
        for fault in error.faults:
            yield Finding("config", Verdict.FAIL, fault, f"mend {config_path}; nothing else can be checked before")
        return
    yield from _of(config, offline)


def _of(config: Config, offline: bool) -> Iterator[Finding]:
    from monitor.adapters.clock import SystemClock
    from monitor.cli import checks

    yield from checks.config_findings(config)
    yield from checks.machine_findings()
    yield from checks.store_findings(config, SystemClock().now())
    yield from checks.broker_findings(config)
    yield from checks.model_findings(config)
    yield from checks.target_findings(config, offline=offline)
    yield from checks.source_findings(config)
    yield from checks.desk_findings(config)


COMMANDS = [doctor]
