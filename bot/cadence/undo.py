"""Taking an outcome back, with everything it set off (D11)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select, update
from sqlalchemy.orm import Session

from bot.cadence.checks import lock_lead
from bot.cadence.enrol import running_enrollment
from bot.cadence.errors import UndoError
from bot.cadence.first_response import open_ladders
from bot.cadence.image import put_back
from bot.cadence.next_action import rewrite_next_action
from bot.cadence.replan import RISEN, came_back
from bot.cadence.roles import may_work
from bot.cadence.suppression import lift_digests, lock_leads
from bot.cadence.tasks import cancel, open_tasks_of
from bot.cadence.telling import refresh_tasks
from bot.cadence.timers import pending_timers
from bot.db import Loop, wake
from bot.db.models import (
    Activity,
    ActivityKind,
    Base,
    Enrollment,
    EnrollmentState,
    Escalation,
    Intent,
    Lead,
    ListedTask,
    Note,
    Rep,
    Task,
    Timer,
)
from bot.outbox.enqueue import IntentKind, refresh
from bot.team.live import live_team

UNDO_MINUTES = 10
_SET_OFF = (
    ActivityKind.OUTCOME,
    ActivityKind.FIRST_RESPONSE,
    ActivityKind.PLAN_FINISHED,
    ActivityKind.ENROLLED,
    ActivityKind.REVISITED,
    ActivityKind.STALLED,
    ActivityKind.PROMISED,
    ActivityKind.RETURNED,
)
_REPORTED = or_(
    Activity.kind == ActivityKind.OUTCOME,
    # Not one that came with an outcome: that goes with it.
    and_(Activity.kind == ActivityKind.PROMISED, Activity.before.is_not(None)),
)
"""What somebody logged, and may take back."""
_CHANGED_HANDS = (ActivityKind.TAKEN_BACK, ActivityKind.CLAIMED, ActivityKind.ASSIGNED)
_ABOUT_TASKS = (
    IntentKind.TASK,
    IntentKind.TASK_AGAIN,
    IntentKind.ANSWER_NUDGE,
    IntentKind.ANSWER_ALERT,
    IntentKind.CALL_BRIEF,
)


def latest_report(session: Session, lead_id: int) -> Activity | None:
    """The latest outcome or promise that was logged and stands."""
    logged = select(Activity).where(Activity.lead_id == lead_id, _REPORTED, Activity.undone_at.is_(None))
    return session.scalars(logged.order_by(Activity.id.desc()).limit(1)).one_or_none()


def undo(session: Session, activity_id: int, by: Rep, now: datetime) -> Lead:
    """The lead as it was before this outcome or promise: task, plan, timers, ladders, suppression.

    What it set off is cancelled. Only the lead's latest one, within 10 minutes, by who logged it, the owner or a
    manager.

    Raises UndoError.
    """
    activity = session.scalar(select(Activity).where(Activity.id == activity_id, _REPORTED))
    if activity is None:
        raise UndoError("There is nothing to undo here.")
    lead = session.get_one(Lead, activity.lead_id)
    lock_leads(session, Lead.id.in_({lead.id, *_changed(activity.before or {}, Lead)}))
    lock_lead(session, lead)
    _check(session, lead, activity, by, now)
    _mark_undone(session, activity, now)
    _take_back(session, lead, activity, now)
    _hear_again(session, lead, activity, now)
    facts = {"activity": activity.id, "outcome": activity.facts.get("outcome")}
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
    refresh(session, IntentKind.LEAD_CARD, lead.id, now=now)
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
    newer = select(Activity.kind).where(
        Activity.lead_id == lead.id,
        # Once the lead has changed hands, what comes back would come back to the wrong person.
        or_(_REPORTED, Activity.kind.in_((ActivityKind.REASSIGNED, *_CHANGED_HANDS))),
        Activity.id > activity.id,
        Activity.undone_at.is_(None),
    )
    kinds = session.scalars(newer).all()
    if any(kind in _CHANGED_HANDS for kind in kinds):
        raise UndoError("Since then the lead has changed hands, so this stays. Log what is true now.")
    if kinds:
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
    replaced = _settle_clocks(session, before, now)
    # First out of the way, then back: at most one touch, plan and ladder of a kind are open at any moment.
    session.flush()
    restored = put_back(session, before, but=replaced)
    if before["note"] is not None:
        session.delete(session.get_one(Note, before["note"]))
    lift_digests(session, before.get("suppressions", ()), now)
    if "objection" in before:
        known = {name: value for name, value in lead.facts.items() if name != "objection"}
        lead.facts = known | ({"objection": before["objection"]} if before["objection"] else {})
    session.flush()
    _show_again(session, restored, now)


def _settle_clocks(session: Session, before: Mapping[str, Any], now: datetime) -> list[Escalation]:
    """Of a lead that wrote again meanwhile one clock of a kind runs on; returns the ladders that stay ended.

    That is the old one, as whoever has not reacted gets no more time (D6); the new one where the old one had run out.
    """
    stay_ended = []
    for ladder_id in _changed(before, Escalation):
        old = session.get_one(Escalation, ladder_id)
        lead = session.get_one(Lead, old.lead_id)
        new = next((each for each in open_ladders(session, lead) if each.kind is old.kind), None)
        if new is None:
            continue
        if old.next_step_at is None:
            stay_ended.append(old)
        else:
            new.ended_at, lead.clock_started_at = now, old.started_at
            old.hands_back = old.hands_back or new.hands_back
    return stay_ended


def _hear_again(session: Session, lead: Lead, activity: Activity, now: datetime) -> None:
    """What they wrote since then was no outcome's doing: it is still to be answered, on the plan of its tier (D6)."""
    wrote = select(Activity).where(
        Activity.lead_id == lead.id, Activity.kind == ActivityKind.WROTE_AGAIN, Activity.id > activity.id
    )
    since = session.scalars(wrote).all()
    if not since or lead.owner_id is None:
        return
    for plan_id in (activity.before or {}).get("plans", ()):
        plan = session.get_one(Enrollment, plan_id)
        if plan.end_reason == RISEN:
            plan.state, plan.ended_at, plan.end_reason = EnrollmentState.RUNNING, None, None
    session.flush()
    risen = any("tier" in each.facts for each in since)
    came_back(session, lead, lead.owner_id, live_team(session), now, risen=risen)


