"""The threads an assistant works for their owners: those that fell silent (R52)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Channel, Lead, Rep, Task, TaskKind, TaskState
from bot.db.sql import HEAT


def is_silent() -> ColumnElement[bool]:
    """A touch of somebody who was contacted and has not answered, by any way but a call.

    A first contact, a call and whatever follows an answer are the owner's: their voice is what the lead knows.
    """
    return and_(
        Task.kind == TaskKind.TOUCH, Task.channel != Channel.PHONE, Lead.first_response_at.is_not(None)
    )


def silent_threads(session: Session, owners: Sequence[Rep], now: datetime) -> list[tuple[Task, Lead]]:
    """Every due touch of theirs that an assistant may make, the hottest and most recent leads first (R51)."""
    due = or_(Task.state == TaskState.DUE, and_(Task.state == TaskState.WAITING, Task.due_at <= now))
    rows = session.execute(
        select(Task, Lead)
        .join(Lead, Lead.id == Task.lead_id)
        .where(Task.owner_id.in_([owner.id for owner in owners]), due, is_silent())
        .order_by(HEAT, Lead.received_at.desc(), Task.id)
    )
    return [(task, lead) for task, lead in rows]
