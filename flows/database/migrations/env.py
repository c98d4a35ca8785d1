"""Run by Alembic: applies the migrations over the connection that `flows.database` holds."""

from alembic import context

from flows.database.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
