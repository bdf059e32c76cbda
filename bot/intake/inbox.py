"""The inbox: everything authenticated is kept as it came, before anything can go wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any, Literal

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.db import Loop, wake
from bot.db.models import ContentSighting, InboxEntry, InboxItem, InboxState, ItemResult, Lead
from bot.errors import FollowupError
from bot.intake.reading import ContentType
from bot.intake.senders import Sender
from bot.intake.storing import store_unless_known, store_unless_seen

log = structlog.get_logger()

SAME_CONTENT = timedelta(minutes=10)
"""Without an id of the sender's own, the same content within this time is the same delivery."""


@dataclass(frozen=True)
class Receipt:
    """What the sender is answered."""

    id: str
    status: Literal["queued", "duplicate"]


@dataclass(frozen=True)
class InboxLine:
    """An entry and what became of it, for people."""

    id: str
    source: str
    received_at: datetime
    state: InboxState
    error: str | None
    items: tuple[str, ...]

    def __str__(self) -> str:
        head = f"{self.id}  {self.received_at:%Y-%m-%d %H:%M} UTC  {self.source}  {self.state}"
        details = (self.error, *self.items) if self.error else self.items
        return "\n".join([head, *(f"    {detail}" for detail in details)])


class NotInInboxError(FollowupError):
    def __init__(self, public_id: str) -> None:
        super().__init__(
            f"There is nothing in the inbox with the id {public_id}. See: python -m bot inbox list"
        )


class NothingToReplayError(FollowupError):
    def __init__(self, public_id: str) -> None:
        super().__init__(
            f"Everything in {public_id} was read, or still waits its turn; there is nothing to replay."
        )


def receive(
    session: Session, source: str, delivery_id: str | None, content_type: str, body: bytes, *, now: datetime
) -> Receipt:
    """Store a delivery, once. A second one with the sender's same id, or without an id with the same content within
    10 minutes, is answered "duplicate" with the first one's id."""
    entry = _entry(source, delivery_id, content_type, body, now)
    receipt = _stored(session, entry, if_unchanged=False)
    # The sender's id may be taken, by an earlier delivery or by one that commits while this one waits.
    return receipt or Receipt(_first(session, entry), "duplicate")


def receive_if_unchanged(
    session: Session,
    sender: Sender,
    delivery_id: str | None,
    content_type: str,
    body: bytes,
    *,
    now: datetime,
    machine_now: datetime,
) -> Receipt | None:
    """As `receive`, for a remembered sender on PostgreSQL: that what was believed of it still holds, is seen in the
    very statement that stores. None, and nothing stored, when it does not, or when the delivery is a duplicate."""
    entry = _entry(sender.name, delivery_id, content_type, body, now)
    return _stored(session, entry | sender.facts(machine_now), if_unchanged=True)


def forget_sightings(session: Session, now: datetime) -> int:
    """Forget which contents came more than an hour ago: they would be new again. Returns how many."""
    # Well after the ten minutes: nobody may be looking for the one that is deleted.
    gone = delete(ContentSighting).where(ContentSighting.seen_at < now - timedelta(hours=1))
    return len(session.execute(gone.returning(ContentSighting.digest)).all())


def what_became_of(session: Session, source: str, public_id: str) -> dict[str, Any] | None:
    """{"id", "state", "items": [{"result", "lead", "why"}]} of one of this source's deliveries, or None."""
    entry = session.scalar(
        select(InboxEntry).where(InboxEntry.source == source, InboxEntry.public_id == public_id)
    )
    if entry is None:
        return None
    items = [
        {"result": item.result.value, "lead": lead.ref if lead else None, "why": item.why}
        for item, lead in _items(session, [entry.id])
    ]
    answer: dict[str, Any] = {"id": public_id, "state": entry.state.value, "items": items}
    return answer | ({"why": entry.error} if entry.error else {})


