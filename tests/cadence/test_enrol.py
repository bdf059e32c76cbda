from datetime import timedelta

from bot.cadence import enrol
from bot.db.models import ActivityKind, EnrollmentState, Lead, Outcome, Status, TaskKind, TaskState
from bot.team.live import live_team
from tests.cadence.conftest import MONDAY_10, Desk, new_york


def test_a_claimed_lead_has_its_first_touch_due_at_once(desk: Desk) -> None:
    at = MONDAY_10 + timedelta(minutes=3)
    lead_id = desk.arrive()
    desk.claim(lead_id, at)
    (touch,) = desk.tasks(lead_id)
    assert (touch.kind, touch.number, touch.state, touch.due_at) == (TaskKind.TOUCH, 1, TaskState.DUE, at)
    assert desk.wanted(touch) == 1
    assert desk.lead(lead_id).next_action == "Touch 1 of 5: call"
    assert desk.lead(lead_id).next_action_at == at
    assert [one.facts["number"] for one in desk.story(lead_id, ActivityKind.TOUCH_DUE)] == [1]
    assert len(desk.story(lead_id, ActivityKind.ENROLLED)) == 1


def test_a_lead_claimed_while_closed_is_due_at_opening_and_shown_at_once(desk: Desk) -> None:
    saturday = new_york(3, 7, 11)
    (touch,) = desk.tasks(desk.claimed(saturday))
    assert (touch.state, touch.due_at) == (TaskState.DUE, new_york(3, 9, 9))


def test_the_plan_counts_from_arrival_and_not_from_the_claim(desk: Desk) -> None:
    lead_id = desk.arrive()
    desk.claim(lead_id, MONDAY_10 + timedelta(hours=1))
    assert desk.enrollment(lead_id).anchor == MONDAY_10


def test_enrolling_twice_changes_nothing(desk: Desk) -> None:
    lead_id = desk.claimed()
    with desk.database.write() as session:
        again = enrol(session, session.get_one(Lead, lead_id), live_team(session), MONDAY_10)
        assert again is not None
        assert again.state is EnrollmentState.RUNNING
    assert len(desk.tasks(lead_id)) == 1


def test_a_lead_without_consent_is_answered_once_and_enters_no_plan(desk: Desk) -> None:
    lead_id = desk.claimed(consent=False)
    (task,) = desk.tasks(lead_id)
    assert (task.kind, task.state, task.template) == (TaskKind.CALLBACK, TaskState.DUE, "reply-once")
    assert desk.lead(lead_id).next_action is not None
    desk.log(lead_id, Outcome.DONE, MONDAY_10)
    lead = desk.lead(lead_id)
    assert (lead.status, lead.next_action) == (Status.INACTIVE, None)
    assert lead.first_response_at == MONDAY_10
    assert len(desk.tasks(lead_id)) == 1


def test_a_lead_without_consent_who_does_not_pick_up_is_called_again_and_then_left_alone(desk: Desk) -> None:
    lead_id = desk.claimed(consent=False)
    desk.run(lead_id, [Outcome.NO_ANSWER] * 3)
    assert desk.lead(lead_id).status is Status.ACTIVE
    desk.run(lead_id, [Outcome.NO_ANSWER])
    assert desk.lead(lead_id).status is Status.INACTIVE


def test_a_lead_without_consent_who_replies_has_opted_in_to_an_answer(desk: Desk) -> None:
    lead_id = desk.claimed(consent=False)
    desk.log(lead_id, Outcome.REPLIED, MONDAY_10)
    assert desk.next_task(lead_id).kind is TaskKind.ANSWER_NOW


def test_an_unclaimed_lead_s_next_action_is_to_be_claimed(desk: Desk) -> None:
    lead = desk.lead(desk.arrive())
    assert (lead.next_action, lead.next_action_at) == ("Claim it", MONDAY_10)
