"""The statements that store a delivery, each made once: this is where every lead must be quick."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import BindParameter, Column, Executable, Table, bindparam, literal, select
from sqlalchemy.orm import Session

from bot.db.models import ContentSighting, InboxEntry, InboxState
from bot.db.sql import Upsert, inserting
from bot.db.types import UtcDateTime
from bot.intake.senders import is_unchanged

_INBOX, _SIGHTINGS = cast(Table, InboxEntry.__table__), cast(Table, ContentSighting.__table__)
_GIVEN = [
    _INBOX.c[name]
    for name in ("public_id", "source", "delivery_id", "content_type", "body", "received_at", "state")
]


def store_unless_known(session: Session, entry: Mapping[str, Any], *, if_unchanged: bool) -> bool:
    """Whether it was stored: not when its source has sent another of the same `delivery_id`.

    `if_unchanged`: nor, on PostgreSQL, when the sender's facts in `entry` are no longer true.
    """
    return _executed(session, _store(_dialect(session), if_unchanged), entry)


def store_unless_seen(session: Session, entry: Mapping[str, Any], *, if_unchanged: bool) -> bool:
    """Whether it was stored: not when its source has sent the same `digest` since `long_ago`.

    `if_unchanged`: nor, on PostgreSQL, when the sender's facts in `entry` are no longer true.
    """
    dialect = _dialect(session)
    if dialect == "postgresql":
        return _executed(session, _see_and_store(if_unchanged), entry)
    # SQLite cannot insert what another insert returns; it has one writer, so nobody comes between the two.
    return _executed(session, _see(dialect, False), entry) and _executed(
        session, _store(dialect, False), entry
    )


def _executed(session: Session, statement: Executable, entry: Mapping[str, Any]) -> bool:
    return session.execute(statement, {"state": InboxState.WAITING, **entry}).scalar() is not None


@cache
def _store(dialect: str, if_unchanged: bool) -> Executable:
    return _kept_once(_insert(dialect, _INBOX, _given(_GIVEN), if_unchanged))


@cache
def _see_and_store(if_unchanged: bool) -> Executable:
    seen = _see("postgresql", if_unchanged).cte("seen")
    row = select(*_given(_GIVEN).values()).select_from(seen)
    return _kept_once(inserting("postgresql")(_INBOX).from_select(_GIVEN, row))


@cache
def _see(dialect: str, if_unchanged: bool) -> Any:
    """Returns a row only when nobody sent it lately; of two at once the second sees the first one's row."""
    row = _given(_SIGHTINGS.c) | {"seen_at": bindparam("received_at", type_=UtcDateTime)}
    insert = _insert(dialect, _SIGHTINGS, row, if_unchanged)
    return insert.on_conflict_do_update(
        index_elements=[_SIGHTINGS.c.source, _SIGHTINGS.c.digest],
        set_={"seen_at": insert.excluded.seen_at, "public_id": insert.excluded.public_id},
        where=_SIGHTINGS.c.seen_at <= bindparam("long_ago", type_=UtcDateTime),
    ).returning(literal(1))


def _given(columns: Iterable[Column[Any]]) -> dict[str, BindParameter[Any]]:
    return {column.name: bindparam(column.name, type_=column.type) for column in columns}


def _insert(dialect: str, table: Table, row: Mapping[str, BindParameter[Any]], if_unchanged: bool) -> Upsert:
    insert = inserting(dialect)(table)
    if if_unchanged:
        return insert.from_select(list(row), select(*row.values()).where(is_unchanged()))
    return insert.values(row)


def _kept_once(insert: Upsert) -> Executable:
    is_taken = [_INBOX.c.source, _INBOX.c.delivery_id]
    return insert.on_conflict_do_nothing(index_elements=is_taken).returning(literal(1))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
