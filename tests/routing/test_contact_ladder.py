from datetime import datetime, timedelta

import pytest

from bot.db.models import ActivityKind, LadderKind, Tier
from bot.outbox.enqueue import IntentKind
from bot.routing import next_step
from bot.team.ladder import LadderStep
from tests.routing.conftest import MONDAY_NOON, Floor

MINUTE = timedelta(minutes=1)


def escalated(floor: Floor, lead_id: int) -> list[datetime]:
    """When the contact ladder reached the managers."""
    story = floor.story(lead_id, ActivityKind.ESCALATED)
    return [activity.at for activity in story if activity.facts["ladder"] == "contact"]


@pytest.mark.parametrize(("tier", "target"), [(Tier.HOT, 5), (Tier.WARM, 15), (Tier.COOL, 15)])
def test_an_owner_who_misses_the_contact_target_is_nudged_and_10_minutes_later_the_managers_hear(
    floor: Floor, tier: Tier, target: int
) -> None:
    [lead_id] = floor.arrive(tier=tier)
    floor.claim(lead_id, "ana", MONDAY_NOON + MINUTE)
    floor.run(MONDAY_NOON + MINUTE, 60)
    [missed] = floor.story(lead_id, ActivityKind.CONTACT_MISSED)
    assert (missed.at, missed.facts["rep"]) == (MONDAY_NOON + target * MINUTE, "ana")
    assert floor.told("ana", IntentKind.CONTACT_NUDGE) == [f"{lead_id}:0"]
    assert escalated(floor, lead_id) == [MONDAY_NOON + (target + 10) * MINUTE]
    assert floor.told("mia", IntentKind.CONTACT_ALERT) == [f"{lead_id}:1"]
    assert floor.ladder(lead_id, LadderKind.CONTACT).next_step_at is None


def test_a_target_missed_before_anybody_claims_is_noted_and_waits_for_an_owner(floor: Floor) -> None:
    [lead_id] = floor.arrive(tier=Tier.HOT)
    floor.run(MONDAY_NOON, 14)
    [missed] = floor.story(lead_id, ActivityKind.CONTACT_MISSED)
    assert (missed.at, missed.facts["rep"]) == (MONDAY_NOON + 5 * MINUTE, None)
    assert floor.ladder(lead_id, LadderKind.CONTACT).next_step_at is None
    floor.claim(lead_id, "ana", MONDAY_NOON + 14 * MINUTE)
    with floor.database.read() as session:
        assert next_step(session, lead_id) == (LadderStep(15, "managers", 1), MONDAY_NOON + 24 * MINUTE)
    floor.run(MONDAY_NOON + 14 * MINUTE, 30)
    assert floor.told("ana", IntentKind.CONTACT_NUDGE) == []
    assert escalated(floor, lead_id) == [MONDAY_NOON + 24 * MINUTE]


def test_the_fallback_person_gets_the_managers_interval_too(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    floor.run(MONDAY_NOON, 170)
    assert floor.owner(lead_id) == "finn"
    assert escalated(floor, lead_id) == [MONDAY_NOON + 160 * MINUTE]


def test_after_a_day_of_downtime_the_fallback_person_still_gets_the_interval(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    back = MONDAY_NOON + timedelta(days=1)
    floor.run(back, 20)
    assert floor.owner(lead_id) == "finn"
    assert escalated(floor, lead_id) == [back + 10 * MINUTE]
    assert [missed.at for missed in floor.story(lead_id, ActivityKind.CONTACT_MISSED)] == [back]


def test_after_downtime_an_owner_is_nudged_once_and_the_managers_hear_once(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    floor.claim(lead_id, "ana", MONDAY_NOON + MINUTE)
    back = MONDAY_NOON + timedelta(hours=3)
    floor.run(back, 30)
    assert floor.told("ana", IntentKind.CONTACT_NUDGE) == [f"{lead_id}:0"]
    assert escalated(floor, lead_id) == [back]
    assert len(floor.story(lead_id, ActivityKind.CONTACT_MISSED)) == 1


def test_a_claim_that_comes_before_the_worker_sees_the_miss_notes_it(floor: Floor) -> None:
    [lead_id] = floor.arrive(tier=Tier.HOT)
    floor.claim(lead_id, "ana", MONDAY_NOON + 7 * MINUTE)
    floor.run(MONDAY_NOON + 7 * MINUTE, 30)
    assert [missed.at for missed in floor.story(lead_id, ActivityKind.CONTACT_MISSED)] == [
        MONDAY_NOON + 7 * MINUTE
    ]
    assert floor.told("ana", IntentKind.CONTACT_NUDGE) == []
    assert escalated(floor, lead_id) == [MONDAY_NOON + 17 * MINUTE]
