from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from bot.cadence import LeadClosedError, NotYourLeadError, SettledTaskError, UnusableDateError
from bot.db.models import (
    ActivityKind,
    Enrollment,
    EnrollmentState,
    Escalation,
    Note,
    Offer,
    OfferState,
    Outcome,
    Stage,
    Status,
    TaskKind,
    TaskState,
)
from bot.team.live import apply_team
from tests.cadence.conftest import MONDAY_10, TEAM, Desk, new_york

MINUTE = timedelta(minutes=1)
WORKED = [Outcome.DONE, Outcome.VOICEMAIL, Outcome.NO_ANSWER, Outcome.OBJECTION]


@pytest.mark.parametrize("outcome", WORKED)
def test_a_touch_that_was_worked_brings_the_next_one(desk: Desk, outcome: Outcome) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, outcome, MONDAY_10 + 3 * MINUTE)
    first, second = desk.tasks(lead_id)
    assert (first.state, first.outcome, first.closed_at) == (TaskState.DONE, outcome, MONDAY_10 + 3 * MINUTE)
    assert (second.number, second.state, second.due_at) == (2, TaskState.WAITING, new_york(3, 2, 12))
    lead = desk.lead(lead_id)
    assert (lead.next_action, lead.next_action_at) == ("Touch 2 of 5: e-mail", second.due_at)
    assert (lead.last_touch_at, lead.last_touch_number) == (MONDAY_10 + 3 * MINUTE, 1)
    assert lead.status is Status.FOLLOW_UP


def test_a_skipped_touch_brings_the_next_one_and_counts_as_no_touch(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.SKIP, MONDAY_10)
    first, second = desk.tasks(lead_id)
    assert (first.state, second.number) == (TaskState.SKIPPED, 2)
    lead = desk.lead(lead_id)
    assert (lead.last_touch_at, lead.last_touch_number, lead.first_response_at) == (None, 0, None)


def test_a_snoozed_touch_comes_back_after_an_hour_or_when_asked(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.SNOOZE, MONDAY_10)
    assert desk.next_task(lead_id).due_at == new_york(3, 2, 11)
    desk.log(lead_id, Outcome.SNOOZE, MONDAY_10, until=new_york(3, 2, 15))
    (touch,) = desk.tasks(lead_id)
    assert (touch.state, touch.due_at, touch.snoozes) == (TaskState.WAITING, new_york(3, 2, 15), 2)
    assert desk.lead(lead_id).next_action_at == new_york(3, 2, 15)
    assert desk.tick(new_york(3, 2, 14, 59)) == 0
    assert desk.tick(new_york(3, 2, 15)) == 1
    assert desk.lead(lead_id).first_response_at is None


def test_after_the_last_touch_the_lead_rests_for_30_days_and_then_gets_something_worth_reading(
    desk: Desk,
) -> None:
    lead_id = desk.claimed()
    last = desk.run(lead_id, [Outcome.NO_ANSWER, Outcome.DONE, Outcome.VOICEMAIL, Outcome.DONE, Outcome.DONE])
    lead, enrollment, touch = desk.lead(lead_id), desk.enrollment(lead_id), desk.next_task(lead_id)
    (finished,) = desk.story(lead_id, ActivityKind.PLAN_FINISHED)
    assert finished.facts == {"plan": "inbound-48h", "successor": "nurture", "ends_as": "nurture"}
    assert (enrollment.plan, enrollment.state) == ("nurture", EnrollmentState.RUNNING)
    assert lead.status is Status.NURTURE
    # The same hour, over the change to summer time.
    assert touch.due_at - last >= timedelta(days=30) - timedelta(hours=1)
    assert (lead.next_action, lead.next_action_at) == ("Touch 1 of 8: e-mail", touch.due_at)

    assert desk.tick(touch.due_at - MINUTE) == 0
    assert desk.tick(touch.due_at) == 1
    assert (touch.template, desk.wanted(touch)) == ("nurture-1-email", 1)