def inbox_list(session: Session, *, failed_only: bool = False, limit: int = 50) -> list[InboxLine]:
    """The newest entries first; with `failed_only`, those with anything in them that could not be read."""
    query = select(InboxEntry).order_by(InboxEntry.id.desc()).limit(limit)
    if failed_only:
        unread = select(InboxItem.inbox_id).where(InboxItem.result == ItemResult.UNREADABLE)
        query = query.where((InboxEntry.state == InboxState.FAILED) | InboxEntry.id.in_(unread))
    entries = session.scalars(query).all()
    items = _items(session, [entry.id for entry in entries])
    return [
        InboxLine(
            entry.public_id,
            entry.source,
            entry.received_at,
            entry.state,
            entry.error,
            tuple(_described(item, lead) for item, lead in items if item.inbox_id == entry.id),
        )
        for entry in entries
    ]


def replay(session: Session, public_id: str, now: datetime) -> None:
    """Have everything that could not be read in a delivery decided again; what was read stays as it is.

    Raises NotInInboxError and NothingToReplayError.
    """
    entry = session.scalar(select(InboxEntry).where(InboxEntry.public_id == public_id))
    if entry is None:
        raise NotInInboxError(public_id)
    had_failed = entry.state is InboxState.FAILED
    unread = delete(InboxItem).where(
        InboxItem.inbox_id == entry.id, InboxItem.result == ItemResult.UNREADABLE
    )
    removed = session.execute(unread.returning(InboxItem.id)).all()
    # The row decides between two people who replay it at once.
    replayed = session.execute(
        update(InboxEntry)
        .where(InboxEntry.id == entry.id, InboxEntry.state != InboxState.WAITING)
        .values(state=InboxState.WAITING, decided_at=None, error=None)
        .returning(InboxEntry.id)
    ).all()
    if not replayed or not (removed or had_failed):
        raise NothingToReplayError(public_id)
    log.info("inbox entry replayed", id=public_id, at=now.isoformat())
    wake(session, Loop.INBOX)


def _entry(
    source: str, delivery_id: str | None, content_type: str, body: bytes, now: datetime
) -> dict[str, Any]:
    entry = {
        "public_id": f"in_{token_hex(12)}",
        "source": source,
        "delivery_id": delivery_id,
        "content_type": content_type[:255],
        "body": body,
        "received_at": now,
    }
    return (
        entry
        if delivery_id
        else entry | {"digest": _digest(content_type, body), "long_ago": now - SAME_CONTENT}
    )


def _stored(session: Session, entry: Mapping[str, Any], *, if_unchanged: bool) -> Receipt | None:
    store = store_unless_known if entry["delivery_id"] else store_unless_seen
    if not store(session, entry, if_unchanged=if_unchanged):
        return None
    wake(session, Loop.INBOX)
    return Receipt(entry["public_id"], "queued")


def _first(session: Session, entry: Mapping[str, Any]) -> str:
    """The id of the delivery that this one repeats."""
    same = (
        select(InboxEntry.public_id).where(
            InboxEntry.delivery_id == entry["delivery_id"], InboxEntry.source == entry["source"]
        )
        if entry["delivery_id"]
        else select(ContentSighting.public_id).where(
            ContentSighting.digest == entry["digest"], ContentSighting.source == entry["source"]
        )
    )
    return session.scalars(same).one()


def _digest(content_type: str, body: bytes) -> str:
    kind = ContentType(content_type)
    # Browsers draw a new boundary for every send: it is no part of the content.
    content = body.replace(kind.boundary, b"") if kind.boundary else body
    return sha256(kind.name.encode() + b"\n" + content).hexdigest()


def _items(session: Session, entry_ids: Sequence[int]) -> list[tuple[InboxItem, Lead | None]]:
    rows = session.execute(
        select(InboxItem, Lead)
        .outerjoin(Lead, Lead.id == InboxItem.lead_id)
        .where(InboxItem.inbox_id.in_(entry_ids))
        .order_by(InboxItem.inbox_id, InboxItem.position)
    )
    return [(item, lead) for item, lead in rows]


def _described(item: InboxItem, lead: Lead | None) -> str:
    return ": ".join(
        filter(None, (" ".join(filter(None, (lead.ref if lead else None, item.result))), item.why))
    )
