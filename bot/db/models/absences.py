"""Who is not there: leave that was planned, and what Slack says of people right now."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base
from bot.db.types import Id


class LeavePlan(enum.StrEnum):
    """What becomes of a rep's open leads while they are away."""

    COVER = "cover"
    """Somebody else works them; the leads and the credit stay."""
    TRANSFER = "transfer"
    """They are somebody else's from then on, with the credit."""
    WAIT = "wait"
    """Touches wait for the return; what cannot wait goes to the pool's fallback person."""


class AbsenceState(enum.StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    OVER = "over"
    """They are back, or it was called off before it began."""


class Absence(Base):
    """A rep's leave. A rep has one at a time; the next may be planned meanwhile."""

    __tablename__ = "absences"
    __table_args__ = (
        Index(
            "ix_absences_rep_id",
            "rep_id",
            sqlite_where=text("state != 'over'"),
            postgresql_where=text("state != 'over'"),
        ),
        Index(
            "ix_absences_due",
            "next_at",
            sqlite_where=text("state != 'over'"),
            postgresql_where=text("state != 'over'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    rep_id: Mapped[int] = mapped_column(ForeignKey("reps.id"))
    starts_at: Mapped[datetime]
    until: Mapped[datetime]
    """The first moment they are back; moved to the moment of an early return."""
    plan: Mapped[LeavePlan]
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("reps.id"))
    """Who covers, or whose the leads become."""
    state: Mapped[AbsenceState] = mapped_column(default=AbsenceState.PLANNED)
    next_at: Mapped[datetime]
    """When it begins, once running when it ends."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("reps.id"))


class LentTask(Base):
    """An open task of a rep on leave: with their stand-in, or put off until they are back."""

    __tablename__ = "lent_tasks"
    __table_args__ = (Index("ix_lent_tasks_absence_id", "absence_id"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    absence_id: Mapped[int] = mapped_column(ForeignKey("absences.id"))
    due_at: Mapped[datetime | None]
    """When a task that was put off was due before; none for one that a stand-in has."""


class Presence(Base):
    """What Slack last said of a person (pools with `presence: true`)."""

    __tablename__ = "presences"

    rep_id: Mapped[int] = mapped_column(ForeignKey("reps.id"), primary_key=True)
    active: Mapped[bool]
    quiet_until: Mapped[datetime | None]
    """The end of do-not-disturb, if it is on."""
    seen_at: Mapped[datetime]