def test_a_reply_stops_the_plan_and_wants_an_answer_within_15_minutes(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.run(lead_id, [Outcome.VOICEMAIL])
    at = new_york(3, 2, 16, 50)
    desk.log(lead_id, Outcome.REPLIED, at)
    lead, answer = desk.lead(lead_id), desk.next_task(lead_id)
    assert desk.enrollment(lead_id).end_reason == "replied"
    assert (lead.stage, lead.status) == (Stage.CONVERSATION, Status.ACTIVE)
    assert (answer.kind, answer.state, answer.due_at) == (
        TaskKind.ANSWER_NOW,
        TaskState.DUE,
        new_york(3, 3, 9, 5),
    )
    desk.log(lead_id, Outcome.DONE, at)
    callback = desk.next_task(lead_id)
    assert (callback.kind, callback.due_at) == (TaskKind.CALLBACK, new_york(3, 3, 16, 50))


def test_after_a_reply_four_unanswered_callbacks_at_growing_distances_lead_to_nurture(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.run(lead_id, [Outcome.REPLIED, Outcome.DONE])
    dues = []
    for _ in range(4):
        dues.append(desk.next_task(lead_id).due_at)
        desk.tick(dues[-1])
        desk.log(lead_id, Outcome.NO_ANSWER, dues[-1])
    gaps = [later - earlier for earlier, later in pairwise(dues)]
    assert gaps == sorted(gaps)
    assert gaps[0] < gaps[-1]
    assert desk.lead(lead_id).status is Status.NURTURE
    assert desk.enrollment(lead_id).plan == "nurture"


def test_whoever_comes_back_after_a_while_is_tried_anew(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.run(lead_id, [Outcome.REPLIED, Outcome.DONE, *[Outcome.NO_ANSWER] * 3])
    asked_for = MONDAY_10 + timedelta(days=60)
    desk.log(lead_id, Outcome.NOT_NOW, MONDAY_10 + timedelta(days=20), until=asked_for)
    back = desk.timers(lead_id)[0].due_at
    desk.tick(back)
    desk.log(lead_id, Outcome.NO_ANSWER, back)
    assert desk.next_task(lead_id).kind is TaskKind.CALLBACK


def test_a_booked_call_stops_the_plan_and_is_asked_about_half_an_hour_after_its_time(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.BOOKED, MONDAY_10, until=new_york(3, 5, 15))
    lead, check = desk.lead(lead_id), desk.next_task(lead_id)
    assert (lead.status, lead.stage) == (Status.BOOKED, Stage.CALL_ASK)
    assert (check.kind, check.state, check.due_at) == (
        TaskKind.CALL_CHECK,
        TaskState.WAITING,
        new_york(3, 5, 15, 30),
    )
    assert desk.enrollment(lead_id).end_reason == "booked"
    assert lead.next_action == "Was the call held, missed or moved?"


def test_a_call_booked_without_a_time_is_asked_about_the_next_business_morning(desk: Desk) -> None:
    lead_id = desk.claimed(new_york(3, 6, 10))
    desk.log(lead_id, Outcome.BOOKED, new_york(3, 6, 11))
    assert desk.next_task(lead_id).due_at == new_york(3, 9, 9)


@pytest.mark.parametrize(
    ("outcome", "stage", "status"),
    [
        (Outcome.DONE, Stage.POST_CALL, Status.ACTIVE),
        (Outcome.NO_ANSWER, Stage.CALL_ASK, Status.FOLLOW_UP),
    ],
)
def test_a_call_held_is_past_and_one_missed_is_asked_for_again(
    desk: Desk, outcome: Outcome, stage: Stage, status: Status
) -> None:
    lead_id = desk.claimed()
    desk.run(lead_id, [Outcome.BOOKED, outcome])
    lead, task = desk.lead(lead_id), desk.next_task(lead_id)
    assert (lead.stage, lead.status) == (stage, status)
    assert (task.kind, task.due_at) == (TaskKind.CALLBACK, new_york(3, 4, 9))


def test_a_call_that_is_moved_is_booked_once(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.BOOKED, MONDAY_10, until=new_york(3, 5, 15))
    (check,) = desk.tasks(lead_id, TaskKind.CALL_CHECK)
    desk.log(lead_id, Outcome.BOOKED, MONDAY_10, until=new_york(3, 6, 15), task=check.id)
    states = [task.state for task in desk.tasks(lead_id, TaskKind.CALL_CHECK)]
    assert states == [TaskState.DONE, TaskState.WAITING]


def test_a_reply_before_a_booked_call_leaves_the_call_booked(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.BOOKED, MONDAY_10, until=new_york(3, 5, 15))
    desk.log(lead_id, Outcome.REPLIED, MONDAY_10 + MINUTE)
    assert desk.lead(lead_id).status is Status.BOOKED
    desk.log(lead_id, Outcome.DONE, MONDAY_10 + 2 * MINUTE)
    assert desk.next_task(lead_id).kind is TaskKind.CALL_CHECK
    assert not desk.tasks(lead_id, TaskKind.CALLBACK)


def test_not_now_is_an_easy_answer_with_a_date_to_come_back(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.NOT_NOW, MONDAY_10, until=new_york(6, 6, 8))  # a Saturday
    (timer,) = desk.timers(lead_id)
    assert timer.due_at == new_york(6, 8, 9)
    assert desk.lead(lead_id).status is Status.NURTURE
    assert desk.enrollment(lead_id).end_reason == "not-now"
    assert [task.state for task in desk.tasks(lead_id)] == [TaskState.DONE]


@pytest.mark.parametrize("outcome", [Outcome.REPLIED, Outcome.BOOKED, Outcome.WRONG_FIT])
def test_whoever_moves_on_before_the_date_is_not_come_back_to(desk: Desk, outcome: Outcome) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.NOT_NOW, MONDAY_10)
    desk.log(lead_id, outcome, MONDAY_10 + MINUTE)
    assert desk.timers(lead_id) == []


@pytest.mark.parametrize("outcome", [Outcome.NOT_INTERESTED, Outcome.WRONG_FIT])
def test_no_ends_everything_in_the_same_transaction(desk: Desk, outcome: Outcome) -> None:
    lead_id = desk.arrive()
    desk.log(lead_id, outcome, MONDAY_10, by="mia")  # nobody has claimed it: its offer and ladders run
    lead = desk.lead(lead_id)
    assert (lead.status.value, lead.closed_at, lead.next_action) == (outcome.value, MONDAY_10, None)
    with desk.database.read() as session:
        assert {ladder.ended_at for ladder in session.scalars(select(Escalation))} == {MONDAY_10}
        assert session.scalars(select(Offer.state)).all() == [OfferState.WITHDRAWN]

    lead_id = desk.claimed()
    desk.run(lead_id, [Outcome.NO_ANSWER, outcome])
    assert [task.state for task in desk.tasks(lead_id)] == [TaskState.DONE, TaskState.DONE]
    assert desk.tick(MONDAY_10 + timedelta(days=400)) == 0
    with desk.database.read() as session:
        states = session.scalars(select(Enrollment.state)).all()
    assert states == [EnrollmentState.STOPPED]


def test_a_closed_lead_takes_no_more_outcomes(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.WRONG_FIT, MONDAY_10)
    with pytest.raises(LeadClosedError, match="is closed: wrong fit"):
        desk.log(lead_id, Outcome.DONE, MONDAY_10)


def test_the_same_click_twice_changes_nothing_the_second_time(desk: Desk) -> None:
    lead_id = desk.claimed()
    (touch,) = desk.tasks(lead_id)
    desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10, task=touch.id)
    with pytest.raises(SettledTaskError, match="settled already: voicemail"):
        desk.log(lead_id, Outcome.DONE, MONDAY_10, task=touch.id)
    assert [task.number for task in desk.tasks(lead_id)] == [1, 2]
    assert len(desk.story(lead_id, ActivityKind.OUTCOME)) == 1


def test_the_managers_of_a_pool_that_left_the_document_may_still_log_and_undo(desk: Desk) -> None:
    lead_id = desk.claimed()
    with desk.database.write() as session:
        text = TEAM.replace("inbound:", "outbound:").replace("managers: [mia]", "managers: [ben]")
        apply_team(session, text, author="test", now=MONDAY_10)
    activity_id = desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10, by="mia")
    desk.undo(activity_id, MONDAY_10, by="mia")
    assert desk.next_task(lead_id).number == 1
    with pytest.raises(NotYourLeadError):
        desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10, by="ben")


