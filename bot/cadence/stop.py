"""Ending what runs for a lead, in the transaction of whatever ended it (R33, R49)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from bot.cadence.enrol import running_enrollment
from bot.cadence.first_response import open_ladders
from bot.cadence.pools import open_offer
from bot.cadence.tasks import cancel, open_tasks_of
from bot.cadence.timers import pending_timers
from bot.db.models import EnrollmentState, Lead, OfferState, Status, TaskKind, TimerKind


def stop_plan(
    session: Session, lead: Lead, reason: str, now: datetime, *, keep: Collection[TaskKind] = ()
) -> None:
    """End the plan for a reason (R33), with every timer and open task, save tasks of the kinds in `keep`."""
    running = running_enrollment(session, lead)
    if running is not None:
        running.state, running.ended_at, running.end_reason = EnrollmentState.STOPPED, now, reason
    for task in open_tasks_of(session, lead):
        if task.kind not in keep:
            cancel(session, task, now)
    for timer in pending_timers(session, lead):
        if timer.kind is not TimerKind.BRIEF or TaskKind.CALL_CHECK not in keep:
            timer.fired_at = now


def close_lead(session: Session, lead: Lead, status: Status, now: datetime) -> None:
    """Close the lead and end everything that runs for it: plan, tasks, timers, ladders, offer (R49)."""
    stop_plan(session, lead, status.value, now)
    for ladder in open_ladders(session, lead):
        ladder.ended_at = now
    offer = open_offer(session, lead.id)
    if offer is not None:
        offer.state, offer.closed_at = OfferState.WITHDRAWN, now
    lead.status, lead.closed_at = status, now
