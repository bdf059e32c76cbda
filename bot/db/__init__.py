"""The database: transactions, types, tables."""

from bot.db.database import Database, database_now, memory
from bot.db.wake import Loop, wake

__all__ = ["Database", "Loop", "database_now", "memory", "wake"]
