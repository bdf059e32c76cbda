"""A lead on each plan, worked touch by touch to the end: nobody is forgotten (R20, R22, R33, R42)."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import select

from bot.cadence import known_plans
from bot.cadence.plans import parse_plan, plan_document
from bot.db.models import Enrollment, EnrollmentState, Status, Task, TaskState
from bot.team.cadences import Plan
from bot.team.live import apply_team
from tests.company import NEW_YORK, TEAM, Company, actions, all_text, company, new_york

MONDAY_10 = new_york(2026, 3, 2, 10)
NAMES = (
    "Amesbury",
    "Bellamy",
    "Colegate",
    "Draycott",
    "Easterly",
    "Fairbank",
    "Garside",
    "Holloway",
    "Inskip",
)
ENDS = {
    "inbound-48h": (2, Status.NURTURE),
    "first-steps": (10, Status.NURTURE),
    "multi-touch-21d": (21, Status.GHOSTED),
    "warm-30d": (30, Status.NURTURE),
    "stalled-14d-opt-in": (14, Status.GHOSTED),
    "stalled-14d-conversation": (13, Status.GHOSTED),
    "stalled-14d-call-ask": (14, Status.GHOSTED),
    "stalled-14d-post-call": (14, Status.GHOSTED),
    "nurture": (360, Status.INACTIVE),
}
"""The days each plan takes when every touch is made on time, and what it makes of a lead that answers none."""


@dataclass
class Followed:
    """A lead on a plan, and what its owner was handed."""

    plan: Plan
    ref: str
    name: str
    scripts: list[str] = field(default_factory=list)
    became: Status | None = None


def test_each_plan_runs_to_its_end_in_good_time_and_nobody_is_left_without_a_next_action(
    database_url: str,
) -> None:
    # A year of mornings asks nothing of PostgreSQL that seven weeks do not.
    plans = [plan for plan in known_plans() if plan != "nurture" or database_url.startswith("sqlite")]
    with company(database_url, MONDAY_10) as larkspur:
        followed = [start(larkspur, plan, name) for plan, name in zip(plans, NAMES, strict=False)]
        while waiting := [each for each in followed if each.became is None]:
            work_what_is_due(larkspur, waiting)
        for each in followed:
            look_back(larkspur, each)


def start(larkspur: Company, plan: str, name: str) -> Followed:
    """A lead from form to claim, on the plan that its pool names."""
    with larkspur.bot.database.write() as session:
        document = TEAM.replace("plan: inbound-48h", f"plan: {plan}")
        apply_team(session, document, author="test", now=larkspur.clock())
    ref = larkspur.submit_form(
        name=f"Dana {name}",
        email=f"dana@{name.lower()}.com",
        phone=f"+121255501{len(larkspur.workspace.messages(larkspur.channel)):02}",
        action="download",
        resource="The weekend guide",
    )
    larkspur.click("ana", larkspur.card(ref), "claim")
    return Followed(parse_plan(plan_document(plan)), ref, name)


def work_what_is_due(larkspur: Company, waiting: list[Followed]) -> None:
    """Go on to the next touch of anybody still on their plan, and make every one that is due."""
    leads = [(each, larkspur.lead(each.ref)) for each in waiting]
    larkspur.wait_until(
        max(larkspur.clock(), min(lead.next_action_at for _, lead in leads if lead.next_action_at))
    )
    for each, lead in leads:
        if lead.next_action_at and lead.next_action_at <= larkspur.clock():
            each.scripts.append(make_touch(larkspur, each))
            if enrollments(larkspur, each)[0].state is EnrollmentState.FINISHED:
                each.became = larkspur.lead(each.ref).status


def make_touch(larkspur: Company, each: Followed) -> str:
    """Make the touch that is due, from its own message or from the list it stands on; returns what it says."""
    messages = [one for one in reversed(larkspur.direct_messages("ana")) if each.name in all_text(one)]
    own = next((one for one in messages if "outcome:done" in actions(one)), None)
    if own is not None:
        larkspur.click("ana", own, "outcome:done")
        return all_text(own)
    listed = next(one for one in messages if "open_task" in actions(one))
    (due,) = [task for task in larkspur.tasks(each.ref) if task.state is TaskState.DUE]
    larkspur.click("ana", listed, "open_task", due.id)
    window = larkspur.window("ana")
    larkspur.submit("ana", {"outcome": "done"})
    return window


def look_back(larkspur: Company, each: Followed) -> None:
    days, becomes = ENDS[each.plan.name]
    touches, lead = touches_of(larkspur, each), larkspur.lead(each.ref)
    assert [touch.number for touch in touches] == [touch.number for touch in each.plan.touches]
    assert all(touch.state is TaskState.DONE and touch.template for touch in touches)
    made = [touch.closed_at for touch in touches if touch.closed_at]
    assert timedelta(days=days) <= made[-1] - MONDAY_10 + timedelta(hours=1) <= timedelta(days=days + 6)
    for touch, (before, after) in zip(each.plan.touches[1:], pairwise(made), strict=True):
        # The hour that summer time takes.
        assert after - before >= each.plan.gap_before(touch) - timedelta(hours=1)
    local = [moment.astimezone(NEW_YORK) for moment in made]
    assert all(moment.weekday() < 5 and 9 <= moment.hour < 17 for moment in local)
    # Each is about what they did, and none is said twice.
    assert all("The weekend guide" in script for script in each.scripts)
    assert len({touch.template for touch in touches}) == len(touches) == len(each.scripts)
    assert each.became is becomes
    assert (lead.next_action is None) == lead.status.is_closed
    assert [one.plan for one in enrollments(larkspur, each)[1:]] == [each.plan.successor] * (
        each.plan.successor is not None
    )


def enrollments(larkspur: Company, each: Followed) -> list[Enrollment]:
    lead_id = larkspur.lead(each.ref).id
    with larkspur.bot.database.read() as session:
        return list(
            session.scalars(select(Enrollment).where(Enrollment.lead_id == lead_id).order_by(Enrollment.id))
        )


def touches_of(larkspur: Company, each: Followed) -> list[Task]:
    """Those of the plan itself, in the order they were made."""
    first = enrollments(larkspur, each)[0].id
    return [task for task in larkspur.tasks(each.ref) if task.enrollment_id == first]
