"""Runs migrations on the connection that `craveny_store.engine.migrate` hands over, within its transaction."""

from alembic import context

from craveny_store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
