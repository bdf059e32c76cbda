"""What came in, as it came: nothing is lost and everything can be replayed (design: store, decide, deliver)."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base
from bot.db.types import Id


class InboxState(enum.StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    """Nothing in it could be read; kept, shown to a manager, replayable."""


class ItemResult(enum.StrEnum):
    ACCEPTED = "accepted"
    KNOWN = "known"
    TEST = "test"
    UNREADABLE = "unreadable"


class InboxEntry(Base):
    """One authenticated request body, unaltered."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("uq_inbox_delivery", "source", "delivery_id", unique=True),
        Index(
            "ix_inbox_waiting",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    """What the sender is answered and may ask about later."""
    source: Mapped[str] = mapped_column(String(64))
    delivery_id: Mapped[str | None] = mapped_column(String(255))
    """The sender's own name for this delivery: webhook-id or Idempotency-Key."""
    content_type: Mapped[str] = mapped_column(String(255))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    state: Mapped[InboxState] = mapped_column(default=InboxState.WAITING)
    decided_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)


class ContentSighting(Base):
    """The last time a source sent exactly this content; a resend within 10 minutes is the same delivery."""

    __tablename__ = "content_sightings"

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime]
    public_id: Mapped[str] = mapped_column(String(40))


class InboxItem(Base):
    """What became of one lead in a body."""

    __tablename__ = "inbox_items"
    __table_args__ = (Index("ix_inbox_items_inbox_id", "inbox_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"))
    position: Mapped[int]
    result: Mapped[ItemResult]
    why: Mapped[str | None] = mapped_column(Text)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The normalised lead as read, for `inbox list` and replay."""
