"""What follows when a task was worked and nobody answered yet: R22 says that something always does."""

from datetime import timedelta

from sqlalchemy import func, select

from bot.businesstime import calendar_shift
from bot.cadence.enrol import add_current_touch, enrol, may_be_followed, running_enrollment
from bot.cadence.plans import NURTURE, plan_of, successor_of
from bot.cadence.report import Logged
from bot.cadence.stop import close_lead
from bot.cadence.tasks import Errand, add_errand, errand_of, open_tasks_of
from bot.cadence.timers import add_revisit
from bot.db.models import (
    Activity,
    ActivityKind,
    Enrollment,
    EnrollmentState,
    Outcome,
    Stage,
    Status,
    Task,
    TaskKind,
    TaskState,
)
from bot.team.cadences import Plan

COME_BACK_AFTER = timedelta(days=30)
CALLBACK_AFTER = (timedelta(days=1), timedelta(days=2), timedelta(days=4), timedelta(days=7))
"""Before each attempt outside a plan: further apart the longer they are silent (R47), and after the last one
the lead goes to nurture (R42)."""
NO_SHOW = frozenset({Outcome.NO_ANSWER, Outcome.VOICEMAIL})


def advance(logged: Logged) -> None:
    """Bring on what follows the task just worked or skipped; without a task, what was due stays due."""
    if logged.task is None:
        return
    match logged.task.kind:
        case TaskKind.TOUCH:
            _next_touch(logged)
        case TaskKind.CALL_CHECK:
            _after_call(logged)
        case TaskKind.ANSWER_NOW | TaskKind.CALLBACK:
            _next_attempt(logged)


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


def _next_touch(logged: Logged) -> None:
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


def _after_call(logged: Logged) -> None:
    """A call held is followed by its next step (R45); one that was missed is booked anew."""
    lead, outcome = logged.lead, logged.report.outcome
    lead.status = Status.FOLLOW_UP if outcome in NO_SHOW else Status.ACTIVE
    if outcome in {Outcome.DONE, Outcome.OBJECTION}:
        lead.stage = Stage.POST_CALL
    _attempt(logged, Errand.NEXT_STEP, CALLBACK_AFTER[0])


def _next_attempt(logged: Logged) -> None:
    assert logged.task is not None
    if open_tasks_of(logged.session, logged.lead):
        return
    once = errand_of(logged.task) is Errand.REPLY_ONCE
    if once and logged.report.outcome is not Outcome.NO_ANSWER:
        # They got the one answer they asked for, and gave no consent to more (R50).
        close_lead(logged.session, logged.lead, Status.INACTIVE, logged.now)
        return
    made = _attempts_made(logged)
    if made < len(CALLBACK_AFTER):
        _attempt(logged, Errand.REPLY_ONCE if once else Errand.NEXT_STEP, CALLBACK_AFTER[made])
    elif once:
        close_lead(logged.session, logged.lead, Status.INACTIVE, logged.now)
    else:
        to_nurture(logged)


def _attempt(logged: Logged, errand: Errand, after: timedelta) -> None:
    due_at = calendar_shift(logged.now, after, logged.calendar)
    add_errand(
        logged.session, logged.lead, errand, logged.owner_id, due_at=due_at, now=logged.now, tell_now=False
    )


def _attempts_made(logged: Logged) -> int:
    """How many callbacks were worked since they last answered, had a call or came back from nurture."""
    session, lead_id = logged.session, logged.lead.id
    answered = select(func.max(Task.id)).where(
        Task.lead_id == lead_id,
        Task.kind.in_((TaskKind.ANSWER_NOW, TaskKind.CALL_CHECK)),
        Task.state == TaskState.DONE,
    )
    came_back = select(func.max(Activity.at)).where(
        Activity.lead_id == lead_id, Activity.kind == ActivityKind.REVISITED
    )
    made = select(func.count(Task.id)).where(
        Task.lead_id == lead_id,
        Task.kind == TaskKind.CALLBACK,
        Task.state.in_((TaskState.DONE, TaskState.SKIPPED)),
        Task.id > func.coalesce(answered.scalar_subquery(), 0),
    )
    since = session.scalar(came_back)
    if since is not None:
        made = made.where(Task.created_at >= since)
    return session.scalar(made) or 0
