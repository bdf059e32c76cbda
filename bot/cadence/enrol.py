"""A lead with an owner starts on a plan."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence.due import touch_due
from bot.cadence.first_response import open_ladders
from bot.cadence.hours import owner_calendar, polite_calendars
from bot.cadence.next_action import rewrite_next_action
from bot.cadence.plans import keep_version, plan_for, plan_of
from bot.cadence.pools import pool_of
from bot.cadence.suppression import turn_away
from bot.cadence.tasks import Errand, add_errand, add_touch
from bot.db.models import (
    Activity,
    ActivityKind,
    Enrollment,
    EnrollmentState,
    Lead,
    Outcome,
    Rep,
    Stage,
    Task,
)
from bot.team.cadences import CountsFrom, Plan
from bot.team.live import LiveTeam

_ANSWERS = (Outcome.REPLIED, Outcome.BOOKED, Outcome.NOT_NOW, Outcome.OBJECTION)


def enrol(
    session: Session, lead: Lead, live: LiveTeam, now: datetime, plan: str | None = None
) -> Enrollment | None:
    """Start an owned lead on `plan`, else on the one that D2's table chooses. One that runs already comes back.

    A plan of arrival has its first touch due at once; another keeps its distance from the last touch (D9).
    None for a lead without consent that never answered (R50): its owner gets a task to answer it once, and no
    plan follows. Raises UnknownPlanError.
    """
    assert lead.owner_id is not None
    running = running_enrollment(session, lead)
    if running is not None:
        return running
    if turn_away(session, lead, now, wrote_themselves=False):
        for ladder in open_ladders(session, lead):
            ladder.ended_at = now
        return None
    if not may_be_followed(session, lead):
        due_at = max(now, lead.clock_started_at)
        add_errand(session, lead, Errand.REPLY_ONCE, lead.owner_id, due_at=due_at, now=now, tell_now=True)
        rewrite_next_action(session, lead)
        return None
    enrollment = _start(session, lead, live, plan or plan_for(live, lead), now)
    rewrite_next_action(session, lead)
    return enrollment


def running_enrollment(session: Session, lead: Lead) -> Enrollment | None:
    """The plan a lead is on; it is never on two (D6)."""
    return session.scalar(
        select(Enrollment).where(Enrollment.lead_id == lead.id, Enrollment.state == EnrollmentState.RUNNING)
    )


def may_be_followed(session: Session, lead: Lead) -> bool:
    """Whether the lead opted in or answered (R50)."""
    if lead.consent_at is not None or lead.stage is not Stage.OPT_IN:
        return True
    answered = select(Task.id).where(Task.lead_id == lead.id, Task.outcome.in_(_ANSWERS))
    return session.scalar(answered.limit(1)) is not None


def add_current_touch(
    session: Session, lead: Lead, enrollment: Enrollment, plan: Plan, live: LiveTeam, now: datetime
) -> Task:
    """The touch that the enrollment has come to, when it is due."""
    touch, pool = plan.touches[enrollment.step], pool_of(session, lead, live)
    owner = session.get(Rep, lead.owner_id)
    due_at = touch_due(
        plan,
        touch,
        anchor=enrollment.anchor,
        last_touch_at=lead.last_touch_at,
        now=now,
        calendar=pool.calendar,
        polite=(
            *owner_calendar(owner, pool, live),
            *polite_calendars(lead, touch, pool.calendar.zone, now),
        ),
        facts=lead.facts,
    )
    return add_touch(session, lead, enrollment, plan, due_at=due_at, now=now, tell_now=False)


def _start(session: Session, lead: Lead, live: LiveTeam, name: str, now: datetime) -> Enrollment:
    version = keep_version(session, name, live.team)
    fresh = session.scalar(select(Enrollment.id).where(Enrollment.lead_id == lead.id).limit(1)) is None
    enrollment = Enrollment(lead_id=lead.id, plan=name, plan_version=version, anchor=now)
    session.add(enrollment)
    facts = {"plan": name, "version": version}
    session.add(
        Activity(lead_id=lead.id, at=now, kind=ActivityKind.ENROLLED, rep_id=lead.owner_id, facts=facts)
    )
    session.flush()
    plan = plan_of(session, enrollment)
    if plan.counts_from is CountsFrom.ARRIVAL and fresh:
        # They wrote a moment ago: the first contact waits for nothing (R30).
        enrollment.anchor = lead.clock_started_at
        due_at = max(now, enrollment.anchor)
        add_touch(session, lead, enrollment, plan, due_at=due_at, now=now, tell_now=True)
    else:
        add_current_touch(session, lead, enrollment, plan, live, now)
    return enrollment
