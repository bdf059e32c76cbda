"""Bringing the schema up to date: Alembic only, in tests too."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.db.database import Database
from bot.errors import FollowupError

_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class SchemaError(FollowupError):
    """The database is empty, or older or newer than this code."""

    def __str__(self) -> str:
        return "The database does not have this version's schema. Run: python -m bot migrate"


class UnreachableDatabaseError(FollowupError):
    """Nobody answers at DATABASE_URL, or not to us."""

    def __init__(self, error: OperationalError) -> None:
        super().__init__(f"The database of DATABASE_URL cannot be used: {str(error.orig).strip()}")


def migrate(database: Database) -> None:
    """Bring the schema to the newest revision; harmless when it is there already, or when two do it at once.

    Raises UnreachableDatabaseError.
    """
    with _connected(database) as connection:
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
    """Whether the schema is the one this code expects. Raises UnreachableDatabaseError."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with _connected(database) as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def require_current(database: Database) -> None:
    """Raises SchemaError when `migrate` has to run first, UnreachableDatabaseError."""
    if not is_current(database):
        raise SchemaError


@contextmanager
def _connected(database: Database) -> Iterator[Connection]:
    try:
        connection = database.engine.connect()
    except OperationalError as error:
        raise UnreachableDatabaseError(error) from error
    with connection:
        yield connection


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
