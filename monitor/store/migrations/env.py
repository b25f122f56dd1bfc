"""Alembic's environment: `monitor.store.schema` hands it the connection, in a transaction of its own."""

from alembic import context

from monitor.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters a table by writing it anew
    transactional_ddl=True,
)
context.run_migrations()
