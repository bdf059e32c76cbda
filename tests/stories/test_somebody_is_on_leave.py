"""Leave from the first word to the plan somebody comes back to."""

from datetime import timedelta
from itertools import pairwise

from bot.db.models import OPEN_TASKS, Rep, TaskState, Tier
from tests.company import Company, all_text, company, new_york

MONDAY_10 = new_york(2026, 3, 2, 10)


def lead_of_ana(floor: Company, name: str = "Lee") -> str:
    """The reference of a lead that Ana claimed and left a voicemail: touch 2 is due in two hours."""
    ref = floor.submit_form(name=f"Dana {name}", email=f"dana@{name}.example", action="demo")
    floor.click("ana", floor.card(ref), "claim")
    floor.command("ana", f"log {ref} voicemail")
    return ref


def who_has(floor: Company, ref: str) -> list[str]:
    """Whose the open tasks of this lead are."""
    with floor.bot.database.read() as session:
        return [
            session.get_one(Rep, task.owner_id).key for task in floor.tasks(ref) if task.state in OPEN_TASKS
        ]


def test_a_stand_in_works_the_touches_and_the_owner_comes_back_to_a_plan(database_url: str) -> None:
    with company(database_url, MONDAY_10) as floor:
        ref, waits = lead_of_ana(floor), lead_of_ana(floor, "Scully")
        said = floor.command("ana", "away until 10 mar cover @ben")
        assert "You are away until Tue 10 Mar, 09:00. Ben Okafor looks after the open touches" in said
        assert "You look after Ana Ruiz's leads until Tue 10 Mar" in all_text(
            floor.direct_messages("ben")[-1]
        )
        floor.wait(hours=3)
        (touch,) = [each for each in floor.direct_messages("ben") if "Dana Lee" in each.text]
        floor.click("ben", touch, "outcome:done")
        assert (floor.owner(ref), floor.lead(ref).last_touch_number, who_has(floor, ref)) == (
            "ana",
            2,
            ["ana"],
        )
        floor.wait_until(new_york(2026, 3, 9, 12))
        assert (who_has(floor, ref), who_has(floor, waits)) == (["ben"], ["ben"])
        fresh = [floor.submit_form(name=f"New {n}", email=f"n{n}@x.example", action="demo") for n in range(3)]
        assert not any("Your turn, Ana" in floor.card(each).text for each in fresh)
        told = len(floor.direct_messages("ana"))
        floor.wait_until(new_york(2026, 3, 10, 9))
        news = [all_text(message) for message in floor.direct_messages("ana")[told:]]
        (welcome,) = [text for text in news if "Welcome back" in text]
        assert "2 open leads" in welcome
        assert "Tue 10 Mar" in welcome
        assert (who_has(floor, ref), who_has(floor, waits)) == (["ana"], ["ana"])
        assert "Ana Ruiz is back" in all_text(floor.direct_messages("ben")[-1])
        handed_back = [each for each in floor.direct_messages("ben") if "With Ana Ruiz" in each.text]
        assert len(handed_back) == 2
        assert all("looks after this one now" in all_text(each) for each in handed_back)


def test_without_cover_touches_wait_and_come_back_spread_out_the_hottest_first(database_url: str) -> None:
    with company(database_url, MONDAY_10) as floor:
        refs = [
            floor.submit_form(name=f"Lead {n}", email=f"l{n}@x.example", action=("demo", "download")[n % 2])
            for n in range(12)
        ]
        for ref in refs:
            floor.command("ana", f"log {ref} done")
        floor.command("ana", "away until 2026-03-09")
        floor.wait(days=6)
        assert not [ref for ref in refs for task in floor.tasks(ref) if task.state is TaskState.DUE]
        floor.wait_until(new_york(2026, 3, 9, 9))
        dues = {ref: floor.tasks(ref)[-1].due_at for ref in refs}
        tiers = [floor.lead(ref).tier for ref in sorted(refs, key=lambda ref: dues[ref])]
        assert tiers == sorted(tiers, key=list(Tier).index)
        moments = sorted(dues.values())
        assert moments[0] == new_york(2026, 3, 9, 9)
        assert sum(due < new_york(2026, 3, 10, 0) for due in moments) == 8
        assert min(later - earlier for earlier, later in pairwise(moments)) >= timedelta(minutes=30)


def test_what_cannot_wait_goes_to_the_fallback_person(database_url: str) -> None:
    with company(database_url, MONDAY_10) as floor:
        ref = floor.submit_form(name="Dana Lee", email="dana@x.example", action="demo")
        floor.click("ana", floor.card(ref), "claim")
        floor.command("mia", "away @ana until fri")
        assert "Mia Lindqvist has planned leave for you" in all_text(floor.direct_messages("ana")[-1])
        floor.click("mia", floor.touch("mia"), "outcome:done")
        assert (floor.owner(ref), floor.lead(ref).first_response_at is None) == ("ana", False)


def test_an_early_return_takes_everything_back_as_it_was(database_url: str) -> None:
    with company(database_url, MONDAY_10) as floor:
        ref = lead_of_ana(floor)
        due = floor.tasks(ref)[-1].due_at
        floor.command("ana", "away until 2w")
        assert floor.tasks(ref)[-1].due_at == floor.lead(ref).next_action_at == new_york(2026, 3, 16, 9)
        assert "Your leave is over" in floor.command("ana", "back")
        assert floor.tasks(ref)[-1].due_at == floor.lead(ref).next_action_at == due
        assert "no leave to end" in floor.command("ana", "back")


def test_leave_planned_ahead_begins_by_itself_and_leads_given_away_stay_given(database_url: str) -> None:
    with company(database_url, MONDAY_10) as floor:
        ref = lead_of_ana(floor)
        said = floor.command("ana", "away from tomorrow until 3 apr transfer to cleo")
        assert "from Tue 3 Mar, 09:00 until Fri 3 Apr, 09:00" in said
        assert floor.owner(ref) == "ana"
        floor.wait_until(new_york(2026, 3, 3, 9))
        assert (floor.owner(ref), who_has(floor, ref)) == ("cleo", ["cleo"])
        floor.command("ana", "back")
        assert floor.owner(ref) == "cleo"


def test_what_somebody_is_asked_when_they_leave_goes_to_the_next_at_once(database_url: str) -> None:
    with company(database_url, MONDAY_10) as floor:
        ref = floor.submit_form(name="Dana Lee", email="dana@x.example")
        asked = next(
            key for key in ("ana", "ben", "cleo") if f"Your turn, {key.title()}" in floor.card(ref).text
        )
        floor.command(asked, "away until fri")
        assert "it is your turn" in all_text(floor.card(ref))
        assert f"Your turn, {asked.title()}" not in floor.card(ref).text
