from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.cadence import (
    LeadClosedError,
    NextStep,
    NextStepMissingError,
    NotYourLeadError,
    SettledTaskError,
    Step,
    UnusableDateError,
    is_suppressed,
    record_promise,
    welcome_back,
)
from bot.db.models import (
    ActivityKind,
    Enrollment,
    EnrollmentState,
    Escalation,
    Lead,
    Note,
    Offer,
    OfferState,
    Outcome,
    Stage,
    Status,
    Suppression,
    TaskKind,
    TaskState,
    TimerKind,
)
from bot.team.live import apply_team, live_team
from tests.cadence.conftest import MONDAY_10, TEAM, Desk, new_york
from tests.people import rep_by_key

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
    (watch,) = desk.timers(lead_id)
    assert (watch.kind, watch.due_at) == (TimerKind.STALL, new_york(3, 4, 9))
    assert desk.lead(lead_id).next_action == "Nudge them if they stay silent"


def test_silence_at_a_stage_starts_the_plan_of_that_stage_by_itself(desk: Desk) -> None:
    silent_after = {
        Stage.CONVERSATION: [Outcome.REPLIED, Outcome.DONE],
        Stage.CALL_ASK: [Outcome.AGREED, Outcome.DONE],
        Stage.POST_CALL: [Outcome.BOOKED, Outcome.OBJECTION, Outcome.DONE],
    }
    for stage, outcomes in silent_after.items():
        lead_id = desk.claimed()
        desk.run(lead_id, outcomes)
        (watch,) = desk.timers(lead_id)
        desk.tick(watch.due_at)
        lead, plan = desk.lead(lead_id), desk.enrollment(lead_id)
        assert (lead.stage, lead.status, plan.plan) == (stage, Status.FOLLOW_UP, f"stalled-14d-{stage.value}")
        assert (plan.anchor, desk.next_task(lead_id).number) == (watch.due_at, 1)


def test_a_reply_nobody_answers_is_said_to_its_owner_and_then_to_the_managers(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.REPLIED, MONDAY_10)
    desk.tick(MONDAY_10 + 15 * MINUTE)
    desk.tick(MONDAY_10 + 25 * MINUTE)
    late = desk.story(lead_id, ActivityKind.ANSWER_LATE)
    assert [one.facts for one in late] == [{"step": 0, "told": ["ana"]}, {"step": 1, "told": ["mia"]}]
    desk.log(lead_id, Outcome.DONE, MONDAY_10 + 30 * MINUTE)
    assert [timer.kind for timer in desk.timers(lead_id)] == [TimerKind.STALL]


