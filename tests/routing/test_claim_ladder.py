from datetime import UTC, datetime, timedelta

from bot.db.models import TURN, ActivityKind, AskState, LadderKind, OfferState, Tier
from bot.outbox.enqueue import IntentKind
from bot.routing import fire_due_steps, next_step
from bot.routing.ladder import worth_doing
from bot.team.ladder import Ladder, LadderStep
from tests.people import rep_by_key
from tests.routing.conftest import MONDAY_NOON, NEW_YORK, Floor, team_text

MINUTE = timedelta(minutes=1)
FRIDAY_16_45 = datetime(2026, 3, 6, 16, 45, tzinfo=NEW_YORK).astimezone(UTC)
SATURDAY_10 = datetime(2026, 3, 7, 10, tzinfo=NEW_YORK).astimezone(UTC)
MONDAY_9 = datetime(2026, 3, 9, 9, tzinfo=NEW_YORK).astimezone(UTC)  # the clocks went forward on Sunday
CLIMB = (ActivityKind.NUDGED, ActivityKind.ESCALATED, ActivityKind.ASSIGNED)


def climbed(floor: Floor, lead_id: int) -> list[tuple[str, str]]:
    """What the claim ladder did, each with the local time."""
    return [
        (f"{activity.at.astimezone(NEW_YORK):%a %H:%M}", activity.kind.value)
        for activity in floor.story(lead_id, *CLIMB)
        if activity.facts["ladder"] == "claim"
    ]


def test_a_lead_nobody_claims_on_friday_16_45_climbs_past_closing_time_to_the_fallback(floor: Floor) -> None:
    floor.apply(team_text(hours=True))
    [lead_id] = floor.arrive(FRIDAY_16_45)
    assignee = str(floor.assignee(lead_id))
    floor.run(FRIDAY_16_45, 180)
    repeats = ["17:15", "17:30", "17:45", "18:00", "18:15", "18:30", "18:45", "19:00"]
    assert climbed(floor, lead_id) == [
        ("Fri 16:50", "nudged"),
        ("Fri 16:55", "nudged"),
        ("Fri 17:00", "escalated"),
        *((f"Fri {at}", kind) for at in repeats for kind in ("nudged", "escalated")),
        ("Fri 19:15", "assigned"),
    ]
    assert floor.told(assignee, IntentKind.CLAIM_NUDGE) == [
        f"{lead_id}:{step}" for step in (0, 1, *range(3, 11))
    ]
    assert floor.told("mia", IntentKind.CLAIM_ALERT) == [f"{lead_id}:{step}" for step in range(2, 11)]
    assert {activity.facts["rep"] for activity in floor.story(lead_id, ActivityKind.NUDGED)} == {assignee}


