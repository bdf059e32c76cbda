"""Everything that falls due: the columns that say when, and which rows still wait for it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from bot.db.models import Absence, AbsenceState, Escalation, Rep, Task, TaskState, Timer

DUE: Mapping[str, tuple[InstrumentedAttribute[Any], ColumnElement[bool]]] = {
    "escalation": (Escalation.next_step_at, Escalation.ended_at.is_(None)),
    "task": (Task.due_at, Task.state == TaskState.WAITING),
    "timer": (Timer.due_at, Timer.fired_at.is_(None)),
    "digest": (Rep.digest_at, Rep.digest_at.is_not(None)),
    "reminder": (Rep.remind_at, Rep.remind_at.is_not(None)),
    "leave": (Absence.next_at, Absence.state != AbsenceState.OVER),
}
"""By what it is, the business instant at which a row is due, and whether it waits."""
