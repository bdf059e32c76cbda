"""A ladder written step by step: whom it reaches, when, and what a change of it leaves alone."""

from datetime import UTC, datetime, timedelta

from bot.db.models import TURN, ActivityKind, AskState, Lead, LeavePlan, Tier
from bot.outbox.enqueue import IntentKind
from bot.routing import LeaveWish, next_step, plan_leave
from tests.people import rep_by_key
from tests.routing.conftest import MONDAY_NOON, NEW_YORK, Floor, team_text

MINUTE = timedelta(minutes=1)
FRIDAY_16_50 = datetime(2026, 3, 6, 16, 50, tzinfo=NEW_YORK).astimezone(UTC)
STEPS = """
    ladder:
      steps:
        - {after: 5, to: assignee}
        - {after: 10, to: next}
        - {after: 15, to: managers}
        - {after: 20, to: dave}
        - {after: 25, to: S012SALES, hours: {mon-fri: "09:00-17:00"}}
        - {after: 30, to: fallback}
      hot_steps: [{after: 2, to: managers}]
      repeat_every: 30
      repeats: 1
"""


def climbing(floor: Floor, at: datetime = MONDAY_NOON, *, hours: bool = False) -> int:
    floor.apply(team_text(hours=hours) + STEPS)
    [lead_id] = floor.arrive(at)
    return lead_id


def test_every_target_hears_at_its_minute(floor: Floor) -> None:
    lead_id = climbing(floor)
    first = str(floor.assignee(lead_id))
    floor.run(MONDAY_NOON, 95)
    nudged = floor.story(lead_id, ActivityKind.NUDGED)
    told = {
        f"{each.at.astimezone(NEW_YORK):%H:%M}": each.facts.get("group") or each.facts["told"]
        for each in floor.story(lead_id, ActivityKind.ESCALATED)
    }
    assert nudged[0].facts["rep"] == first
    assert told == {
        "12:15": ["mia"],
        "12:20": ["dave"],
        "12:25": "S012SALES",
        "12:30": ["finn"],
        "13:00": ["mia"],
    }
    assert floor.told("dave", IntentKind.CLAIM_ALERT) == [f"{lead_id}:3"]
    assert floor.owner(lead_id) == "finn"


def test_the_next_rep_is_asked_besides_the_first_and_each_may_claim(floor: Floor) -> None:
    lead_id = climbing(floor)
    floor.run(MONDAY_NOON, 12)
    first, second = floor.asks(lead_id)
    assert (first.state, second.state, first.rep_id != second.rep_id) == (
        AskState.ASKED,
        AskState.ASKED,
        True,
    )
    asked = next(key for key in ("ana", "ben", "cleo") if floor.rep(key).id == second.rep_id)
    assert floor.told(asked, IntentKind.CLAIM_NUDGE) == [f"{lead_id}:too"]
    assert sum(floor.balances().values()) == 2 * TURN
    floor.claim(lead_id, asked, MONDAY_NOON + 12 * MINUTE)
    assert [ask.state for ask in floor.asks(lead_id)] == [AskState.MISSED, AskState.CLAIMED]
    assert sum(floor.balances().values()) == 2 * TURN


def test_whoever_was_asked_too_and_not_yet_nudged_gets_the_turn_back(floor: Floor) -> None:
    lead_id = climbing(floor)
    first = str(floor.assignee(lead_id))
    floor.run(MONDAY_NOON, 12)
    floor.claim(lead_id, first, MONDAY_NOON + 12 * MINUTE)
    assert [ask.state for ask in floor.asks(lead_id)] == [AskState.CLAIMED, AskState.TAKEN]
    assert {key: units for key, units in floor.balances().items() if units} == {first: TURN}


