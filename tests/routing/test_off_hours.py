"""A lead that comes while nobody works: who gets it, and what it is told (D3, R4)."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.db.models import Acknowledgement, LeavePlan
from bot.outbox.enqueue import IntentKind
from bot.routing import LeaveWish, plan_leave
from tests.people import rep_by_key
from tests.routing.conftest import MONDAY_NOON, NEW_YORK, Floor, team_text

SATURDAY_10 = datetime(2026, 3, 7, 10, tzinfo=NEW_YORK).astimezone(UTC)
MONDAY_9 = datetime(2026, 3, 9, 9, tzinfo=NEW_YORK).astimezone(UTC)
ON_CALL = "    on_call: {reps: [cleo, ana], starts: 2026-03-02}\n"


def away(floor: Floor, key: str, until: datetime) -> None:
    with floor.database.write() as session:
        rep = rep_by_key(session, key)
        plan_leave(session, LeaveWish(rep, MONDAY_NOON, until, LeavePlan.WAIT, None, rep), MONDAY_NOON)


def test_on_the_weekend_every_lead_goes_to_whoever_is_on_call_and_its_clock_starts_on_monday(
    floor: Floor,
) -> None:
    floor.apply(team_text(hours=True) + ON_CALL)
    leads = floor.arrive(SATURDAY_10, count=3)
    assert [floor.assignee(lead_id) for lead_id in leads] == ["cleo"] * 3
    assert {floor.lead(lead_id).clock_started_at for lead_id in leads} == {MONDAY_9}
    assert floor.pass_on(leads[0], "cleo", SATURDAY_10) == "ana"


def test_with_the_one_on_call_on_leave_the_next_of_the_rotation_stands_in(floor: Floor) -> None:
    floor.apply(team_text(hours=True) + ON_CALL)
    away(floor, "cleo", MONDAY_9)
    [lead_id] = floor.arrive(SATURDAY_10)
    assert floor.assignee(lead_id) == "ana"


def test_without_a_rotation_it_goes_by_turn_to_those_who_are_back_when_the_pool_opens(floor: Floor) -> None:
    floor.apply(team_text(hours=True))
    away(floor, "ana", MONDAY_9)
    away(floor, "ben", MONDAY_9 + timedelta(days=1))
    asked = [floor.assignee(lead_id) for lead_id in floor.arrive(SATURDAY_10, count=4)]
    assert sorted(map(str, asked)) == ["ana", "ana", "cleo", "cleo"]
    skipped = {
        one["rep"]: one["skipped"]
        for lead_id in floor.arrive(SATURDAY_10)
        for one in floor.asks(lead_id)[0].decision["considered"]
    }
    assert skipped == {"ana": None, "cleo": None, "ben": "away until Tue 10 Mar"}


def test_only_a_lead_that_comes_off_hours_is_to_be_acknowledged_by_mail(floor: Floor) -> None:
    floor.apply(team_text(hours=True))
    floor.arrive(MONDAY_NOON)
    [lead_id] = floor.arrive(SATURDAY_10)
    with floor.database.read() as session:
        [waiting] = session.scalars(select(Acknowledgement))
        assert (waiting.lead_id, waiting.due_at, waiting.in_touch_at, waiting.sent_at) == (
            lead_id,
            SATURDAY_10,
            MONDAY_9,
            None,
        )


def test_with_everybody_on_leave_the_fallback_person_has_it_when_the_managers_are_told(floor: Floor) -> None:
    floor.apply(team_text())
    for key in ("ana", "ben", "cleo"):
        away(floor, key, MONDAY_NOON + timedelta(days=3))
    [lead_id] = floor.arrive()
    assert floor.assignee(lead_id) is None
    assert f"{lead_id}:nobody" in floor.told("mia", IntentKind.CLAIM_ALERT)
    floor.run(MONDAY_NOON, 15)
    assert floor.owner(lead_id) == "finn"
    assert floor.told("finn", IntentKind.ASSIGNED) == [str(lead_id)]
