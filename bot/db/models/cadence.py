"""What must happen later (design: the schedule is data)."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base
from bot.db.types import Id


class EnrollmentState(enum.StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


class Enrollment(Base):
    """A lead on a plan; at most one running (D6). It finishes on the plan version it started with."""

    __tablename__ = "enrollments"
    __table_args__ = (
        Index(
            "uq_enrollments_one_running",
            "lead_id",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    plan: Mapped[str] = mapped_column(String(64))
    plan_version: Mapped[str] = mapped_column(String(64))
    anchor: Mapped[datetime]
    """What the offsets count from: the lead's arrival."""
    step: Mapped[int] = mapped_column(default=0)
    """Index of the touch that is open or comes next."""
    state: Mapped[EnrollmentState] = mapped_column(default=EnrollmentState.RUNNING)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(64))
    """R33: finished, or ended for a reason."""


class PlanVersion(Base):
    """The text of every plan a lead ever started, by digest."""

    __tablename__ = "plan_versions"

    plan: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    document: Mapped[str] = mapped_column(Text)


class Channel(enum.StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    LINKEDIN = "linkedin"
    MESSAGE = "message"
    SMS = "sms"


class TaskKind(enum.StrEnum):
    TOUCH = "touch"
    CALLBACK = "callback"
    ANSWER_NOW = "answer-now"
    CALL_CHECK = "call-check"
    PROMISE = "promise"
    """Something that one side said it would do by a date (R45)."""


class TaskState(enum.StrEnum):
    WAITING = "waiting"
    DUE = "due"
    """Fired: its owner was told."""
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


OPEN_TASKS = (TaskState.WAITING, TaskState.DUE)


class Outcome(enum.StrEnum):
    """What a rep reports of a touch."""

    DONE = "done"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no-answer"
    REPLIED = "replied"
    AGREED = "agreed"
    """To a call, without a date yet (R44)."""
    BOOKED = "booked"
    HELD = "held"
    """A conversation with its next step (R45)."""
    NOT_NOW = "not-now"
    NOT_INTERESTED = "not-interested"
    WRONG_FIT = "wrong-fit"
    WON = "won"
    LOST = "lost"
    UNSUBSCRIBED = "unsubscribed"
    DO_NOT_CONTACT = "do-not-contact"
    OBJECTION = "objection"
    SKIP = "skip"
    SNOOZE = "snooze"


class Task(Base):
    """Anything a person must do. At most one open touch per lead; later ones are projected from the plan (D9)."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "uq_tasks_one_open_touch",
            "lead_id",
            unique=True,
            sqlite_where=text("kind = 'touch' AND state IN ('waiting', 'due')"),
            postgresql_where=text("kind = 'touch' AND state IN ('waiting', 'due')"),
        ),
        Index(
            "ix_tasks_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_tasks_open_by_owner",
            "owner_id",
            "due_at",
            sqlite_where=text("state IN ('waiting', 'due')"),
            postgresql_where=text("state IN ('waiting', 'due')"),
        ),
        Index(
            "ix_tasks_lead_id", "lead_id", postgresql_include=["kind", "state", "owner_id", "due_at", "late"]
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollments.id"))
    kind: Mapped[TaskKind]
    owner_id: Mapped[int] = mapped_column(ForeignKey("reps.id"))
    number: Mapped[int | None]
    """Touch number in its plan, from 1."""
    channel: Mapped[Channel | None]
    template: Mapped[str | None] = mapped_column(String(64))
    due_at: Mapped[datetime]
    state: Mapped[TaskState] = mapped_column(default=TaskState.WAITING)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    late: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Settled on a later day than it was due; changes only with the state, which is what figures are told of."""
    snoozes: Mapped[int] = mapped_column(default=0)
    held_from: Mapped[datetime | None]
    """When it was due before the day's cap moved it on (R51)."""
    about: Mapped[str | None] = mapped_column(Text)
    """What was promised."""


class DueList(Base):
    """One message to one person about several tasks: they fell due together, or are still open in the afternoon."""

    __tablename__ = "due_lists"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("reps.id"))
    told_at: Mapped[datetime]
    overdue: Mapped[bool] = mapped_column(default=False)
    """A reminder of what has been due for a while."""


class ListedTask(Base):
    """A task on a list."""

    __tablename__ = "listed_tasks"
    __table_args__ = (Index("ix_listed_tasks_task_id", "task_id"),)

    list_id: Mapped[int] = mapped_column(ForeignKey("due_lists.id"), primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)


class FollowUpDay(Base):
    """How many follow-ups went out on one platform from one account on one day (R51)."""

    __tablename__ = "follow_up_days"

    owner_id: Mapped[int] = mapped_column(ForeignKey("reps.id"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class TimerKind(enum.StrEnum):
    REVISIT = "revisit"
    """A lead's date to come back (R27, R41)."""
    STALL = "stall"
    """They have been silent too long for their stage (R44)."""
    BRIEF = "brief"
    """A booked call is near. Facts: {"task": id of its call check}."""
    ANSWER_LATE = "answer-late"
    """Nobody has answered their reply (R45). Facts: {"task": id, "step": 0 for the owner, 1 for the managers}."""


class Timer(Base):
    """Everything that comes due and is not a person's task."""

    __tablename__ = "timers"
    __table_args__ = (
        Index(
            "ix_timers_due",
            "due_at",
            sqlite_where=text("fired_at IS NULL"),
            postgresql_where=text("fired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[TimerKind]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"))
    due_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fired_at: Mapped[datetime | None]
    """Also set when it is cancelled: either way it will not fire."""
