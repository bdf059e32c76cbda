"""Silence at a stage starts its plan by itself; who asked to be left alone and writes again is welcome (R44, R49)."""

from bot.db.models import Stage, Status, TaskKind
from tests.company import all_text, company, new_york

DANA = {"name": "Dana Lee", "email": "dana@brightfields.com", "phone": "+12125550142", "action": "demo"}


def test_a_lead_answers_falls_silent_leaves_and_is_welcomed_back(database_url: str) -> None:
    with company(database_url, new_york(2026, 3, 2, 10)) as larkspur:
        larkspur.workspace.ack_seconds = 60
        ref = larkspur.submit_form(**DANA)
        larkspur.click("ana", larkspur.card(ref), "claim")

        # They reply, Ana forgets, and hears of it; then she answers.
        larkspur.command("ana", f"log {ref} replied")
        larkspur.wait(minutes=20)
        assert "waiting for your answer" in all_text(larkspur.direct_messages("ana")[-1])
        larkspur.command("ana", f"log {ref} done")

        # Silence in the conversation: two days later its own plan runs.
        larkspur.wait(days=2)
        lead = larkspur.lead(ref)
        assert (lead.stage, lead.status) == (Stage.CONVERSATION, Status.FOLLOW_UP)
        assert "Touch 1 of" in (lead.next_action or "")

        # They want no more of it: closed at once, for good.
        assert "unsubscribed" in larkspur.command("ana", f"log {ref} unsubscribed")
        lead = larkspur.lead(ref)
        assert (lead.status, lead.suppressed, lead.next_action) == (Status.UNSUBSCRIBED, True, None)

        # Months later they write themselves: the same lead, the same owner, an answer wanted now.
        larkspur.wait(days=60)
        larkspur.send_form(**DANA, message="We are ready now.")
        larkspur.settle()
        lead = larkspur.lead(ref)
        assert (lead.status, lead.suppressed, larkspur.owner(ref)) == (Status.ACTIVE, False, "ana")
        assert larkspur.tasks(ref)[-1].kind is TaskKind.ANSWER_NOW
