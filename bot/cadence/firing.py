"""Timers that fall due."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.cadence.next_action import rewrite_next_action
from bot.cadence.stages import answer_is_late, brief, fell_silent, owner_id
from bot.cadence.tasks import Errand, add_errand, open_tasks_of
from bot.db.models import Activity, ActivityKind, Lead, Status, Timer, TimerKind
from bot.db.sql import due_between
from bot.outbox.enqueue import IntentKind, refresh
from bot.team.live import LiveTeam, live_team


def fire_due_timers(
    session: Session, now: datetime, limit: int = 100, *, since: datetime | None = None
) -> int:
    """How many timers fired, due at `since` or later; what each of them is for has happened."""
    due = session.execute(
        select(Timer, Lead)
        .join(Lead, Lead.id == Timer.lead_id)
        .where(Timer.fired_at.is_(None), *due_between(Timer.due_at, since, now))
        .order_by(Timer.due_at, Timer.id)
        .limit(limit)
        # The lead and not the timer: whoever acts on a lead locks it first, so nobody waits in a circle.
        .with_for_update(of=Lead, skip_locked=True, key_share=True),
        execution_options={"populate_existing": True},
    ).all()
    if not due:
        return 0
    live = live_team(session)
    return sum(_fire(session, timer, lead, live, now) for timer, lead in due)


def _fire(session: Session, timer: Timer, lead: Lead, live: LiveTeam, now: datetime) -> bool:
    # It was read before the lead was locked: somebody may have cancelled it, or another worker fired it.
    fired = session.execute(
        update(Timer)
        .where(Timer.id == timer.id, Timer.fired_at.is_(None))
        .values(fired_at=now)
        .returning(Timer.id)
    ).one_or_none()
    if fired is None:
        return False
    if not lead.status.is_closed:
        _perform(session, timer, lead, live, now)
        rewrite_next_action(session, lead)
        refresh(session, IntentKind.LEAD_CARD, lead.id, now=now)
    return True


def _perform(session: Session, timer: Timer, lead: Lead, live: LiveTeam, now: datetime) -> None:
    match timer.kind:
        case TimerKind.REVISIT:
            _revisit(session, lead, live, now)
        case TimerKind.STALL:
            fell_silent(session, lead, live, now)
        case TimerKind.BRIEF:
            brief(session, timer, now)
        case TimerKind.ANSWER_LATE:
            answer_is_late(session, timer, lead, live, now)


def _revisit(session: Session, lead: Lead, live: LiveTeam, now: datetime) -> None:
    session.add(Activity(lead_id=lead.id, at=now, kind=ActivityKind.REVISITED))
    if not open_tasks_of(session, lead):
        lead.status = Status.ACTIVE
        add_errand(
            session, lead, Errand.REVISIT, owner_id(session, lead, live), due_at=now, now=now, tell_now=False
        )