def _changed(before: Mapping[str, Any], model: type[Base]) -> list[int]:
    """The ids of the rows of this kind that come back."""
    return [row_id for table, row_id, _ in before.get("changed", ()) if table == model.__tablename__]


def _show_again(session: Session, rows: Sequence[Base], now: datetime) -> None:
    for row in rows:
        if isinstance(row, Task):
            refresh_tasks(session, row.id, now=now)
        elif isinstance(row, Lead):
            # An address that was suppressed closed every lead that has it.
            rewrite_next_action(session, row)
            refresh(session, IntentKind.LEAD_CARD, row.id, now=now)


def gone_out(session: Session, activity_id: int) -> int:
    """How many messages about what this outcome set off had reached somebody: those cannot be unsent."""
    activity = session.get_one(Activity, activity_id)
    before = (activity.before or {}).get("tasks", [])
    set_off = session.scalars(
        select(Task.id).where(
            Task.lead_id == activity.lead_id, Task.created_at >= activity.at, Task.id.not_in(before)
        )
    ).all()
    about: list[ColumnElement[bool]] = [Intent.subject.in_([str(task_id) for task_id in set_off])]
    about += [Intent.subject.startswith(f"{task_id}:", autoescape=True) for task_id in set_off]
    lists = select(cast(ListedTask.list_id, String)).where(ListedTask.task_id.in_(set_off))
    sent = select(func.count(Intent.id)).where(
        Intent.sent_at.is_not(None),
        or_(
            and_(Intent.kind.in_(_ABOUT_TASKS), or_(*about)),
            and_(Intent.kind == IntentKind.TASK_LIST.value, Intent.subject.in_(lists)),
        ),
    )
    return session.scalar(sent) or 0
