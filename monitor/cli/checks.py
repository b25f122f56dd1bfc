"""What `counterclaim doctor` looks at, one function a subject; each yields findings and changes nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.config import Config, find_problems
from monitor.errors import CounterclaimError

if TYPE_CHECKING:
    from sqlalchemy import Engine

LOW_DISK, NO_DISK = 2_000_000_000, 200_000_000  # bytes
SKEW = timedelta(seconds=5)  # between machines: leases are minutes, so this is early
MANY_FAILING = 0.2  # of the sources
_LATE = timedelta(minutes=15)


class Verdict(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"  # works, but will not for long, or not as well as it could
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, in words; `hint` says what to do about it."""

    check: str
    verdict: Verdict
    text: str
    hint: str = ""


def config_findings(config: Config) -> Iterator[Finding]:
    """Look for what the config names and this machine does not have."""
    problems = find_problems(config)
    for problem in problems:
        yield Finding("config", Verdict.FAIL, problem)
    if not problems:
        yield Finding("config", Verdict.OK, f"{len(config.regions)} regions, {len(config.sources)} sources")
    if config.web.listen.rpartition(":")[0] not in ("127.0.0.1", "localhost", "[::1]") and not config.web.public_url:
        yield Finding("config", Verdict.WARN, "web.public_url is not set", "links in alerts will not lead to the desk")
    if config.path and _others_can_read(Path(config.path)):
        text = f"{config.path} can be read by everybody here and may hold secrets"
        yield Finding("config", Verdict.WARN, text, f"chmod 600 {config.path}, or use ${{NAME}} and {{file: …}}")


def _others_can_read(path: Path) -> bool:
    """Say whether secrets stand in a file that others may read; references to secrets are none."""
    text = path.read_text(encoding="utf-8")
    written = any(f"{key}: " in text for key in ("token", "webhook", "password", "tokens", "apprise", "smtp"))
    return written and "${" not in text and bool(path.stat().st_mode & 0o004)


def store_findings(config: Config, now: datetime) -> Iterator[Finding]:
    """Look at the database: whether it answers, takes writes, has the newest tables, and has room."""
    from monitor.app import has_database, storage_url
    from monitor.store.engine import open_engine

    url = storage_url(config)
    if not has_database(config):
        yield Finding("store", Verdict.OK, "no database yet; the first start makes it")
        yield from _disk(Path(url.removeprefix("sqlite:///")).parent)
        return
    engine = open_engine(url)
    try:
        if (yield from _tables(engine)):
            yield from _clock(engine, now)
            yield from _work(engine, now)
    except CounterclaimError as error:
        yield Finding("store", Verdict.FAIL, str(error), "is the server up, and may this user in?")
    finally:
        engine.dispose()
    if url.startswith("sqlite:///"):
        yield from _disk(Path(url.removeprefix("sqlite:///")).parent)


def _tables(engine: Engine) -> Generator[Finding, None, bool]:
    """Look at the tables, and return whether they can be read."""
    from alembic.script import ScriptDirectory
    from sqlalchemy import text

    from monitor.store.engine import reading, writing
    from monitor.store.schema import alembic_config, current_revision

    with reading(engine) as connection:
        mine = current_revision(engine, connection)
    script = ScriptDirectory.from_config(alembic_config())
    known = {one.revision for one in script.walk_revisions()}
    if mine is not None and mine not in known:
        yield Finding("store", Verdict.FAIL, f"tables of a newer version ({mine})", "install that version here too")
        return False
    with writing(engine) as connection:  # taking the writer's lock proves that it can be had
        connection.execute(text("SELECT 1"))
    if mine is None:
        yield Finding("store", Verdict.OK, f"{engine.dialect.name} answers; no tables yet, the first start makes them")
    elif mine == script.get_current_head():
        yield Finding("store", Verdict.OK, f"{engine.dialect.name} answers; tables are of version {mine}")
    else:
        hint = "back up, then start: tables are brought up to date by themselves"
        yield Finding("store", Verdict.WARN, f"tables are of version {mine}, not {script.get_current_head()}", hint)
    return mine is not None


def _clock(engine: Engine, now: datetime) -> Iterator[Finding]:
    from monitor.store.backlog import times

    found = times(engine)
    if "server" in found:
        yield _skew("the database's clock", (found["server"] - now).total_seconds())
    if "newest" in found and found["newest"] > now + SKEW:
        text = f"the store holds rows from {found['newest']:%Y-%m-%d %H:%M:%S} UTC, later than now"
        yield Finding("clock", Verdict.FAIL, text, "this machine's clock was set back, or another's is ahead: use NTP")


def _skew(whose: str, seconds: float) -> Finding:
    if abs(seconds) <= SKEW.total_seconds():
        return Finding("clock", Verdict.OK, f"{whose} agrees with this machine's")
    return Finding("clock", Verdict.FAIL, f"{whose} is {seconds:+.0f} s from this machine's", "use NTP on both")