def test_a_manager_may_log_and_another_rep_may_not(desk: Desk) -> None:
    lead_id = desk.claimed()
    with pytest.raises(NotYourLeadError, match="Ana Ruiz's"):
        desk.log(lead_id, Outcome.DONE, MONDAY_10, by="ben")
    desk.log(lead_id, Outcome.DONE, MONDAY_10, by="mia")
    assert desk.next_task(lead_id).owner_id == desk.lead(lead_id).owner_id


def test_dates_that_cannot_be_meant_are_refused(desk: Desk) -> None:
    lead_id = desk.claimed()
    with pytest.raises(UnusableDateError, match="passed already"):
        desk.log(lead_id, Outcome.NOT_NOW, MONDAY_10, until=MONDAY_10 - MINUTE)
    with pytest.raises(UnusableDateError, match="three years"):
        desk.log(lead_id, Outcome.SNOOZE, MONDAY_10, until=MONDAY_10.replace(year=9999))
    assert desk.story(lead_id, ActivityKind.OUTCOME) == []


def test_with_nothing_due_an_outreach_is_noted_and_what_is_to_come_stays(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.NOT_NOW, MONDAY_10, until=new_york(6, 8, 9))
    desk.log(lead_id, Outcome.DONE, MONDAY_10 + MINUTE)
    assert desk.lead(lead_id).last_touch_at == MONDAY_10 + MINUTE
    assert desk.lead(lead_id).next_action_at == new_york(6, 8, 9)
    with pytest.raises(SettledTaskError, match="nothing to snooze"):
        desk.log(lead_id, Outcome.SNOOZE, MONDAY_10 + MINUTE)


