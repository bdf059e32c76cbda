"""The statements that store a delivery, each made once: this is where every lead must be quick."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import Executable, Table, bindparam, literal, select
from sqlalchemy.orm import Session

from bot.db.models import ContentSighting, InboxEntry, InboxState
from bot.db.sql import Upsert, inserting
from bot.db.types import UtcDateTime

_INBOX, _SIGHTINGS = cast(Table, InboxEntry.__table__), cast(Table, ContentSighting.__table__)
_GIVEN = [
    _INBOX.c[name]
    for name in ("public_id", "source", "delivery_id", "content_type", "body", "received_at", "state")
]


def store_unless_known(session: Session, entry: Mapping[str, Any]) -> bool:
    """Whether it was stored: not when its source has sent another of the same `delivery_id`."""
    return _executed(session, _store(_dialect(session)), entry)


def store_unless_seen(session: Session, entry: Mapping[str, Any]) -> bool:
    """Whether it was stored: not when its source has sent the same `digest` since `long_ago`."""
    dialect = _dialect(session)
    if dialect == "postgresql":
        return _executed(session, _see_and_store(), entry)
    # SQLite cannot insert what another insert returns; it has one writer, so nobody comes between the two.
    return _executed(session, _see(dialect), entry) and _executed(session, _store(dialect), entry)


def _executed(session: Session, statement: Executable, entry: Mapping[str, Any]) -> bool:
    return session.execute(statement, {"state": InboxState.WAITING, **entry}).scalar() is not None


@cache
def _store(dialect: str) -> Executable:
    row: dict[str, Any] = {column.name: bindparam(column.name) for column in _GIVEN}
    return _kept_once(inserting(dialect)(_INBOX).values(row))


@cache
def _see_and_store() -> Executable:
    seen = _see("postgresql").cte("seen")
    row = select(*(bindparam(column.name, type_=column.type) for column in _GIVEN)).select_from(seen)
    return _kept_once(inserting("postgresql")(_INBOX).from_select(_GIVEN, row))


def _kept_once(insert: Upsert) -> Executable:
    is_taken = [_INBOX.c.source, _INBOX.c.delivery_id]
    return insert.on_conflict_do_nothing(index_elements=is_taken).returning(literal(1))


@cache
def _see(dialect: str) -> Any:
    """Returns a row only when nobody sent it lately; of two at once the second sees the first one's row."""
    row: dict[str, Any] = {column.name: bindparam(column.name) for column in _SIGHTINGS.c}
    row["seen_at"] = bindparam("received_at", type_=UtcDateTime)
    insert: Upsert = inserting(dialect)(_SIGHTINGS).values(row)
    return insert.on_conflict_do_update(
        index_elements=[_SIGHTINGS.c.source, _SIGHTINGS.c.digest],
        set_={"seen_at": insert.excluded.seen_at, "public_id": insert.excluded.public_id},
        where=_SIGHTINGS.c.seen_at <= bindparam("long_ago", type_=UtcDateTime),
    ).returning(literal(1))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
