"""Once a day each rep is reminded of what has been due for a while and is still to do.

What falls due too late for that is said by the next morning's digest.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.businesstime import Calendar, is_open
from bot.cadence.telling import add_lists, lists_of, refresh_tasks
from bot.db.models import Activity, ActivityKind, Lead, Rep, Task, TaskKind, TaskState
from bot.db.sql import HEAT, due_between
from bot.team.live import LiveTeam, live_team

OVERDUE_AFTER = timedelta(hours=1)
"""Nobody is reminded of what has just come."""


def fire_due_reminders(
    session: Session, now: datetime, limit: int = 100, *, since: datetime | None = None
) -> int:
    """How many people's time for a reminder has come, at `since` or later; who has nothing to do hears nothing."""
    due = select(Rep).where(Rep.remind_at.is_not(None), *due_between(Rep.remind_at, since, now))
    reps = session.scalars(
        due.order_by(Rep.remind_at, Rep.id).limit(limit).with_for_update(skip_locked=True),
        execution_options={"populate_existing": True},
    ).all()
    if not reps:
        return 0
    live = live_team(session)
    for rep in reps:
        rep.remind_at = None
        if still_open := _still_open(session, rep, live, now):
            _remind(session, rep, still_open, now)
    return len(reps)


def reminder_of(morning: datetime, calendar: Calendar, at: time) -> datetime | None:
    """When somebody is reminded on the day of `morning`; None when that has passed, or their day is over by then."""
    zone = ZoneInfo(calendar.zone)
    remind_at = datetime.combine(morning.astimezone(zone).date(), at, zone)
    return remind_at if remind_at > morning and is_open(remind_at, calendar) else None


def _still_open(session: Session, rep: Rep, live: LiveTeam, now: datetime) -> Sequence[Task]:
    """Of today, and so of no reminder before. First contacts and answers have a clock of their own."""
    zone = ZoneInfo(live.team.calendar_of(rep.key).zone)
    today = datetime.combine(now.astimezone(zone).date(), time.min, zone)
    mine = (
        select(Task)
        .join(Lead, Lead.id == Task.lead_id)
        .where(
            Task.owner_id == rep.id,
            Task.state == TaskState.DUE,
            Task.due_at >= today,
            Task.due_at <= now - OVERDUE_AFTER,
            Task.kind != TaskKind.ANSWER_NOW,
            Lead.first_response_at.is_not(None),
        )
    )
    return session.scalars(mine.order_by(HEAT, Task.due_at, Task.id)).all()


def _remind(session: Session, rep: Rep, tasks: Sequence[Task], now: datetime) -> None:
    task_ids = [task.id for task in tasks]
    refresh_tasks(session, *task_ids, now=now)
    add_lists(session, list(lists_of(task_ids, rep.id)), now, overdue=True)
    session.add_all(
        Activity(
            lead_id=task.lead_id,
            at=now,
            kind=ActivityKind.TOUCH_OVERDUE,
            task_id=task.id,
            facts={"rep": rep.key},
        )
        for task in tasks
    )
