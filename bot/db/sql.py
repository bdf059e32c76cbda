"""Expressions that both databases understand."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, case, func, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.db.models import Lead, Tier
from bot.db.types import Json

HEAT: ColumnElement[int] = case({tier.value: place for place, tier in enumerate(Tier)}, value=Lead.tier)
"""Orders leads: the hottest first."""
Upsert = postgresql.Insert | sqlite.Insert
"""An insert that can say what to do about a row that is there already."""


def due_between(
    due_at: InstrumentedAttribute[Any], since: datetime | None, now: datetime
) -> list[ColumnElement[bool]]:
    """Due by `now`, and not before `since`.

    The lower bound keeps a scan from wading through what fired long ago: while somebody holds an old snapshot,
    PostgreSQL cannot clean that out of the index.
    """
    return [due_at <= now] if since is None else [due_at <= now, due_at >= since]


def among(session: Session, column: InstrumentedAttribute[Any], ids: Collection[int]) -> ColumnElement[bool]:
    """`column` is one of `ids`: for some thousands of them, each of which would be a parameter of an IN.

    PostgreSQL takes them as one array, many times faster.
    """
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(list(ids), ARRAY(BigInteger)))
    return column.in_(ids)


def json_object(session: Session, **values: Any) -> ColumnElement[dict[str, Any]]:
    """An object built in the database from columns."""
    pairs = [part for pair in values.items() for part in pair]
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    build = func.jsonb_build_object if on_postgresql else func.json_object
    return build(*pairs, type_=Json)


def insert_into(session: Session, table: type[Any]) -> Upsert:
    """An insert in this database's dialect."""
    return inserting(session.get_bind().dialect.name)(table)


def inserting(dialect: str) -> Callable[[Any], Upsert]:
    """What makes inserts in this dialect."""
    return postgresql.insert if dialect == "postgresql" else sqlite.insert
