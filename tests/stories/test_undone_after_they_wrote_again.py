"""Between an outcome and its Undo the lead writes again: nothing breaks, and one contact clock runs (D6, D11)."""

from datetime import timedelta

from sqlalchemy import select

from bot.db.models import Enrollment, EnrollmentState, Escalation, LadderKind, TaskKind, TaskState, Tier
from bot.team.live import apply_team
from tests.company import TEAM, Company, company, new_york

DANA = {"name": "Dana Lee", "email": "dana@brightfields.com", "phone": "+12125550142", "action": "demo"}
MONDAY_10 = new_york(2026, 3, 2, 10)
MINUTE = timedelta(minutes=1)


def contacted_by_mistake(larkspur: Company, **waiting: float) -> str:
    """Ana claims at ten, says later that she has called, and two minutes after that the lead writes again."""
    ref = larkspur.submit_form(**DANA)
    larkspur.click("ana", larkspur.card(ref), "claim")
    larkspur.wait(**waiting)
    larkspur.click("ana", larkspur.touch("ana"), "outcome:done")
    larkspur.wait(minutes=2)
    larkspur.send_form(**DANA, message="Are you there?")
    larkspur.settle()
    return ref


def running_clock(larkspur: Company, ref: str) -> Escalation:
    """The lead's only open ladder, which is the contact clock."""
    lead = larkspur.lead(ref)
    with larkspur.bot.database.read() as session:
        climbing = select(Escalation).where(Escalation.lead_id == lead.id, Escalation.ended_at.is_(None))
        ladder = session.scalars(climbing).one()
    assert (ladder.kind, lead.clock_started_at) == (LadderKind.CONTACT, ladder.started_at)
    return ladder


def test_the_clock_that_was_stopped_by_mistake_runs_on_and_ends_at_the_pool(database_url: str) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        ref = contacted_by_mistake(larkspur, minutes=1)
        larkspur.click("ana", larkspur.with_button("ana", "undo"), "undo")
        assert larkspur.lead(ref).first_response_at is None
        assert "outcome:done" in str(larkspur.touch("ana").blocks)
        ladder = running_clock(larkspur, ref)
        assert (ladder.started_at, ladder.next_step_at) == (MONDAY_10, MONDAY_10 + 5 * MINUTE)
        larkspur.wait(minutes=30)
        assert larkspur.owner(ref) is None


def test_a_clock_that_had_run_out_is_not_brought_back_in_place_of_the_new_one(database_url: str) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        ref = contacted_by_mistake(larkspur, minutes=30)
        larkspur.click("ana", larkspur.with_button("ana", "undo"), "undo")
        assert larkspur.lead(ref).first_response_at is None
        ladder = running_clock(larkspur, ref)
        assert (ladder.started_at, ladder.next_step_at) == (
            MONDAY_10 + 32 * MINUTE,
            MONDAY_10 + 37 * MINUTE,
        )


def test_the_plan_of_a_tier_that_rose_meanwhile_starts_anew_with_something_to_do(database_url: str) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        ref = larkspur.submit_form(**DANA | {"action": "download"})
        larkspur.click("ana", larkspur.card(ref), "claim")
        larkspur.click("ana", larkspur.touch("ana"), "outcome:done")
        larkspur.wait(minutes=2)
        larkspur.send_form(**DANA)
        larkspur.settle()
        assert larkspur.lead(ref).tier is Tier.HOT
        larkspur.click("ana", larkspur.with_button("ana", "undo"), "undo")
        with larkspur.bot.database.read() as session:
            (plan,) = session.scalars(select(Enrollment).where(Enrollment.state == EnrollmentState.RUNNING))
        assert plan.plan == "inbound-48h"
        (touch,) = [task for task in larkspur.tasks(ref) if task.closed_at is None]
        assert (touch.enrollment_id, touch.state, touch.number) == (plan.id, TaskState.DUE, 1)
        larkspur.click("ana", larkspur.touch("ana"), "outcome:done")
        assert larkspur.lead(ref).next_action_at is not None


def test_what_they_wrote_meanwhile_is_still_to_be_answered(database_url: str) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        ref = larkspur.submit_form(**DANA)
        larkspur.click("ana", larkspur.card(ref), "claim")
        larkspur.click("ana", larkspur.touch("ana"), "outcome:done")
        larkspur.wait(minutes=30)
        # The second touch, long before it is due.
        larkspur.command("ana", f"log {ref} done")
        logged = larkspur.workspace.ephemerals(larkspur.users["ana"])[-1]
        larkspur.send_form(**DANA, message="Are you there?")
        larkspur.settle()
        larkspur.click("ana", logged, "undo")
        still_open = [(task.kind, task.state) for task in larkspur.tasks(ref) if task.closed_at is None]
        assert still_open == [(TaskKind.TOUCH, TaskState.WAITING), (TaskKind.ANSWER_NOW, TaskState.DUE)]


def test_what_the_last_owner_logged_stays_once_somebody_else_has_claimed_the_lead(database_url: str) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        ref = larkspur.submit_form(**DANA)
        larkspur.click("ana", larkspur.card(ref), "claim")
        larkspur.click("ana", larkspur.touch("ana"), "outcome:done")
        without_ana = TEAM.replace("  ana: {name: Ana Ruiz, email: ana@larkspur.example}\n", "")
        with larkspur.bot.database.write() as session:
            apply_team(session, without_ana.replace("[ana, ", "["), author="the test", now=larkspur.clock())
        larkspur.send_form(**DANA, message="Are you there?")
        larkspur.settle()
        larkspur.click("ben", larkspur.card(ref), "claim")
        before = larkspur.lead(ref), [(task.id, task.state) for task in larkspur.tasks(ref)]

        assert "Dana Lee" in larkspur.command("mia", f"lead {ref}")
        shown = larkspur.workspace.ephemerals(larkspur.users["mia"])[-1]
        larkspur.click("mia", shown, "undo")
        said = larkspur.workspace.ephemerals(larkspur.users["mia"])
        assert larkspur.workspace.wait_for(lambda: "changed hands" in str(said[-1].blocks))
        after = larkspur.lead(ref), [(task.id, task.state) for task in larkspur.tasks(ref)]
        assert (after[0].owner_id, after[0].first_response_at) == (
            before[0].owner_id,
            before[0].first_response_at,
        )
        assert after[1] == before[1]
