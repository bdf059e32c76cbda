from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.cadence import Report, UndoError, log_outcome
from bot.db.models import (
    Activity,
    ActivityKind,
    EnrollmentState,
    Escalation,
    Lead,
    Note,
    Offer,
    OfferState,
    Outcome,
    Status,
    Task,
    TaskKind,
    TaskState,
)
from bot.team.live import live_team
from tests.cadence.conftest import MONDAY_10, Desk, new_york
from tests.people import rep_by_key

MINUTE = timedelta(minutes=1)


def position(desk: Desk, lead_id: int) -> dict[str, object]:
    """Everything that an outcome may change, as it stands."""
    lead, enrollment = desk.lead(lead_id), desk.enrollment(lead_id)
    with desk.database.read() as session:
        ladders = session.execute(
            select(Escalation.kind, Escalation.step, Escalation.next_step_at, Escalation.ended_at)
            .where(Escalation.lead_id == lead_id)
            .order_by(Escalation.id)
        ).all()
    return {
        "lead": {name: value for name, value in vars(lead).items() if not name.startswith("_")},
        "enrollment": (enrollment.step, enrollment.state, enrollment.ended_at, enrollment.end_reason),
        "open": [
            (task.id, task.state, task.due_at, task.outcome, task.snoozes)
            for task in desk.tasks(lead_id)
            if task.closed_at is None
        ],
        "timers": [(timer.id, timer.due_at) for timer in desk.timers(lead_id)],
        "ladders": ladders,
    }


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("earlier", [0, 1, 4], ids=["the first touch", "the second", "the last"])
def test_any_outcome_is_taken_back_with_everything_it_set_off(
    desk: Desk, outcome: Outcome, earlier: int
) -> None:
    lead_id = desk.claimed()
    desk.run(lead_id, [Outcome.VOICEMAIL] * earlier)
    at = desk.next_task(lead_id).due_at
    desk.tick(at)
    before = position(desk, lead_id)
    activity_id = desk.log(lead_id, outcome, at)
    assert position(desk, lead_id) != before
    desk.undo(activity_id, at + 10 * MINUTE)
    assert position(desk, lead_id) == before
    (undone,) = desk.story(lead_id, ActivityKind.UNDONE)
    assert undone.facts == {"activity": activity_id, "outcome": outcome.value}


def test_an_undone_first_response_is_none_and_its_clock_runs_on(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.undo(desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10), MONDAY_10)
    assert desk.lead(lead_id).first_response_at is None
    assert desk.contact_ladder(lead_id).ended_at is None
    (response,) = desk.story(lead_id, ActivityKind.FIRST_RESPONSE)
    assert response.undone_at == MONDAY_10


def test_the_contact_clock_does_not_step_back_for_a_snooze_undone(desk: Desk) -> None:
    lead_id = desk.claimed()
    activity_id = desk.log(lead_id, Outcome.SNOOZE, MONDAY_10)
    with desk.database.write() as session:
        ladder = session.get_one(Escalation, desk.contact_ladder(lead_id).id)
        ladder.step, ladder.next_step_at = 1, MONDAY_10 + 15 * MINUTE
    desk.undo(activity_id, MONDAY_10 + 6 * MINUTE)
    assert desk.contact_ladder(lead_id).step == 1


def test_after_10_minutes_an_outcome_stands(desk: Desk) -> None:
    lead_id = desk.claimed()
    activity_id = desk.log(lead_id, Outcome.WRONG_FIT, MONDAY_10)
    with pytest.raises(UndoError, match="for 10 minutes"):
        desk.undo(activity_id, MONDAY_10 + 10 * MINUTE + timedelta(seconds=1))
    assert desk.lead(lead_id).status is Status.WRONG_FIT


def test_only_the_latest_outcome_can_be_undone_and_then_the_one_before(desk: Desk) -> None:
    lead_id = desk.claimed()
    first = desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10)
    second = desk.log(lead_id, Outcome.DONE, MONDAY_10 + MINUTE)
    with pytest.raises(UndoError, match="newer"):
        desk.undo(first, MONDAY_10 + 2 * MINUTE)
    desk.undo(second, MONDAY_10 + 2 * MINUTE)
    desk.undo(first, MONDAY_10 + 2 * MINUTE)
    assert [(task.number, task.state) for task in desk.tasks(lead_id)] == [
        (1, TaskState.DUE),
        (2, TaskState.CANCELLED),
        (3, TaskState.CANCELLED),
    ]


def test_an_outcome_is_undone_once(desk: Desk) -> None:
    lead_id = desk.claimed()
    activity_id = desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10)
    desk.undo(activity_id, MONDAY_10)
    with pytest.raises(UndoError, match="already"):
        desk.undo(activity_id, MONDAY_10)


def test_who_logged_it_the_owner_and_a_manager_may_undo_and_nobody_else(desk: Desk) -> None:
    lead_id = desk.claimed()
    for logged_by, undone_by in (("ana", "ana"), ("ana", "mia"), ("mia", "ana"), ("mia", "mia")):
        activity_id = desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10, by=logged_by)
        with pytest.raises(UndoError, match="Only the one who logged it"):
            desk.undo(activity_id, MONDAY_10, by="ben")
        desk.undo(activity_id, MONDAY_10, by=undone_by)
    assert len(desk.story(lead_id, ActivityKind.UNDONE)) == 4


