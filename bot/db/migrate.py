"""Bringing the schema up to date: Alembic only, in tests too."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.db.database import Database

_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def migrate(database: Database) -> None:
    """Bring the schema to the newest revision; harmless when it is there already, or when two do it at once."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            # Two releases at once: the second waits here and finds nothing left to do.
            connection.exec_driver_sql("SELECT pg_advisory_lock(741852963)")
            connection.commit()
        try:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        finally:
            if not database.is_sqlite:
                connection.rollback()
                connection.exec_driver_sql("SELECT pg_advisory_unlock(741852963)")
                connection.commit()


def is_current(database: Database) -> bool:
    """Whether the schema is the one this code expects."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
