"""What is to come for a lead and is nobody's task yet."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.businesstime import next_opening
from bot.cadence.pools import pool_of
from bot.db import Loop, wake
from bot.db.models import Lead, Task, Timer, TimerKind
from bot.team.live import LiveTeam


def add_timer(session: Session, lead: Lead, kind: TimerKind, due_at: datetime, **facts: int) -> Timer:
    """Something to come at `due_at`."""
    timer = Timer(kind=kind, lead_id=lead.id, due_at=due_at, facts=facts)
    session.add(timer)
    session.flush()
    wake(session, Loop.TIMERS)
    return timer


def add_revisit(session: Session, lead: Lead, at: datetime, live: LiveTeam) -> Timer:
    """Come back to this lead at `at`, moved on to opening hours (R27, R41)."""
    due_at = next_opening(at, pool_of(session, lead, live).calendar)
    return add_timer(session, lead, TimerKind.REVISIT, due_at)


def pending_timers(session: Session, lead: Lead) -> list[Timer]:
    """What is still to come for a lead."""
    return list(session.scalars(select(Timer).where(Timer.lead_id == lead.id, Timer.fired_at.is_(None))))


def stop_clocks(session: Session, lead: Lead, task: Task, now: datetime) -> None:
    """What was to come only while this task is open will not."""
    for timer in pending_timers(session, lead):
        if timer.facts.get("task") == task.id:
            timer.fired_at = now