def test_when_one_of_two_passes_the_other_stays_asked_and_nobody_new_is(floor: Floor) -> None:
    lead_id = climbing(floor)
    first = str(floor.assignee(lead_id))
    floor.run(MONDAY_NOON, 12)
    second = floor.pass_on(lead_id, first, MONDAY_NOON + 12 * MINUTE)
    assert second == floor.assignee(lead_id) != first
    third = floor.pass_on(lead_id, str(second), MONDAY_NOON + 13 * MINUTE)
    assert {first, second, third} == {"ana", "ben", "cleo"}
    assert len(floor.asks(lead_id)) == 3


def test_a_step_limited_to_hours_waits_for_them_and_holds_up_nobody(floor: Floor) -> None:
    lead_id = climbing(floor, FRIDAY_16_50, hours=True)
    floor.run(FRIDAY_16_50, 40)
    told = [each.facts["told"] for each in floor.story(lead_id, ActivityKind.ESCALATED)]
    assert told == [["mia"], ["dave"], ["finn"]]
    with floor.database.read() as session:
        following = next_step(session, lead_id)
    assert following is not None
    assert (following[0].action, following[1]) == ("repeat", FRIDAY_16_50 + 60 * MINUTE)


def test_a_group_limited_to_hours_is_told_when_they_open(floor: Floor) -> None:
    floor.apply(
        team_text()
        + """
    ladder: {steps: [{after: 5, to: S012SALES, hours: {mon-fri: "09:00-17:00"}}], repeat_every: 10080, repeats: 0}
"""
    )
    saturday = datetime(2026, 3, 7, 10, tzinfo=NEW_YORK).astimezone(UTC)
    [lead_id] = floor.arrive(saturday)
    monday = datetime(2026, 3, 9, 9, tzinfo=NEW_YORK).astimezone(UTC)
    floor.tick(saturday + timedelta(hours=30))
    floor.tick(monday - MINUTE)
    assert floor.story(lead_id, ActivityKind.ESCALATED) == []
    floor.tick(monday)
    assert [each.facts["group"] for each in floor.story(lead_id, ActivityKind.ESCALATED)] == ["S012SALES"]


def test_hot_leads_may_have_steps_of_their_own_and_a_lead_that_becomes_hot_goes_on(floor: Floor) -> None:
    lead_id = climbing(floor)
    floor.run(MONDAY_NOON, 31)
    with floor.database.write() as session:
        session.get_one(Lead, lead_id).tier = Tier.HOT
    floor.run(MONDAY_NOON + 32 * MINUTE, 70)
    assert floor.owner(lead_id) == "finn"


def test_the_managers_hear_each_time_that_nobody_is_left_to_ask(floor: Floor) -> None:
    floor.apply(team_text() + STEPS)
    away, later = ("ana", "ben", "cleo"), MONDAY_NOON + 10 * MINUTE
    with floor.database.write() as session:
        for rep in (rep_by_key(session, key) for key in away):
            plan_leave(session, LeaveWish(rep, MONDAY_NOON, later, LeavePlan.WAIT, None, rep), MONDAY_NOON)
    [lead_id] = floor.arrive()
    assert floor.told("mia", IntentKind.CLAIM_ALERT) == [f"{lead_id}:nobody"]
    floor.run(MONDAY_NOON, 10)
    while (asked := floor.assignee(lead_id)) is not None:
        floor.pass_on(lead_id, asked, later)
    assert floor.told("mia", IntentKind.CLAIM_ALERT) == [f"{lead_id}:nobody"] * 2


def test_a_manager_on_leave_is_left_out_while_another_is_there(floor: Floor) -> None:
    floor.apply(team_text(managers="mia, otto", fallback="mia"))
    with floor.database.write() as session:
        mia = rep_by_key(session, "mia")
        until = MONDAY_NOON + timedelta(days=3)
        plan_leave(session, LeaveWish(mia, MONDAY_NOON, until, LeavePlan.WAIT, None, mia), MONDAY_NOON)
    [lead_id] = floor.arrive()
    floor.run(MONDAY_NOON, 150)
    assert floor.told("mia", IntentKind.CLAIM_ALERT) == []
    assert len(floor.told("otto", IntentKind.CLAIM_ALERT)) == 9
    assert floor.owner(lead_id) == "otto"