def test_only_an_outcome_can_be_undone(desk: Desk) -> None:
    lead_id = desk.claimed()
    (claimed,) = desk.story(lead_id, ActivityKind.CLAIMED)
    for activity_id in (claimed.id, 999_999):
        with pytest.raises(UndoError, match="nothing to undo"):
            desk.undo(activity_id, MONDAY_10)


def test_messages_about_what_it_changed_are_refreshed(desk: Desk) -> None:
    lead_id = desk.claimed()
    (touch,) = desk.tasks(lead_id)
    activity_id = desk.log(lead_id, Outcome.REPLIED, MONDAY_10)
    (answer,) = desk.tasks(lead_id, TaskKind.ANSWER_NOW)
    wanted = desk.wanted(touch), desk.wanted(answer)
    desk.undo(activity_id, MONDAY_10)
    assert desk.wanted(touch) > wanted[0]
    assert desk.wanted(answer) > wanted[1]
    assert desk.tasks(lead_id, TaskKind.ANSWER_NOW)[0].state is TaskState.CANCELLED


def test_what_fell_due_of_what_it_set_off_is_cancelled_too(desk: Desk) -> None:
    lead_id = desk.claimed()
    activity_id = desk.log(lead_id, Outcome.NOT_NOW, MONDAY_10, until=MONDAY_10 + 5 * MINUTE)
    # The date, and the task it brings.
    assert desk.tick(MONDAY_10 + 5 * MINUTE) == 2
    desk.undo(activity_id, MONDAY_10 + 6 * MINUTE)
    assert [(task.kind, task.state) for task in desk.tasks(lead_id)] == [
        (TaskKind.TOUCH, TaskState.DUE),
        (TaskKind.CALLBACK, TaskState.CANCELLED),
    ]
    assert desk.enrollment(lead_id).state is EnrollmentState.RUNNING


def test_the_note_written_with_it_goes_too(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.undo(desk.log(lead_id, Outcome.OBJECTION, MONDAY_10, note="Wrong lead, sorry"), MONDAY_10)
    with desk.database.read() as session:
        assert session.scalars(select(Note)).all() == []


def test_an_unclaimed_lead_closed_by_mistake_is_on_offer_again(desk: Desk) -> None:
    lead_id = desk.arrive()
    desk.undo(desk.log(lead_id, Outcome.WRONG_FIT, MONDAY_10, by="mia"), MONDAY_10 + MINUTE, by="mia")
    with desk.database.read() as session:
        assert session.scalars(select(Offer.state)).all() == [OfferState.OPEN]
        assert all(ladder.ended_at is None for ladder in session.scalars(select(Escalation)))
    assert desk.lead(lead_id).next_action == "Claim it"
    desk.claim(lead_id, MONDAY_10 + 2 * MINUTE)


def test_a_task_that_fell_due_meanwhile_is_put_back_as_it_was(desk: Desk) -> None:
    lead_id = desk.claimed()
    activity_id = desk.log(lead_id, Outcome.SNOOZE, MONDAY_10, until=MONDAY_10 + 5 * MINUTE)
    desk.tick(MONDAY_10 + 5 * MINUTE)
    desk.undo(activity_id, MONDAY_10 + 6 * MINUTE)
    (touch,) = desk.tasks(lead_id)
    assert (touch.state, touch.due_at, touch.snoozes) == (TaskState.DUE, MONDAY_10, 0)
    with desk.database.read() as session:
        assert session.scalars(select(Activity.undone_at).where(Activity.id == activity_id)).one() is not None
        assert session.scalars(select(Task)).one().outcome is None


def test_a_date_to_come_back_that_arrived_meanwhile_arrives_again(desk: Desk) -> None:
    lead_id = desk.claimed()
    back_at = MONDAY_10 + 60 * MINUTE
    desk.log(lead_id, Outcome.NOT_NOW, MONDAY_10, until=back_at)
    activity_id = desk.log(lead_id, Outcome.VOICEMAIL, back_at - 5 * MINUTE)
    # The date, and the task it brings.
    assert desk.tick(back_at) == 2
    desk.undo(activity_id, back_at + MINUTE)
    assert desk.lead(lead_id).next_action_at == back_at
    assert desk.tick(back_at + MINUTE) == 2
    callback = desk.next_task(lead_id)
    assert (callback.kind, callback.state) == (TaskKind.CALLBACK, TaskState.DUE)
    assert desk.lead(lead_id).status is Status.ACTIVE


def test_friday_s_outcome_is_measured_on_the_business_clock_as_given(desk: Desk) -> None:
    lead_id = desk.claimed(new_york(3, 6, 16, 55))
    activity_id = desk.log(lead_id, Outcome.DONE, new_york(3, 6, 16, 58))
    with pytest.raises(UndoError):
        desk.undo(activity_id, new_york(3, 9, 9))


def test_what_changed_after_it_was_read_is_put_back_as_it_was_committed(desk: Desk) -> None:
    lead_id = desk.claimed()
    moved_to = MONDAY_10 + 30 * MINUTE
    with desk.database.write() as session:
        lead, ana = session.get_one(Lead, lead_id), rep_by_key(session, "ana")
        task = session.scalars(select(Task)).one()
        # Somebody else's snooze, between the reading of the task and the lock on its lead.
        session.execute(
            update(Task).values(due_at=moved_to), execution_options={"synchronize_session": False}
        )
        report = Report(Outcome.SNOOZE, ana, until=MONDAY_10 + 60 * MINUTE)
        activity_id = log_outcome(session, lead, task, report, live_team(session), MONDAY_10).id
    desk.undo(activity_id, MONDAY_10)
    assert desk.next_task(lead_id).due_at == moved_to
