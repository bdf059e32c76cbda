"""Leave that meets other leave, and leads that change hands meanwhile."""

from bot.db.models import TaskState
from tests.company import actions, all_text, company, new_york
from tests.stories.test_somebody_is_on_leave import MONDAY_10, lead_of_ana, who_has

MONDAY_12 = new_york(2026, 3, 2, 12)


def test_a_stand_in_who_goes_on_leave_hands_on_what_they_have_and_has_it_again_when_back(
    database_url: str,
) -> None:
    with company(database_url, MONDAY_10) as floor:
        ref = lead_of_ana(floor)
        floor.command("ana", "away until 16 mar cover @ben")
        floor.command("ben", "away until 9 mar cover @cleo")
        assert who_has(floor, ref) == ["cleo"]
        floor.command("ben", "back")
        assert who_has(floor, ref) == ["ben"]
        # Nobody stands in for the stand-in: Ana's touch waits for Ana, and for Ben if he is back first.
        floor.command("ben", "away until 9 mar")
        assert (who_has(floor, ref), floor.tasks(ref)[-1].due_at) == (["ana"], new_york(2026, 3, 16, 9))
        floor.command("ben", "back")
        assert (who_has(floor, ref), floor.tasks(ref)[-1].due_at) == (["ben"], MONDAY_12)
        floor.command("ana", "back")
        assert (who_has(floor, ref), floor.lead(ref).next_action_at) == (["ana"], MONDAY_12)


def test_a_lead_given_to_somebody_else_waits_for_its_first_owner_no_longer(database_url: str) -> None:
    with company(database_url, MONDAY_10) as floor:
        ref = lead_of_ana(floor)
        floor.command("ana", "away until 9 mar")
        floor.command("mia", f"assign {ref} @cleo")
        assert (who_has(floor, ref), floor.lead(ref).next_action_at) == (["cleo"], MONDAY_12)
        floor.wait_until(new_york(2026, 3, 9, 9))
        (touch,) = [task for task in floor.tasks(ref) if task.state is TaskState.DUE]
        assert (who_has(floor, ref), touch.due_at) == (["cleo"], MONDAY_12)


def test_who_gives_a_lead_to_somebody_on_leave_reads_who_works_it_meanwhile(database_url: str) -> None:
    with company(database_url, MONDAY_10) as floor:
        ref = lead_of_ana(floor)
        floor.wait_until(MONDAY_12)
        floor.command("cleo", "away until 9 mar cover @ben")
        said = floor.command("mia", f"assign {ref} @cleo")
        assert "Cleo Tan is on leave until Mon 9 Mar, 09:00; Ben Okafor works the touches until then." in said
        assert who_has(floor, ref) == ["ben"]
        assert "Dana Lee" in floor.touch("ben").text


def test_whoever_passed_and_claims_after_all_on_leave_has_their_stand_in_work_it(database_url: str) -> None:
    with company(database_url, MONDAY_10) as floor:
        ref = floor.submit_form(name="Dana Lee", email="dana@x.example", action="demo")
        asked = next(
            key for key in ("ana", "ben", "cleo") if f"Your turn, {key.title()}" in floor.card(ref).text
        )
        cover = "ben" if asked != "ben" else "ana"
        floor.click(asked, floor.card(ref), "pass")
        floor.command(asked, f"away until 9 mar cover @{cover}")
        floor.click(asked, floor.card(ref), "claim")
        assert (floor.owner(ref), who_has(floor, ref)) == (asked, [cover])
        floor.click(cover, floor.touch(cover), "outcome:done")
        floor.command(asked, "back")
        assert who_has(floor, ref) == [asked]


def test_after_a_transfer_the_return_says_what_stays_and_takes_back_what_nobody_touched(
    database_url: str,
) -> None:
    with company(database_url, MONDAY_10) as floor:
        worked, untouched = lead_of_ana(floor), lead_of_ana(floor, "Scully")
        floor.command("ana", "away until 9 mar transfer to cleo")
        floor.wait_until(new_york(2026, 3, 3, 10))
        floor.command("cleo", f"log {worked} voicemail")
        said = floor.command("ana", "back")
        assert (
            "The 2 leads that went to Cleo Tan stay theirs. Nobody has done anything with 1 of them" in said
        )
        welcome = next(each for each in floor.direct_messages("ana") if "leave_regain" in actions(each))
        floor.click("ana", welcome, "leave_regain")
        assert (floor.owner(worked), floor.owner(untouched)) == ("cleo", "ana")
        assert who_has(floor, untouched) == ["ana"]
        # What was due yesterday is planned anew, and shown once it is due.
        assert floor.tasks(untouched)[-1].due_at == new_york(2026, 3, 3, 10)
        assert "has taken back those" in all_text(floor.direct_messages("cleo")[-1])
        floor.click("ana", welcome, "leave_regain")
        assert floor.hears("ana", "There is nothing to take back")
