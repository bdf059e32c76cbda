"""When something falls due next."""

from datetime import datetime

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from bot.db.models import Escalation, Task, TaskState, Timer


def next_due(session: Session) -> datetime | None:
    """The earliest business instant at which a step, task or timer falls due; None if none is planned."""
    earliest = (
        select(func.min(Escalation.next_step_at).label("due")).where(Escalation.ended_at.is_(None)),
        select(func.min(Task.due_at)).where(Task.state == TaskState.WAITING),
        select(func.min(Timer.due_at)).where(Timer.fired_at.is_(None)),
    )
    return min((due for due in session.scalars(union_all(*earliest)) if due is not None), default=None)
