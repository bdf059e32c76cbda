"""A hot lead is claimed, called, mailed, called again and booked on touch 4 (R1-R7, D4, D9)."""

from bot.db.models import Stage, Status, TaskKind, TaskState, Tier
from tests.company import actions, all_text, company, new_york

MONDAY_10 = new_york(2026, 3, 2, 10)
DANA = {
    "first_name": "Dana",
    "last_name": "Lee",
    "email": "dana@brightfields.com",
    "phone": "+1 212 555 0142",
    "company": "Brightfields",
    "action": "demo",
    "message": "We lose web leads over the weekend.",
}


def test_a_hot_lead_is_claimed_called_mailed_and_booked_on_touch_4(database_url: str, restarts: bool) -> None:
    with company(database_url, MONDAY_10, restarts=restarts) as larkspur:
        ref = larkspur.submit_form(**DANA)

        # Offered at once, to one rep, in the channel.
        lead = larkspur.lead(ref)
        assert (lead.tier, lead.owner_id, lead.received_at) == (Tier.HOT, None, MONDAY_10)
        card = larkspur.card(ref)
        assert "Dana Lee" in all_text(card)
        (rep,) = [key for key, user in larkspur.users.items() if f"<@{user}>" in all_text(card)]

        # Claimed after a minute: the card says so to everybody, the owner's DM has touch 1.
        larkspur.wait(minutes=1)
        larkspur.click(rep, larkspur.card(ref), "claim")
        assert larkspur.owner(ref) == rep
        assert "claim" not in actions(larkspur.card(ref))
        first_touch = larkspur.touch(rep)
        assert "Dana" in all_text(first_touch)
        assert larkspur.lead(ref).first_response_at is None  # D4: a claim is none

        # Called after three: voicemail. That is the first response.
        larkspur.wait(minutes=2)
        larkspur.click(rep, first_touch, "outcome:voicemail")
        lead = larkspur.lead(ref)
        assert (lead.first_response_seconds, lead.first_response_business_seconds) == (180, 180)

        # Mailed after two hours.
        larkspur.wait_until(new_york(2026, 3, 2, 11, 59))
        assert len(larkspur.direct_messages(rep)) == 1
        larkspur.wait_until(new_york(2026, 3, 2, 12, 5))
        mail = larkspur.touch(rep)
        assert "https://cal.example.com/larkspur" in all_text(mail)
        larkspur.click(rep, mail, "outcome:done")

        # Called again the same day, before closing.
        larkspur.wait_until(new_york(2026, 3, 2, 17))
        assert len(larkspur.direct_messages(rep)) == 3
        larkspur.click(rep, larkspur.touch(rep), "outcome:no-answer")

        # Touch 4 the next day, which the morning announces and the afternoon recalls; they answer and book.
        larkspur.wait_until(new_york(2026, 3, 3, 17))
        morning, touch_4, reminder = larkspur.direct_messages(rep)[3:]
        assert "1 touch of today still to do: Dana Lee" in reminder.text
        assert "1 due today" in all_text(morning)
        assert "Touch 4" in all_text(touch_4)
        larkspur.click(rep, larkspur.touch(rep), "outcome:booked")
        larkspur.submit(rep, {})
        lead = larkspur.lead(ref)
        assert (lead.status, lead.stage, lead.last_touch_number) == (Status.BOOKED, Stage.CALL_ASK, 4)
        assert lead.next_action_at is not None  # R22

        # The sequence has stopped: touch 5 never comes.
        larkspur.wait(days=10)
        numbers = [task.number for task in larkspur.tasks(ref) if task.kind is TaskKind.TOUCH]
        assert numbers == [1, 2, 3, 4]
        assert all(
            task.state is TaskState.DONE for task in larkspur.tasks(ref) if task.kind is TaskKind.TOUCH
        )

        # And the manager reads it.
        figures = larkspur.command("mia", "stats 30d")
        assert "3 min" in figures


def test_an_outcome_can_be_taken_back_for_ten_minutes_with_everything_it_set_off(
    database_url: str, restarts: bool
) -> None:
    with company(database_url, MONDAY_10, restarts=restarts) as larkspur:
        ref = larkspur.submit_form(**DANA)
        larkspur.click("ana", larkspur.card(ref), "claim")
        larkspur.click("ana", larkspur.touch("ana"), "outcome:not-interested")
        lead = larkspur.lead(ref)
        assert (lead.status, lead.closed_at) == (Status.NOT_INTERESTED, MONDAY_10)

        larkspur.wait(minutes=9)
        larkspur.click("ana", larkspur.with_button("ana", "undo"), "undo")
        lead = larkspur.lead(ref)
        assert (lead.status, lead.closed_at, lead.first_response_at) == (Status.ACTIVE, None, None)

        larkspur.click("ana", larkspur.touch("ana"), "outcome:wrong-fit")
        larkspur.wait(minutes=11)
        larkspur.click("ana", larkspur.with_button("ana", "undo"), "undo")
        assert larkspur.lead(ref).status is Status.WRONG_FIT
