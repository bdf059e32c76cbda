"""What goes out, as intents: "show lead 41's card", never a payload. Delivery renders the current state."""

import enum
from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base
from bot.db.types import Id


class Intent(Base):
    """One message, for its whole life: posted once, then updated in place whenever `wanted` is raised.

    Due while `done < wanted`. `not_before` is machine time; `leased_until` is the database's own clock.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("uq_outbox_message", "kind", "subject", "destination", unique=True),
        Index(
            "ix_outbox_open",
            "lane",
            "id",
            sqlite_where=text("done < wanted AND dead_at IS NULL"),
            postgresql_where=text("done < wanted AND dead_at IS NULL"),
        ),
        Index(
            "ix_outbox_dead",
            "dead_at",
            sqlite_where=text("dead_at IS NOT NULL"),
            postgresql_where=text("dead_at IS NOT NULL"),
        ),
        # So few ever stand twice that counting them needs no look at the rest.
        Index(
            "ix_outbox_extras",
            "extras",
            sqlite_where=text("extras > 0"),
            postgresql_where=text("extras > 0"),
        ),
        Index(
            "ix_outbox_unsearched",
            "unsearched",
            sqlite_where=text("unsearched > 0"),
            postgresql_where=text("unsearched > 0"),
        ),
        Index(
            "ix_outbox_look_again",
            "look_again_at",
            sqlite_where=text("look_again_at IS NOT NULL"),
            postgresql_where=text("look_again_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))
    """What it shows: a lead's, task's or rep's id, with a step where one subject gets several, and the round
    where it may get them again ("41:2@7")."""
    destination: Mapped[str] = mapped_column(String(80))
    """"pool:<key>" or "rep:<id>"; resolved when it is delivered."""
    lane: Mapped[str] = mapped_column(String(80))
    """Order is kept inside a lane: one card, or one person."""
    wanted: Mapped[int] = mapped_column(default=1)
    done: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    wanted_at: Mapped[datetime | None]
    """Since when Slack does not show it as wanted, while it is due (business time)."""
    not_before: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    lease: Mapped[str | None] = mapped_column(String(40))
    """The token of the lease: only its holder may settle."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Since the last success."""
    channel: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    dead_at: Mapped[datetime | None]
    look_again_at: Mapped[datetime | None]
    """When to look once more for a twin of a message that was in doubt, on the database's clock."""
    extras: Mapped[int] = mapped_column(default=0, server_default="0")
    """Twins of it that were taken back."""
    unsearched: Mapped[int] = mapped_column(default=0, server_default="0")
    """Doubts about it that ended although nobody could look whether it stands twice."""


class PauseScope(enum.StrEnum):
    WORKSPACE = "workspace"
    DESTINATION = "destination"


class Pause(Base):
    """Slack refused a whole scope. Resumes by itself: one delivery at a time probes when `probe_at` has passed."""

    __tablename__ = "pauses"

    destination: Mapped[str] = mapped_column(String(80), primary_key=True)
    """ "*" for the workspace."""
    scope: Mapped[PauseScope]
    error: Mapped[str] = mapped_column(String(80))
    since: Mapped[datetime]
    probe_at: Mapped[datetime]


class Budget(Base):
    """A shared rate limit: the theoretical arrival time of the next call (generic cell rate algorithm)."""

    __tablename__ = "budgets"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    next_at: Mapped[datetime]


class SlackRefusal(Base):
    """How often a call of this method failed with this error, ever and in all processes."""

    __tablename__ = "slack_refusals"

    method: Mapped[str] = mapped_column(String(80), primary_key=True)
    error: Mapped[str] = mapped_column(String(80), primary_key=True)
    times: Mapped[int]
