"""A lead with an owner starts on a plan."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence.next_action import rewrite_next_action
from bot.cadence.plans import keep_version, plan_of
from bot.cadence.pools import pool_of
from bot.cadence.tasks import Errand, add_errand, add_touch
from bot.db.models import Activity, ActivityKind, Enrollment, EnrollmentState, Lead
from bot.team.live import LiveTeam


def enrol(session: Session, lead: Lead, live: LiveTeam, now: datetime) -> Enrollment | None:
    """Start an owned lead on its pool's plan, touch 1 due at once. One that runs already comes back as it is.

    None for a lead without consent (R50): its owner gets a task to answer it once, and no plan follows.
    Raises UnknownPlanError.
    """
    assert lead.owner_id is not None
    running = running_enrollment(session, lead)
    if running is not None:
        return running
    if lead.consent_at is None:
        due_at = max(now, lead.clock_started_at)
        add_errand(session, lead, Errand.REPLY_ONCE, lead.owner_id, due_at=due_at, now=now, tell_now=True)
        rewrite_next_action(session, lead)
        return None
    return _start(session, lead, pool_of(session, lead, live).plan, now)


def running_enrollment(session: Session, lead: Lead) -> Enrollment | None:
    """The plan a lead is on; it is never on two (D6)."""
    return session.scalar(
        select(Enrollment).where(Enrollment.lead_id == lead.id, Enrollment.state == EnrollmentState.RUNNING)
    )


def _start(session: Session, lead: Lead, plan_name: str, now: datetime) -> Enrollment:
    version = keep_version(session, plan_name)
    anchor = lead.clock_started_at
    enrollment = Enrollment(lead_id=lead.id, plan=plan_name, plan_version=version, anchor=anchor)
    session.add(enrollment)
    facts = {"plan": plan_name, "version": version}
    session.add(
        Activity(lead_id=lead.id, at=now, kind=ActivityKind.ENROLLED, rep_id=lead.owner_id, facts=facts)
    )
    session.flush()
    plan = plan_of(session, enrollment)
    add_touch(session, lead, enrollment, plan, due_at=max(now, anchor), now=now, tell_now=True)
    rewrite_next_action(session, lead)
    return enrollment