def test_the_fallback_person_owns_what_nobody_claimed_and_the_managers_hear_of_it(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    assignee = str(floor.assignee(lead_id))
    floor.run(MONDAY_NOON, 150)
    lead = floor.lead(lead_id)
    assert (floor.owner(lead_id), lead.claimed_at) == ("finn", None)
    assert lead.next_action
    assert floor.told("finn", IntentKind.ASSIGNED) == floor.told("mia", IntentKind.ASSIGNED) == [str(lead_id)]
    assert [ask.state for ask in floor.asks(lead_id)] == [AskState.MISSED]
    assert floor.balances() == {assignee: TURN} | {
        key: 0 for key in ("ana", "ben", "cleo") if key != assignee
    }
    assert floor.offer(lead_id).state is OfferState.ASSIGNED
    assert floor.ladder(lead_id, LadderKind.CLAIM).ended_at == MONDAY_NOON + 150 * MINUTE
    floor.run(MONDAY_NOON + 151 * MINUTE, 60)
    assert len(floor.story(lead_id, ActivityKind.ASSIGNED)) == 1


def test_when_a_whole_pool_left_the_team_its_leads_reach_the_people_of_the_default_pool(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    everybody_else = team_text(("dave",), pool="outbound", managers="otto", fallback="otto")
    floor.apply(
        "\n".join(line for line in everybody_else.splitlines() if "ana:" not in line and "mia:" not in line)
    )
    floor.run(MONDAY_NOON, 150)
    assert len(floor.told("otto", IntentKind.CLAIM_ALERT)) == 9
    assert floor.owner(lead_id) == "otto"


def test_with_the_fallback_person_gone_a_manager_gets_it(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    with floor.database.write() as session:
        rep_by_key(session, "finn").active = False
    floor.run(MONDAY_NOON, 150)
    assert floor.owner(lead_id) == "mia"


def test_a_lead_that_comes_on_saturday_starts_its_ladder_when_the_pool_opens(floor: Floor) -> None:
    floor.apply(team_text(hours=True))
    [lead_id] = floor.arrive(SATURDAY_10)
    floor.run(SATURDAY_10, 240)
    assert climbed(floor, lead_id) == []
    floor.run(MONDAY_9 - 5 * MINUTE, 20)
    assert climbed(floor, lead_id) == [
        ("Mon 09:05", "nudged"),
        ("Mon 09:10", "nudged"),
        ("Mon 09:15", "escalated"),
    ]


def test_a_hot_lead_is_nudged_after_2_and_4_minutes(floor: Floor) -> None:
    [lead_id] = floor.arrive(tier=Tier.HOT)
    floor.run(MONDAY_NOON, 15)
    assert climbed(floor, lead_id) == [
        ("Mon 12:02", "nudged"),
        ("Mon 12:04", "nudged"),
        ("Mon 12:15", "escalated"),
    ]


def test_whoever_is_asked_after_a_pass_is_the_one_who_is_nudged(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    first = str(floor.assignee(lead_id))
    floor.run(MONDAY_NOON, 6)
    following = str(floor.pass_on(lead_id, first, MONDAY_NOON + 7 * MINUTE))
    floor.run(MONDAY_NOON + 8 * MINUTE, 2)
    nudged = [
        (activity.facts["rep"], activity.facts["step"])
        for activity in floor.story(lead_id, ActivityKind.NUDGED)
    ]
    assert nudged == [(first, 0), (following, 1)]


def test_after_a_day_of_downtime_nobody_is_flooded_and_nobody_is_left_out(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    assignee = str(floor.assignee(lead_id))
    floor.run(MONDAY_NOON + timedelta(days=1), 10)
    assert climbed(floor, lead_id) == [("Tue 12:00", "escalated"), ("Tue 12:00", "assigned")]
    assert floor.told(assignee, IntentKind.CLAIM_NUDGE) == []
    assert floor.told("mia", IntentKind.CLAIM_ALERT) == [f"{lead_id}:2"]
    assert floor.owner(lead_id) == "finn"


def test_after_an_hour_of_downtime_one_nudge_and_one_alert_stand_for_all_and_the_ladder_goes_on(
    floor: Floor,
) -> None:
    [lead_id] = floor.arrive()
    floor.run(MONDAY_NOON + timedelta(hours=1), 15)
    assert climbed(floor, lead_id) == [
        ("Mon 13:00", "nudged"),
        ("Mon 13:00", "escalated"),
        ("Mon 13:15", "nudged"),
        ("Mon 13:15", "escalated"),
    ]


def test_of_steps_overdue_together_only_what_still_says_something_is_done() -> None:
    steps = Ladder().steps(hot=False)
    done = [[(step.action, step.number) for step in worth_doing(steps[:count])] for count in (1, 2, 3, 5, 12)]
    assert done == [
        [("nudge", 1)],
        [("nudge", 2)],
        [("nudge", 2), ("managers", 1)],
        [("nudge", 2), ("managers", 1)],
        [("managers", 1), ("fallback", 1)],
    ]
    assert worth_doing(steps[3:6]) == [steps[5]]


def test_leads_already_climbing_keep_their_steps_when_the_document_changes(floor: Floor) -> None:
    [before] = floor.arrive()
    floor.apply(team_text() + "    ladder: {nudges: [1], hot_nudges: [1], managers: 3}\n")
    [after] = floor.arrive()
    floor.run(MONDAY_NOON, 5)
    assert climbed(floor, before) == [("Mon 12:05", "nudged")]
    assert climbed(floor, after) == [("Mon 12:01", "nudged"), ("Mon 12:03", "escalated")]


def test_managers_of_today_are_told_also_about_leads_of_yesterday(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    floor.apply(team_text().replace("managers: [mia]", "managers: [otto]"))
    floor.run(MONDAY_NOON, 15)
    assert floor.told("otto", IntentKind.CLAIM_ALERT) == [f"{lead_id}:2"]
    assert floor.told("mia", IntentKind.CLAIM_ALERT) == []


def test_a_batch_takes_the_longest_overdue_first_and_leaves_the_rest_for_the_next(floor: Floor) -> None:
    later = floor.arrive(MONDAY_NOON + MINUTE, count=2)
    earlier = floor.arrive(MONDAY_NOON, count=3)
    now = MONDAY_NOON + 6 * MINUTE
    assert floor.tick(now, limit=3) == 3
    assert [len(climbed(floor, lead_id)) for lead_id in earlier + later] == [1, 1, 1, 0, 0]
    assert [floor.tick(now, limit=3), floor.tick(now, limit=3)] == [2, 0]


def test_a_step_is_performed_once_however_often_the_worker_looks(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    now = MONDAY_NOON + 5 * MINUTE
    assert [floor.tick(now), floor.tick(now), floor.tick(now)] == [1, 0, 0]
    assert len(climbed(floor, lead_id)) == 1


def test_a_crash_before_the_commit_leaves_the_step_to_be_done(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    with floor.database.read() as session:  # what it changes is thrown away
        assert fire_due_steps(session, MONDAY_NOON + 5 * MINUTE) == 1
    assert climbed(floor, lead_id) == []
    assert floor.tick(MONDAY_NOON + 6 * MINUTE) == 1
    assert climbed(floor, lead_id) == [("Mon 12:06", "nudged")]


def test_the_next_step_is_the_claim_ladders_until_somebody_owns_the_lead(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    with floor.database.read() as session:
        assert next_step(session, lead_id) == (LadderStep(5, "nudge", 1), MONDAY_NOON + 5 * MINUTE)
    floor.claim(lead_id, "ana", MONDAY_NOON + MINUTE)
    with floor.database.read() as session:
        assert next_step(session, lead_id) == (LadderStep(15, "nudge_owner", 1), MONDAY_NOON + 15 * MINUTE)
