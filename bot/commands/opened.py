"""The database of the commands that look at it or change it while the bot runs elsewhere."""

from bot.db import Database
from bot.db.migrate import require_current


def opened(url: str) -> Database:
    """The database, known to have this version's schema. Raises SchemaError, UnreachableDatabaseError."""
    database = Database(url)
    require_current(database)
    return database
