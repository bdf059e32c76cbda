"""Outcome buttons, the forms behind some of them, and Undo."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.db.models import Note, Outcome, Stage, Status, TaskKind, TaskState
from bot.workspace import Message
from tests.handlers.conftest import Desk, buttons, read


@pytest.fixture
def touch(desk: Desk) -> Message:
    """The first touch of a lead that Ana has claimed."""
    desk.arrives()
    desk.click("ana", desk.card(), "claim")
    (touch,) = desk.direct("ana")
    return touch


def test_a_logged_outcome_shows_in_the_message_with_undo_and_counts_as_the_first_response(
    desk: Desk, touch: Message
) -> None:
    desk.step(minutes=4)
    desk.click("ana", touch, "outcome:no-answer")
    (shown,) = desk.direct("ana")
    assert "No answer, logged by Ana Ruiz" in read(shown)
    assert buttons(shown) == ["undo", "view_lead"]
    assert desk.lead(1).first_response_seconds == 240
    assert "First response in 4 min" in read(desk.card())
    assert desk.hears("ana", "Next: Touch 2 of 5: e-mail (Mon 2 Mar, 12:")


def test_the_second_touch_is_an_e_mail_without_the_outcomes_of_a_call(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:voicemail")
    desk.step(hours=3)
    mail = desk.direct("ana")[-1]
    assert "✉️ E-mail Dana Lee" in read(mail)
    assert "https://acme.example/book" in read(mail)
    assert {"outcome:voicemail", "outcome:no-answer"}.isdisjoint(buttons(mail))
    assert "outcome:done" in buttons(mail)


def test_undo_brings_the_touch_back(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:not-interested")
    assert desk.lead(1).status is Status.NOT_INTERESTED
    assert "Closed: not interested" in read(desk.card())
    desk.step(minutes=9)
    desk.click("ana", desk.direct("ana")[0], "undo")
    assert desk.lead(1).status is Status.ACTIVE
    assert "outcome:done" in buttons(desk.direct("ana")[0])
    assert desk.hears("ana", "Taken back. Dana Lee, Brightfields")
    told = desk.followup("ana", "lead L-1001")
    assert "Not interested (taken back)" in told
    assert "First response" not in told


def test_after_ten_minutes_undo_is_refused_in_words(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:wrong-fit")
    desk.step(minutes=11)
    desk.click("ana", desk.direct("ana")[0], "undo")
    assert desk.lead(1).status is Status.WRONG_FIT
    assert desk.hears("ana", "can be undone for 10 minutes")


def test_a_second_click_on_a_settled_touch_changes_nothing_and_says_so(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:voicemail")
    desk.click("ana", touch, "outcome:not-interested")
    assert desk.lead(1).status is Status.FOLLOW_UP
    assert desk.hears("ana", "settled already")


def test_booked_asks_when_and_takes_no_answer_for_an_answer(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:booked")
    assert desk.lead(1).status is Status.ACTIVE
    answer = desk.submit("ana", {})
    assert answer.error is None
    lead = desk.lead(1)
    assert (lead.status, lead.stage) == (Status.BOOKED, Stage.CALL_ASK)
    assert desk.workspace.modal(desk.users["ana"]) is None


def test_a_booking_with_its_time_is_asked_about_half_an_hour_later(desk: Desk, touch: Message) -> None:
    meeting = datetime(2026, 3, 5, 19, tzinfo=UTC)
    desk.click("ana", touch, "outcome:booked")
    desk.submit("ana", {"when": str(int(meeting.timestamp())), "note": "With her COO"})
    (check,) = [task for task in desk.tasks(1) if task.kind is TaskKind.CALL_CHECK]
    assert check.due_at == datetime(2026, 3, 5, 19, 30, tzinfo=UTC)
    desk.step(days=3, hours=5)
    asked = desk.direct("ana")[-1]
    assert "How did the call go with Dana Lee" in read(asked)
    assert "No-show" in read(asked)


def test_not_now_comes_back_on_the_morning_of_the_chosen_day(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:not-now")
    desk.submit("ana", {"day": "2026-06-15"})
    lead = desk.lead(1)
    assert (lead.status, lead.next_action_at) == (Status.NURTURE, datetime(2026, 6, 15, 13, tzinfo=UTC))


def test_a_date_that_has_passed_is_refused_in_the_form(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:not-now")
    desk.submit("ana", {"day": "2026-01-15"})
    form = desk.window("ana")
    assert "passed already" in form.errors["day"]
    assert desk.lead(1).status is Status.ACTIVE


@pytest.mark.parametrize(
    ("choice", "back"),
    [("30", datetime(2026, 3, 2, 15, 30, tzinfo=UTC)), ("tomorrow", datetime(2026, 3, 3, 14, tzinfo=UTC))],
)
def test_a_snoozed_touch_says_when_it_comes_back_and_does(
    desk: Desk, touch: Message, choice: str, back: datetime
) -> None:
    desk.click("ana", touch, "outcome:snooze")
    desk.submit("ana", {"snooze": choice})
    desk.step()
    (task,) = desk.tasks(1)
    assert (task.state, task.due_at) == (TaskState.WAITING, back)
    assert "💤 Back" in read(desk.direct("ana")[0])
    desk.step(hours=24)
    assert "💤 Back" not in read(desk.direct("ana")[0])
    assert desk.tasks(1)[0].state is TaskState.DUE


def announced(desk: Desk) -> int:
    """How often Ana read that a touch is due again."""
    return sum("Due again" in read(message) for message in desk.direct("ana"))


def test_a_touch_snoozed_anew_after_an_undo_is_announced_anew(desk: Desk, touch: Message) -> None:
    desk.followup("ana", "log L-1001 snooze 5m")
    desk.step(minutes=5)
    assert announced(desk) == 1
    desk.click("ana", touch, "undo")
    desk.followup("ana", "log L-1001 snooze 5m")
    desk.step(minutes=5)
    assert announced(desk) == 2


def test_a_touch_put_off_before_it_was_ever_shown_is_shown_once(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:voicemail")
    desk.followup("ana", "log L-1001 snooze 1d")
    desk.step(days=1)
    assert "✉️ E-mail Dana Lee" in read(desk.direct("ana")[-1])
    assert (len(desk.direct("ana")), announced(desk)) == (2, 0)


def test_an_objection_is_kept_with_the_lead(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:objection")
    empty = desk.submit("ana", {})
    assert empty.error == "incomplete"
    desk.submit("ana", {"objection": "competitor", "note": "Locked into a *contract* until May"})
    with desk.database.read() as session:
        (note,) = session.scalars(select(Note))
    assert note.text == "Locked into a *contract* until May"
    assert "Locked into a *contract* until May" in desk.followup("ana", "lead L-1001")


def test_somebody_elses_touch_can_be_logged_by_a_manager_only(desk: Desk, touch: Message) -> None:
    assert "Only they, their assistant or a manager can log" in desk.followup("ben", "log L-1001 done")
    assert "Logged for Dana Lee, Brightfields: done" in desk.followup("mia", "log L-1001 done")
    assert desk.tasks(1)[0].outcome is Outcome.DONE


def test_a_closed_lead_leaves_nothing_to_do_in_anybodys_messages(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:voicemail")
    desk.step(hours=3)
    desk.followup("ana", "log L-1001 wrong-fit")
    assert all("outcome:done" not in buttons(message) for message in desk.direct("ana"))


def test_a_call_that_was_held_asks_for_the_next_step_and_takes_no_answer_without_one(
    desk: Desk, touch: Message
) -> None:
    desk.followup("ana", "log L-1001 booked")
    desk.step(days=1)
    check = desk.direct("ana")[-1]
    desk.click("ana", check, "outcome:held")
    assert desk.submit("ana", {}).error == "incomplete"
    desk.submit("ana", {"step": "ours"})
    assert "One line is enough" in desk.window("ana").errors["promised"]
    desk.submit("ana", {"step": "ours", "promised": "Send the quote"})
    assert "A next step has a date" in desk.window("ana").errors["when"]
    friday = int(datetime(2026, 3, 6, 20, tzinfo=UTC).timestamp())
    desk.submit(
        "ana", {"step": "ours", "promised": "Send the quote", "when": str(friday), "fact": "Lost weekends"}
    )
    lead = desk.lead(1)
    assert (lead.stage, lead.next_action) == (Stage.POST_CALL, "Keep our promise: Send the quote")
    shown = desk.followup("ana", "lead L-1001")
    assert "We: Send the quote" in shown
    assert "Lost weekends" in shown


def test_next_steps_dates_and_promises_can_be_typed_and_are_said_back(desk: Desk, touch: Message) -> None:
    # A busy machine says nothing about the bot.
    desk.workspace.ack_seconds = 30
    assert "next step" in desk.followup("ana", "log L-1001 held she liked it")
    assert "next step" in desk.followup("ana", "log L-1001 held monday, she liked it")
    assert desk.lead(1).stage is Stage.OPT_IN
    assert "Thu 5 Mar 2026, 15:00" in desk.followup("ana", "log L-1001 held call thu 3pm liked the plan")
    assert "liked the plan" in desk.followup("ana", "lead L-1001")
    assert desk.lead(1).status is Status.BOOKED
    promised = desk.followup("ana", "promise L-1001 they send the contract by fri")
    assert "they promised “send the contract” by Fri 6 Mar 2026, 09:00" in promised
    assert "can't read a date" in desk.followup("ana", "notnow L-1001 next fortnight-ish")
    assert "passed already" in desk.followup("ana", "notnow L-1001 2020-01-01")
    assert desk.lead(1).status is Status.BOOKED
    assert "Mon 16 Mar 2026, 10:00" in desk.followup("ana", "notnow dana lee in two weeks: travelling")
    assert desk.lead(1).status is Status.NURTURE


def test_a_fact_is_asked_for_once(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:replied")
    assert desk.hears("ana", "What problem do they want solved?")
    asked = [
        each for each in desk.workspace.ephemerals(desk.users["ana"]) if "learn:problem" in buttons(each)
    ]
    for answer in ("Lost weekends", "Something else"):
        desk.click("ana", asked[-1], "learn:problem")
        desk.submit("ana", {"answer": answer})
    assert "known already: Lost weekends" in desk.window("ana").errors["answer"]
    assert desk.lead(1).facts["problem"] == "Lost weekends"


def test_a_typed_promise_can_be_taken_back_and_an_older_outcome_only_after_it(
    desk: Desk, touch: Message
) -> None:
    desk.click("ana", touch, "outcome:no-answer")
    answer = desk.answer("ana", "promise L-1001 send the quote by fri")
    promise = desk.tasks(1)[-1]
    assert (promise.kind, promise.state) == (TaskKind.PROMISE, TaskState.WAITING)
    desk.click("ana", desk.direct("ana")[0], "undo")
    assert desk.hears("ana", "Something newer has been logged")
    assert "Undo the promise" in desk.followup("ana", "lead L-1001")
    desk.click("ana", answer, "undo")
    assert desk.hears("ana", "Taken back. Dana Lee, Brightfields")
    assert desk.tasks(1)[-1].state is TaskState.CANCELLED
    assert "Ana Ruiz took back a promise" in desk.followup("ana", "lead L-1001")
    desk.click("ana", desk.direct("ana")[0], "undo")
    assert next(task.state for task in desk.tasks(1) if task.kind is TaskKind.TOUCH) is TaskState.DUE


def test_a_promise_taken_back_leaves_their_silence_to_be_acted_upon(desk: Desk, touch: Message) -> None:
    desk.click("ana", touch, "outcome:replied")
    desk.click("ana", desk.direct("ana")[-1], "outcome:done")
    watched = desk.lead(1).next_action
    answer = desk.answer("ana", "promise L-1001 they send the contract by fri")
    assert desk.lead(1).next_action != watched
    desk.click("ana", answer, "undo")
    assert desk.lead(1).next_action == watched == "Nudge them if they stay silent"