def _work(engine: Engine, now: datetime) -> Iterator[Finding]:
    from monitor.store.backlog import backlogs, given_up

    for kind, one in backlogs(engine, now).items():
        if one.waiting and one.oldest > _LATE:
            text = f"{one.waiting} of kind {kind} wait, the oldest for {one.oldest.total_seconds() / 60:.0f} min"
            yield Finding("work", Verdict.WARN, text, "is the daemon running, and are there workers for its queue?")
    for kind, gone in given_up(engine).items():
        if kind == "alert":
            text = f"{gone.count} alerts were given up, the last because of: {gone.reason}"
            yield Finding("work", Verdict.WARN, text, "mend the target, then: counterclaim alerts retry --all")


def _disk(folder: Path) -> Iterator[Finding]:
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    verdict = Verdict.FAIL if free < NO_DISK else Verdict.WARN if free < LOW_DISK else Verdict.OK
    hint = "" if verdict is Verdict.OK else "set `retention`, or move the database"
    yield Finding("disk", verdict, f"{free / 1e9:.1f} GB free beside the database", hint)


def broker_findings(config: Config) -> Iterator[Finding]:
    """Look at the broker: whether it answers, keeps its messages, and agrees on the time."""
    from monitor.adapters.broker import look_at, server_binary
    from monitor.rundir import EMBEDDED, broker_url

    url = broker_url(config)
    try:
        if url is None or config.broker == EMBEDDED:
            runs = "does not run; the daemon starts it" if url is None else "runs"
            yield Finding("broker", Verdict.OK, f"private, by {Path(server_binary()).name}; {runs}")
        if url is None:
            return
        facts = look_at(url)
    except CounterclaimError as error:
        yield Finding("broker", Verdict.FAIL, str(error), "is the server up? Nothing is lost while it is away")
        return
    if config.broker != EMBEDDED:
        yield Finding("broker", Verdict.OK, f"answers, version {facts.version}")
        if facts.settings.get("maxmemory-policy") != "noeviction":
            yield Finding("broker", Verdict.WARN, "it may drop messages when full", "set maxmemory-policy noeviction")
        if facts.settings.get("appendonly") != "yes":
            yield Finding("broker", Verdict.WARN, "it forgets its queues on a restart", "set appendonly yes")
    yield _skew("the broker's clock", facts.ahead)


def model_findings(config: Config) -> Iterator[Finding]:
    """Load the models once, as the workers do."""
    from monitor.adapters.taggers import TaggerByLanguage, languages
    from monitor.app import build_scorer

    try:
        taggers = TaggerByLanguage(config)
        for language in sorted(languages()):
            taggers.of(language)
            yield Finding("models", Verdict.OK, f"the tagger for {language} loads")
        scorer = build_scorer(config)
        yield Finding("models", Verdict.OK, "judge: rules alone" if scorer is None else "judge loads")
    except (CounterclaimError, OSError, ImportError) as error:
        yield Finding("models", Verdict.FAIL, str(error), "install the package, or name another in the config")


def target_findings(config: Config, *, offline: bool) -> Iterator[Finding]:
    """Ask each target's server whether it would take an alert; none is sent."""
    from monitor.adapters.probe import probe

    if not config.alerts.targets:
        text = "no targets: alerts are printed by the daemon and shown on the desk, and reach nobody else"
        yield Finding("targets", Verdict.WARN, text, "add alerts.targets")
    for target in config.alerts.targets:
        if offline:
            yield Finding("targets", Verdict.SKIPPED, target.name)
            continue
        try:
            yield Finding("targets", Verdict.OK, f"{target.name}: {probe(target)}")
        except CounterclaimError as error:
            yield Finding("targets", Verdict.FAIL, str(error), f"then: counterclaim test-alert {target.name}")


def source_findings(config: Config) -> Iterator[Finding]:
    """Tell how many sources fail, as far as the store knows."""
    from monitor.app import has_database, open_app

    if not has_database(config):
        return
    try:
        app = open_app(config, upgrade=False)
        try:
            stored = app.store.sources()
        finally:
            app.close()
    except CounterclaimError:  # the store's own check says why
        return
    bad = [one.source.name for one in stored if one.memory.get("failures")]
    verdict = Verdict.WARN if len(bad) > MANY_FAILING * max(len(stored), 1) else Verdict.OK
    text = f"{len(stored)} polled, {len(bad)} failing" + (f": {', '.join(bad[:5])}" if bad else "")
    yield Finding("sources", verdict, text, "counterclaim status names the reasons" if bad else "")


def desk_findings(config: Config) -> Iterator[Finding]:
    """Look whether the desk answers, or could be opened where the config says."""
    from monitor.adapters.probe import desk_answers

    state = desk_answers(config.web.listen)
    if state is None:
        yield Finding("desk", Verdict.OK, f"{config.web.listen} is free for it")
    elif state:
        yield Finding("desk", Verdict.OK, f"answers on {config.web.listen}")
    else:
        yield Finding("desk", Verdict.FAIL, f"{config.web.listen} is taken by another program", "change web.listen")


def machine_findings() -> Iterator[Finding]:
    """Look at the machine: memory and limits."""
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    memory = pages * page
    verdict = Verdict.WARN if memory < 2_000_000_000 else Verdict.OK
    text = f"{os.cpu_count()} cores, {memory / 1e9:.1f} GB of memory"
    yield Finding("machine", verdict, text, "a reading worker takes about 0.5 GB" if verdict is Verdict.WARN else "")
