"""Alembic's entry: the connection comes from bot.db.migrate, which is the only way migrations run."""

from typing import Any

from alembic import context

from bot.db.marks import install
from bot.db.models import Base

applied: list[Any] = []
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    on_version_apply=lambda *, step, **_: applied.append(step),
)
with context.begin_transaction():
    context.run_migrations()
    if applied:
        install(connection)
