"""Reading what is said about somebody's leave."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import (
    OPEN_STATUSES,
    OPEN_TASKS,
    Absence,
    Activity,
    ActivityKind,
    Lead,
    LentTask,
    Rep,
    Task,
)
from bot.messages.leave import LeaveState
from bot.routing.regain import given_away, regainable
from bot.team.live import live_team


def leave_state(session: Session, absence: Absence) -> LeaveState:
    """The leave as it stands, with what is open for whom."""
    rep = session.get_one(Rep, absence.rep_id)
    zone = ZoneInfo(live_team(session).team.calendar_of(rep.key).zone)
    return LeaveState(
        absence=absence,
        rep=rep,
        cover=session.get_one(Rep, absence.cover_id) if absence.cover_id else None,
        planned_by=session.get_one(Rep, absence.created_by_id),
        zone=zone,
        leads=_open_leads(session, rep),
        lent=_lent(session, absence),
        done=_done_meanwhile(session, absence, rep),
        given=len(given_away(session, absence)),
        untouched=len(regainable(session, absence)),
        days=_days_ahead(session, rep, zone),
    )


def _open_leads(session: Session, rep: Rep) -> int:
    mine = select(func.count()).where(Lead.owner_id == rep.id, Lead.status.in_(OPEN_STATUSES))
    return session.scalars(mine).one()


def _lent(session: Session, absence: Absence) -> int:
    lent = select(func.count()).select_from(LentTask).join(Task, Task.id == LentTask.task_id)
    return session.scalars(lent.where(LentTask.absence_id == absence.id, Task.state.in_(OPEN_TASKS))).one()


def _done_meanwhile(session: Session, absence: Absence, rep: Rep) -> int:
    """Outcomes that others logged on this rep's leads while they were away."""
    logged = select(func.count()).select_from(Activity).join(Lead, Lead.id == Activity.lead_id)
    return session.scalars(
        logged.where(
            Lead.owner_id == rep.id,
            Activity.kind == ActivityKind.OUTCOME,
            Activity.undone_at.is_(None),
            Activity.rep_id != rep.id,
            Activity.at >= absence.starts_at,
            Activity.at < absence.until,
        )
    ).one()


def _days_ahead(session: Session, rep: Rep, zone: ZoneInfo) -> list[tuple[datetime, int]]:
    """Each day that has open tasks, by the first of them, with their number."""
    dues = session.scalars(
        select(Task.due_at).where(Task.owner_id == rep.id, Task.state.in_(OPEN_TASKS)).order_by(Task.due_at)
    ).all()
    counts = Counter(due.astimezone(zone).date() for due in dues)
    first = {due.astimezone(zone).date(): due for due in reversed(dues)}
    return [(first[day], counts[day]) for day in sorted(counts)]