def test_whoever_comes_back_after_a_while_is_tried_anew(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.run(lead_id, [Outcome.REPLIED, Outcome.DONE])
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


def test_no_call_is_logged_as_held_without_its_next_step(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.run(lead_id, [Outcome.BOOKED])
    at = new_york(3, 3, 10)
    for report in (
        {"next_step": None},
        {"next_step": NextStep(Step.CALL)},
        {"next_step": NextStep(Step.OURS, " "), "until": at + MINUTE},
        {"next_step": NextStep(Step.THEIRS, "The contract")},
    ):
        with pytest.raises(NextStepMissingError):
            desk.log(lead_id, Outcome.HELD, at, **report)
    with pytest.raises(NextStepMissingError, match="held nurture"):
        desk.log(lead_id, Outcome.DONE, at, task=desk.next_task(lead_id).id)
    assert desk.lead(lead_id).status is Status.BOOKED


def test_a_held_call_goes_on_with_the_next_call_a_promise_or_nurture(desk: Desk) -> None:
    friday = new_york(3, 6, 12)
    found = []
    for step in (NextStep(Step.CALL), NextStep(Step.OURS, "The quote"), NextStep(Step.NURTURE)):
        lead_id = desk.claimed()
        desk.run(lead_id, [Outcome.BOOKED])
        until = None if step.step is Step.NURTURE else friday
        desk.log(lead_id, Outcome.HELD, new_york(3, 3, 10), next_step=step, until=until)
        lead, task = desk.lead(lead_id), desk.next_task(lead_id)
        assert lead.stage is Stage.POST_CALL
        found.append((lead.status, task.kind, task.about))
    assert found == [
        (Status.BOOKED, TaskKind.CALL_CHECK, None),
        (Status.ACTIVE, TaskKind.PROMISE, "The quote"),
        (Status.NURTURE, TaskKind.TOUCH, None),
    ]


def test_a_missed_call_is_booked_anew_at_once(desk: Desk) -> None:
    lead_id = desk.claimed()
    at = desk.run(lead_id, [Outcome.BOOKED, Outcome.NO_ANSWER])
    lead, task = desk.lead(lead_id), desk.next_task(lead_id)
    assert (lead.stage, lead.status) == (Stage.CALL_ASK, Status.FOLLOW_UP)
    assert (task.template, task.state, task.due_at) == ("rebook", TaskState.DUE, at + 60 * MINUTE)


def test_promises_of_both_sides_come_due_and_outlive_a_reply(desk: Desk) -> None:
    lead_id = desk.claimed()
    wednesday, friday = new_york(3, 4, 12), new_york(3, 6, 12)
    with desk.database.write() as session:
        lead, ana = session.get_one(Lead, lead_id), rep_by_key(session, "ana")
        for text, due_at, theirs in (
            ("Send the quote", wednesday, False),
            ("Send the contract", friday, True),
        ):
            record_promise(session, lead, text, due_at, ana, live_team(session), MONDAY_10, theirs=theirs)
    desk.log(lead_id, Outcome.REPLIED, MONDAY_10)
    desk.log(lead_id, Outcome.DONE, MONDAY_10)
    assert desk.timers(lead_id) == []
    assert desk.lead(lead_id).next_action == "Keep our promise: Send the quote"
    desk.tick(wednesday)
    desk.log(lead_id, Outcome.DONE, wednesday)
    desk.tick(friday)
    # They did not: that is silence, and its plan starts.
    desk.log(lead_id, Outcome.NO_ANSWER, friday)
    assert desk.enrollment(lead_id).plan == "stalled-14d-conversation"


def test_an_objection_is_counted_by_its_kind_and_answered_by_the_next_touch(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.OBJECTION, MONDAY_10, note="Price is too high")
    (outcome,) = desk.story(lead_id, ActivityKind.OUTCOME)
    assert outcome.facts["objection"] == "price"
    assert desk.next_task(lead_id).template == "objection-price"
    assert desk.lead(lead_id).facts["objection"] == "Price is too high"


def test_whoever_wants_no_contact_is_left_alone_on_every_record_until_they_write(desk: Desk) -> None:
    lead_id, other_id = desk.claimed(), desk.claimed(phone=None)
    activity_id = desk.log(lead_id, Outcome.DO_NOT_CONTACT, MONDAY_10)
    assert {desk.lead(each).status for each in (lead_id, other_id)} == {Status.UNSUBSCRIBED}
    desk.undo(activity_id, MONDAY_10 + MINUTE)
    assert {desk.lead(each).status for each in (lead_id, other_id)} == {Status.ACTIVE}
    desk.log(lead_id, Outcome.UNSUBSCRIBED, MONDAY_10 + 2 * MINUTE)
    with desk.database.write() as session:
        live = live_team(session)
        again = Lead(email="DANA@brightfields.example", pool="inbound", source="import")
        assert is_suppressed(session, again)
        kept = session.scalars(select(Suppression.digest)).all()
        assert not any("dana" in digest for digest in kept)
        assert welcome_back(session, session.get_one(Lead, lead_id), live, MONDAY_10 + 3 * MINUTE)
        assert not is_suppressed(session, again)
    assert desk.next_task(lead_id).kind is TaskKind.ANSWER_NOW
    (returned,) = desk.story(lead_id, ActivityKind.RETURNED)
    assert returned.facts == {"from": "unsubscribed"}


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
    assert [one for one in desk.timers(lead_id) if one.kind is TimerKind.REVISIT] == []


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
    with pytest.raises(UnusableDateError, match="a year"):
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
