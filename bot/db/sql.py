"""Expressions that both databases understand."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, case, func, insert, literal, select
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


def among(
    session: Session, column: InstrumentedAttribute[Any], values: Collection[int] | Collection[str]
) -> ColumnElement[bool]:
    """`column` is one of `values`: for some thousands of them, each of which would be a parameter of an IN.

    PostgreSQL takes them as one array, many times faster.
    """
    if _on_postgresql(session):
        return column == any_(literal(list(values), ARRAY(column.type)))
    return column.in_(values)


def insert_ids(session: Session, table: type[Any], rows: Sequence[Mapping[str, int]]) -> None:
    """Insert rows of nothing but ids: for some thousands of them.

    PostgreSQL takes each column as one array, many times faster than row by row.
    """
    if _on_postgresql(session):
        columns = [func.unnest(literal([row[name] for row in rows], ARRAY(BigInteger))) for name in rows[0]]
        session.execute(insert(table).from_select(list(rows[0]), select(*columns)))
    else:
        session.execute(insert(table), rows)


def json_object(session: Session, **values: Any) -> ColumnElement[dict[str, Any]]:
    """An object built in the database from columns."""
    pairs = [part for pair in values.items() for part in pair]
    build = func.jsonb_build_object if _on_postgresql(session) else func.json_object
    return build(*pairs, type_=Json)


def insert_into(session: Session, table: type[Any]) -> Upsert:
    """An insert in this database's dialect."""
    return inserting(session.get_bind().dialect.name)(table)


def inserting(dialect: str) -> Callable[[Any], Upsert]:
    """What makes inserts in this dialect."""
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


def _on_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
