"""Bringing a database to the newest schema."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, text

from monitor.errors import StoreError
from monitor.store.engine import reading, writing
from monitor.store.tables import METADATA

_LOCK = 0x636C61696D  # an arbitrary number, the same in every process


def migrate(engine: Engine) -> None:
    """Create or upgrade the tables in one transaction; processes that start together wait for each other."""
    with writing(engine) as connection:
        if engine.url.database in (None, "", ":memory:"):
            METADATA.create_all(connection)  # a database that lives as long as the process has no past to upgrade
            return
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = alembic_config()
        config.attributes["connection"] = connection
        try:
            if current_revision(engine, connection) != ScriptDirectory.from_config(config).get_current_head():
                command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError("unknown-schema", f"a newer version wrote this database: {error}") from error


def alembic_config() -> Config:
    """Return Alembic's config for the migrations in this package."""
    config = Config()
    config.set_main_option("script_location", str(files("monitor.store") / "migrations"))
    return config


class Tables(StrEnum):
    """What a database holds, as far as this version goes."""

    NONE = "none"
    CURRENT = "current"
    OTHER = "other"  # older, which a start brings up to date, or newer


def state_of(engine: Engine) -> Tables:
    """Say what a database holds, without changing it. Raises StoreError."""
    with reading(engine) as connection:
        found = current_revision(engine, connection)
    if found is None:
        return Tables.NONE
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return Tables.CURRENT if found == head else Tables.OTHER


def current_revision(engine: Engine, connection: object = None) -> str | None:
    """Return the revision of the schema, None for an empty database."""
    if connection is None:
        with engine.connect() as own:
            return MigrationContext.configure(own).get_current_revision()
    return MigrationContext.configure(connection).get_current_revision()  # type: ignore[arg-type]
