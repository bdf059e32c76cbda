"""Three silences in three stages, one live lead (R55): opt-in, conversation, call-ask, and a next call in the end."""

from sqlalchemy import select

from bot.cadence import known_plans
from bot.db.models import Enrollment, EnrollmentState, Stage, Status
from bot.team.live import apply_team
from tests.company import TEAM, Company, all_text, company, new_york

SATURDAYS_TOO = TEAM.replace('{mon-fri: "09:00-17:00"}', '{mon-sat: "09:00-17:00"}') + (
    "plan_for: {opt-in: stalled-14d-opt-in}\n"
)
KIM = {"email": "kim@weldon.example", "linkedin": "linkedin.com/in/kim-weldon", "action": "download"}
BOOKING_LINK = "https://cal.example.com/larkspur"


def test_one_prospect_falls_silent_three_times_and_is_still_a_live_lead(
    database_url: str, restarts: bool
) -> None:
    with company(database_url, new_york(2026, 3, 2, 10), restarts=restarts) as larkspur:
        with larkspur.bot.database.write() as session:
            apply_team(session, SATURDAYS_TOO, author="test", now=larkspur.clock(), known_plans=known_plans())

        # Monday: they ask for something free, are known by an address and a handle only, and do not answer.
        ref = larkspur.submit_form(**KIM, resource="The Saturday checklist")
        larkspur.click("ana", larkspur.card(ref), "claim")
        assert "The Saturday checklist" in all_text(larkspur.touch("ana"))
        larkspur.click("ana", larkspur.touch("ana"), "outcome:done")
        assert where(larkspur, ref) == (Stage.OPT_IN, Status.FOLLOW_UP)

        # Wednesday: the second touch. They reply with their problem: the plan stops, answering is due at once.
        larkspur.wait_until(new_york(2026, 3, 4, 11))
        assert "Touch 2" in all_text(larkspur.touch("ana"))
        larkspur.click("ana", larkspur.touch("ana"), "outcome:done")
        larkspur.command("ana", f"log {ref} replied their Saturday leads wait until Monday")
        assert where(larkspur, ref) == (Stage.CONVERSATION, Status.ACTIVE)
        assert running_plan(larkspur, ref) is None
        assert "Answer their reply" in all_text(larkspur.touch("ana"))

        # Thursday: two questions are answered, they would like a call; the link goes out. Then silence.
        larkspur.wait_until(new_york(2026, 3, 5, 11))
        larkspur.command("ana", f"log {ref} agreed 15 minutes will do")
        assert where(larkspur, ref) == (Stage.CALL_ASK, Status.ACTIVE)
        assert BOOKING_LINK in all_text(larkspur.touch("ana"))
        larkspur.click("ana", larkspur.touch("ana"), "outcome:done")

        # Saturday, for the calendar opens: the call-ask's plan has begun by itself, with the link. No reply.
        larkspur.wait_until(new_york(2026, 3, 7, 12))
        assert running_plan(larkspur, ref) == "stalled-14d-call-ask"
        assert BOOKING_LINK in all_text(larkspur.touch("ana"))
        larkspur.click("ana", larkspur.touch("ana"), "outcome:done")

        # Monday: a nudge, and a slot on Thursday is booked.
        larkspur.wait_until(new_york(2026, 3, 9, 13))
        assert "Touch 2" in all_text(larkspur.touch("ana"))
        larkspur.click("ana", larkspur.touch("ana"), "outcome:done")
        larkspur.command("ana", f"log {ref} booked thursday 2pm")
        assert where(larkspur, ref) == (Stage.CALL_ASK, Status.BOOKED)
        assert running_plan(larkspur, ref) is None

        # Thursday: a brief before the call, and afterwards how it went: good, but not ready. The next call is held.
        larkspur.wait_until(new_york(2026, 3, 12, 13, 59))
        assert "their Saturday leads wait until Monday" in all_text(larkspur.direct_messages("ana")[-1])
        larkspur.wait_until(new_york(2026, 3, 12, 15))
        larkspur.click("ana", larkspur.with_button("ana", "outcome:held"), "outcome:held")
        refused = larkspur.submit("ana", {"step": "call"})
        assert "A next step has a date" in str(refused.body)
        next_call = new_york(2026, 3, 19, 14)
        larkspur.submit("ana", {"step": "call", "when": int(next_call.timestamp()), "note": "not ready yet"})
        assert where(larkspur, ref) == (Stage.POST_CALL, Status.BOOKED)

        # The week after, the bot asks again: three silences, and still one live lead with one owner.
        assert larkspur.lead(ref).next_action_at == new_york(2026, 3, 19, 14, 30)
        larkspur.wait_until(new_york(2026, 3, 19, 15))
        assert "outcome:held" in str(larkspur.direct_messages("ana")[-1].blocks)
        assert larkspur.owner(ref) == "ana"


def where(larkspur: Company, ref: str) -> tuple[Stage, Status]:
    lead = larkspur.lead(ref)
    assert lead.next_action_at is not None  # R22
    return lead.stage, lead.status


def running_plan(larkspur: Company, ref: str) -> str | None:
    with larkspur.bot.database.read() as session:
        running = select(Enrollment.plan).where(
            Enrollment.lead_id == larkspur.lead(ref).id, Enrollment.state == EnrollmentState.RUNNING
        )
        return session.scalar(running)
