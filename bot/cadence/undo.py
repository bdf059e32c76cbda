"""Taking an outcome back, with everything it set off (D11)."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.cadence.enrol import running_enrollment
from bot.cadence.errors import UndoError
from bot.cadence.image import put_back
from bot.cadence.next_action import rewrite_next_action
from bot.cadence.outcomes import lock_lead
from bot.cadence.roles import may_work
from bot.cadence.tasks import cancel, open_tasks_of
from bot.cadence.timers import pending_timers
from bot.db import Loop, wake
from bot.db.models import Activity, ActivityKind, EnrollmentState, Lead, Note, Rep, Task, Timer
from bot.outbox.enqueue import IntentKind, refresh
from bot.team.live import live_team

UNDO_MINUTES = 10
_SET_OFF = (
    ActivityKind.OUTCOME,
    ActivityKind.FIRST_RESPONSE,
    ActivityKind.PLAN_FINISHED,
    ActivityKind.ENROLLED,
    ActivityKind.REVISITED,
)


def undo(session: Session, activity_id: int, by: Rep, now: datetime) -> Lead:
    """The lead as it was before this outcome: task, plan, timers, ladders. What it set off is cancelled.

    Only the lead's latest outcome, within 10 minutes, by who logged it, the owner or a manager.

    Raises UndoError.
    """
    activity = session.get(Activity, activity_id)
    if activity is None or activity.kind is not ActivityKind.OUTCOME:
        raise UndoError("There is nothing to undo here.")
    lead = session.get_one(Lead, activity.lead_id)
    lock_lead(session, lead)
    _check(session, lead, activity, by, now)
    _mark_undone(session, activity, now)
    _take_back(session, lead, activity, now)
    facts = {"activity": activity.id, "outcome": activity.facts["outcome"]}
    session.add(
        Activity(
            lead_id=lead.id,
            at=now,
            kind=ActivityKind.UNDONE,
            rep_id=by.id,
            task_id=activity.task_id,
            facts=facts,
        )
    )
    rewrite_next_action(session, lead)
    refresh(session, IntentKind.LEAD_CARD, lead.id)
    wake(session, Loop.TIMERS)
    return lead


def _check(session: Session, lead: Lead, activity: Activity, by: Rep, now: datetime) -> None:
    if by.id != activity.rep_id and not may_work(session, lead, by, live_team(session), now):
        raise UndoError(
            "Only the one who logged it, the lead's owner, their assistant or a manager can undo this."
        )
    if now - activity.at > timedelta(minutes=UNDO_MINUTES):
        raise UndoError(
            f"Outcomes can be undone for {UNDO_MINUTES} minutes, and those have passed. Log what is true now."
        )
    newer = select(Activity.id).where(
        Activity.lead_id == lead.id,
        Activity.kind == ActivityKind.OUTCOME,
        Activity.id > activity.id,
        Activity.undone_at.is_(None),
    )
    if session.scalars(newer.limit(1)).one_or_none() is not None:
        raise UndoError("Something newer has been logged for this lead. Undo that first.")


def _mark_undone(session: Session, activity: Activity, now: datetime) -> None:
    # Two clicks at once: the row decides.
    undone = session.execute(
        update(Activity)
        .where(Activity.id == activity.id, Activity.undone_at.is_(None))
        .values(undone_at=now)
        .returning(Activity.id)
    ).one_or_none()
    if undone is None:
        raise UndoError("This has been undone already.")
    session.execute(
        update(Activity)
        .where(
            Activity.lead_id == activity.lead_id,
            Activity.id > activity.id,
            Activity.kind.in_(_SET_OFF),
            Activity.undone_at.is_(None),
        )
        .values(undone_at=now)
    )


def _take_back(session: Session, lead: Lead, activity: Activity, now: datetime) -> None:
    assert activity.before is not None
    before = activity.before
    for task in open_tasks_of(session, lead):
        if task.id not in before["tasks"]:
            cancel(session, task, now)
    for timer in pending_timers(session, lead):
        if timer.id not in before["timers"]:
            timer.fired_at = now
    for timer_id in before["timers"]:
        # Also one that fired since: what it brought is cancelled above, so its date has to come again.
        session.get_one(Timer, timer_id).fired_at = None
    running = running_enrollment(session, lead)
    if running is not None and running.id not in before.get("plans", [running.id]):
        running.state, running.ended_at, running.end_reason = EnrollmentState.STOPPED, now, "undone"
    # First out of the way, then back: at most one touch and one plan of a lead are open at any moment.
    session.flush()
    for row in put_back(session, before):
        if isinstance(row, Task):
            refresh(session, IntentKind.TASK, row.id)
    if before["note"] is not None:
        session.delete(session.get_one(Note, before["note"]))
    session.flush()
