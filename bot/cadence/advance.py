"""What follows when a touch was worked and nobody answered yet: R22 says that something always does."""

from datetime import timedelta

from bot.businesstime import calendar_shift
from bot.cadence.enrol import add_current_touch, enrol, may_be_followed, running_enrollment
from bot.cadence.plans import NURTURE, plan_of, successor_of
from bot.cadence.report import Logged
from bot.cadence.stop import close_lead
from bot.cadence.timers import add_revisit
from bot.db.models import Activity, ActivityKind, Enrollment, EnrollmentState, Status
from bot.team.cadences import Plan

COME_BACK_AFTER = timedelta(days=30)


def advance(logged: Logged) -> None:
    """Bring on what follows the touch just worked or skipped."""
    session, lead = logged.session, logged.lead
    enrollment = running_enrollment(session, lead)
    if enrollment is None:
        return
    plan = plan_of(session, enrollment)
    lead.status = plan.status
    enrollment.step += 1
    if enrollment.step == len(plan.touches):
        _finish(logged, enrollment, plan)
    else:
        add_current_touch(session, lead, enrollment, plan, logged.live, logged.now)


def to_nurture(logged: Logged) -> None:
    """Nothing pressing any more: something worth reading now and then (R41). Without consent the lead closes (R50)."""
    session, lead = logged.session, logged.lead
    if not may_be_followed(session, lead):
        close_lead(session, lead, Status.INACTIVE, logged.now)
        return
    lead.status = Status.NURTURE
    if lead.owner_id is None:
        # Nobody would write to it; the fallback person gets back to it instead.
        add_revisit(session, lead, calendar_shift(logged.now, COME_BACK_AFTER, logged.calendar), logged.live)
        return
    enrol(session, lead, logged.live, logged.now, NURTURE)


def _finish(logged: Logged, enrollment: Enrollment, plan: Plan) -> None:
    """The plan ends and names what follows (D2). Who did not answer is MIA until the next plan's first touch."""
    session, lead, now = logged.session, logged.lead, logged.now
    enrollment.state, enrollment.ended_at, enrollment.end_reason = EnrollmentState.FINISHED, now, "finished"
    successor = successor_of(plan, logged.live.team)
    facts = {"plan": plan.name, "successor": successor, "ends_as": plan.ends_as.value}
    session.add(Activity(lead_id=lead.id, at=now, kind=ActivityKind.PLAN_FINISHED, facts=facts))
    session.flush()
    if successor is None:
        close_lead(session, lead, Status.INACTIVE, now)
        return
    # Inactive is a closed status, and who still gets something now and then is not closed.
    lead.status = Status.NURTURE if plan.ends_as is Status.INACTIVE else plan.ends_as
    enrol(session, lead, logged.live, now, successor)
