"""Many touches at once: one list, one reminder, and figures that tell who got round to them."""

import json

from bot.db.models import TaskState
from bot.workspace import Message
from tests.company import Company, actions, all_text, company, new_york

FRIDAY_4 = new_york(2026, 3, 6, 16)
NAMES = ("Dana", "Rob", "Kim", "Lou", "Max")


def called_on_friday(floor: Company) -> list[str]:
    """Five leads of Ana's: their e-mails are due in two hours of working time, Monday at ten."""
    refs = [
        floor.submit_form(name=f"{name} Lee", email=f"{name}@{name}-co.example", action="demo")
        for name in NAMES
    ]
    for ref in refs:
        floor.command("ana", f"claim {ref}")
        floor.command("ana", f"log {ref} voicemail")
    return refs


def lists(floor: Company, key: str, words: str) -> list[Message]:
    """The lists in this person's DM that say so in their headline."""
    return [
        message
        for message in floor.direct_messages(key)
        if words in json.dumps(message.blocks[0], ensure_ascii=False)
    ]


def due_task(floor: Company, ref: str) -> int:
    (task,) = [task for task in floor.tasks(ref) if task.state is TaskState.DUE]
    return task.id


def test_touches_due_together_are_one_list_that_shows_what_became_of_each(database_url: str) -> None:
    with company(database_url, FRIDAY_4) as floor:
        dana, rob, kim, lou, max_ = called_on_friday(floor)
        fresh = floor.submit_form(name="Ida Hot", phone="+12125550142", action="demo", consent="yes")
        floor.command("ana", f"claim {fresh}")
        floor.command("ana", f"log {fresh} snooze mon 10am")
        floor.wait_until(new_york(2026, 3, 9, 10, 1))

        (due,) = lists(floor, "ana", "5 touches are due")
        assert [name in all_text(due) for name in (*NAMES, "Ida")] == [True] * 5 + [False]
        # A first contact is never one line among others.
        assert any("Due again" in each.text and "Ida" in each.text for each in floor.direct_messages("ana"))

        floor.click("ana", due, "open_task", due_task(floor, dana))
        assert "https://cal.example.com/larkspur" in floor.window("ana")
        floor.submit("ana", {"outcome": "done"})
        floor.command("ana", f"log {rob} snooze in 3h")
        floor.command("ana", f"log {kim} not interested")
        floor.command("ana", f"assign {lou} @ben")
        (due,) = lists(floor, "ana", "1 of 5 touches still to do")
        shown = all_text(due)
        for words in (
            "✅ Sent, logged by Ana Ruiz: *Dana Lee*",
            "💤 Back",
            "✅ Not interested",
            "With Ben Okafor now: *Lou Lee*",
        ):
            assert words in shown
        assert "Lou" in floor.touch("ben").text

        floor.click("ana", due, "undo")
        (due,) = lists(floor, "ana", "2 of 5 touches still to do")
        floor.click("ana", due, "next_lead")
        assert floor.workspace.wait_for(
            lambda: "outcome:done" in actions(floor.workspace.ephemerals(floor.users["ana"])[-1])
        )
        floor.command("ana", f"log {max_} done")
        assert lists(floor, "ana", "1 of 5 touches still to do")


def test_what_stays_open_is_said_once_that_day_and_then_counts(database_url: str) -> None:
    with company(database_url, FRIDAY_4) as floor:
        dana, rob, *others = called_on_friday(floor)
        floor.wait_until(new_york(2026, 3, 9, 10, 1))
        for ref in others:
            floor.command("ana", f"log {ref} not interested")
        floor.wait_until(new_york(2026, 3, 9, 14, 59))
        assert lists(floor, "ana", "of today still to do") == []
        floor.wait_until(new_york(2026, 3, 9, 15))
        (reminder,) = lists(floor, "ana", "2 touches of today still to do")
        assert "Still to do: Ana Ruiz was reminded" in floor.command("ana", f"lead {dana}")
        floor.command("ana", f"log {dana} booked thu 3pm")
        assert [each.ts for each in lists(floor, "ana", "1 touch of today still to do")] == [reminder.ts]
        on_their_day = "Touches done by the end of the day they were due: *100%*"
        assert on_their_day in floor.command("ana", "stats 7d")

        floor.wait_until(new_york(2026, 3, 9, 20))
        floor.submit_form(name="Eve Night", email="eve@night.example", action="demo")
        floor.wait_until(new_york(2026, 3, 10, 9, 1))
        (managers,) = lists(floor, "mia", "Good morning")
        assert "Ana Ruiz: 1 touch, the oldest due" in all_text(managers)
        assert "Eve Night" in all_text(managers).split("*Nobody has claimed 1 lead*")[1]
        assert "1 overdue" in floor.command("mia", "stats 7d").split("Follow-up so far")[1]
        floor.command("ana", f"log {rob} not interested")
        figures = floor.command("mia", "stats 7d").split("Follow-up so far")[1]
        assert "Touches done by the end of the day they were due: *90%*" in figures
        assert "10 done (1 of them late), 0 skipped, 0 overdue" in figures
        floor.wait_until(new_york(2026, 3, 10, 15, 1))
        assert len(lists(floor, "ana", "Nothing here is left to do")) == 2