def test_a_note_is_kept_with_the_lead(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.OBJECTION, MONDAY_10, note="Too dear for them")
    (outcome,) = desk.story(lead_id, ActivityKind.OUTCOME)
    with desk.database.read() as session:
        note = session.scalars(select(Note)).one()
    assert (note.text, note.lead_id, outcome.facts["note"]) == ("Too dear for them", lead_id, note.id)


OUTREACH = [outcome for outcome in Outcome if outcome not in {Outcome.SKIP, Outcome.SNOOZE}]


@pytest.mark.parametrize("outcome", OUTREACH)
def test_the_first_outreach_by_a_person_stops_the_contact_clock(desk: Desk, outcome: Outcome) -> None:
    friday = new_york(3, 6, 17, 30)
    lead_id = desk.arrive(friday)
    monday = new_york(3, 9, 9, 4)
    desk.claim(lead_id, monday)
    assert desk.contact_ladder(lead_id).ended_at is None
    desk.log(lead_id, outcome, monday)
    lead = desk.lead(lead_id)
    assert lead.first_response_at == monday
    assert lead.first_response_seconds == (monday - friday).total_seconds()
    assert lead.first_response_business_seconds == 4 * 60
    assert desk.contact_ladder(lead_id).ended_at == monday
    assert len(desk.story(lead_id, ActivityKind.FIRST_RESPONSE)) == 1


def test_a_later_outreach_is_not_the_first_response(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.run(lead_id, [Outcome.VOICEMAIL, Outcome.DONE])
    assert desk.lead(lead_id).first_response_at == MONDAY_10
    assert len(desk.story(lead_id, ActivityKind.FIRST_RESPONSE)) == 1


@pytest.mark.parametrize("outcome", [Outcome.SKIP, Outcome.SNOOZE])
def test_putting_off_is_no_response(desk: Desk, outcome: Outcome) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, outcome, MONDAY_10)
    assert desk.lead(lead_id).first_response_at is None
    assert desk.contact_ladder(lead_id).ended_at is None
