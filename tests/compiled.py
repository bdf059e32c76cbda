"""Each statement compiled once for all tests of a process, as in a bot that has run for a while.

An engine keeps what it compiled for itself, and every test has engines of its own: without this a test would spend
half its time compiling what the one before it compiled. Nothing else about these dialects differs.
"""

from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_compiled: LRUCache[Any, Any] = LRUCache(10_000)


class _Equal(Dialect):
    """One dialect is as good as another of its kind: what one of them compiled serves them all."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine._compiled_cache = _compiled


class SQLite(_Equal, SQLiteDialect_pysqlite):
    supports_statement_cache = True


class PostgreSQL(_Equal, PGDialect_psycopg):
    supports_statement_cache = True


def compile_once() -> None:
    """From now on, for every engine of this process."""
    registry.register("sqlite", __name__, SQLite.__name__)
    registry.register("postgresql.psycopg", __name__, PostgreSQL.__name__)
