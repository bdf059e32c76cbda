"""Another plan than the one a lead is on, and work for an owner to whom a lead came back (D6, R34)."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot import businesstime
from bot.cadence.enrol import enrol, running_enrollment
from bot.cadence.next_action import rewrite_next_action
from bot.cadence.pools import pool_of
from bot.cadence.stages import ANSWER_WITHIN_MINUTES, SILENT_STATUSES, note_return
from bot.cadence.stop import stop_plan
from bot.cadence.tasks import Errand, add_errand, open_tasks_of
from bot.db.models import Enrollment, Lead, Status, Task, TaskKind, TaskState
from bot.team.live import LiveTeam

RISEN = "tier-risen"


def replan(session: Session, lead: Lead, live: LiveTeam, now: datetime) -> Enrollment | None:
    """Stop what runs for an owned lead, because its tier rose, and start it on the plan that suits it now.

    None for a lead without consent (R50), as for `enrol`.
    """
    stop_plan(session, lead, RISEN, now)
    lead.status = Status.ACTIVE
    session.flush()
    return enrol(session, lead, live, now)


def came_back(session: Session, lead: Lead, to: int, live: LiveTeam, now: datetime, *, risen: bool) -> None:
    """See to it that its owner, or rep `to` who covers for them, has something to do now about a lead that wrote again.

    A risen tier replaces the running or nurture plan; a booked meeting stays booked (D6).
    """
    resting = lead.status in SILENT_STATUSES
    note_return(session, lead, now)
    on_plan = resting or running_enrollment(session, lead) is not None
    if risen and on_plan and lead.status is not Status.BOOKED:
        replan(session, lead, live, now)
    elif resting:
        lead.status = Status.ACTIVE
    opening = businesstime.next_opening(now, pool_of(session, lead, live).calendar)
    if not any(_asks_now(task, to, opening) for task in open_tasks_of(session, lead)):
        due_at = businesstime.add(now, ANSWER_WITHIN_MINUTES, pool_of(session, lead, live).calendar)
        at_work = opening <= now
        add_errand(session, lead, Errand.ANSWER, to, due_at=due_at, now=now, tell_now=at_work)
    rewrite_next_action(session, lead)


def _asks_now(task: Task, rep_id: int, opening: datetime) -> bool:
    """Whether this task has the rep do something about the lead now, or as soon as the pool opens."""
    pressing = task.state is TaskState.DUE or task.kind is TaskKind.ANSWER_NOW or task.due_at <= opening
    return task.owner_id == rep_id and pressing
