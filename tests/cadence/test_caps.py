"""R51: about 20 a day per platform and sending account; hottest and most recent first; what spills over is seen."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.cadence import sent_today
from bot.db.models import ActivityKind, Channel, Lead, Outcome, Task, TaskState, Tier
from bot.team.live import apply_team, live_team
from tests.cadence.conftest import MONDAY_10, TEAM, Desk, new_york
from tests.people import rep_by_key

TUESDAY_11 = new_york(3, 3, 11)
WEDNESDAY_9 = new_york(3, 4, 9)


def waiting(
    desk: Desk, count: int, *, tier: Tier = Tier.WARM, first: int = 0, **fields: str | None
) -> list[int]:
    """Leads whose second touch, an e-mail, is due on Tuesday at eleven, each having arrived after the one before."""
    leads = []
    for number in range(first, first + count):
        at = MONDAY_10 + timedelta(seconds=number)
        lead_id = desk.claimed(at, tier=tier, phone=None, **fields)
        desk.log(lead_id, Outcome.DONE, at)
        with desk.database.write() as session:
            task = session.get_one(Task, desk.next_task(lead_id).id)
            task.due_at = TUESDAY_11
        leads.append(lead_id)
    return leads


def allow(desk: Desk, a_day: int) -> None:
    with desk.database.write() as session:
        apply_team(session, f"{TEAM}\nfollow_ups_a_day: {a_day}\n", author="test", now=MONDAY_10)


def told(desk: Desk, leads: list[int]) -> list[int]:
    return [lead_id for lead_id in leads if desk.next_task(lead_id).state is TaskState.DUE]


def used(desk: Desk, at: datetime) -> Mapping[Channel, int]:
    with desk.database.read() as session:
        ana = rep_by_key(session, "ana")
        return sent_today(session, [ana], live_team(session), at)[ana.id]


def tick(desk: Desk, at: datetime) -> None:
    while desk.tick(at):
        pass


def test_the_hottest_and_most_recent_go_first_and_the_rest_waits_visibly_for_the_next_morning(
    desk: Desk,
) -> None:
    allow(desk, 3)
    warm, hot = waiting(desk, 3), waiting(desk, 2, tier=Tier.HOT, first=3)
    tick(desk, TUESDAY_11)
    assert told(desk, warm + hot) == [warm[2], *hot]
    spilled = desk.next_task(warm[0])
    assert (spilled.due_at, spilled.held_from) == (WEDNESDAY_9, TUESDAY_11)
    assert desk.lead(warm[0]).next_action_at == WEDNESDAY_9
    assert len(desk.story(warm[0], ActivityKind.HELD_BACK)) == 1
    assert used(desk, TUESDAY_11) == {Channel.EMAIL: 3}
    tick(desk, WEDNESDAY_9)
    assert told(desk, warm) == warm
    assert used(desk, WEDNESDAY_9) == {Channel.EMAIL: 2}


def test_what_was_sent_earlier_in_the_day_counts_and_each_platform_has_its_own_count(desk: Desk) -> None:
    allow(desk, 1)
    (first,) = waiting(desk, 1)
    tick(desk, TUESDAY_11)
    second, other = waiting(desk, 1, first=1), waiting(desk, 1, first=2, email=None, handle="@dana")
    tick(desk, TUESDAY_11 + timedelta(hours=1))
    assert told(desk, [first, *second, *other]) == [first, *other]


def test_calls_and_first_responses_are_exempt(desk: Desk) -> None:
    allow(desk, 1)
    (used_up,) = waiting(desk, 1)
    tick(desk, TUESDAY_11)
    first_response = desk.claimed(TUESDAY_11, phone=None)
    caller = desk.claimed(TUESDAY_11)
    desk.log(caller, Outcome.VOICEMAIL, TUESDAY_11)
    with desk.database.write() as session:
        assert session.get_one(Lead, first_response).first_response_at is None
        session.get_one(Task, desk.next_task(first_response).id).state = TaskState.WAITING
        session.get_one(Task, desk.next_task(caller).id).channel = desk.tasks(caller)[0].channel
    tick(desk, TUESDAY_11 + timedelta(hours=3))
    assert told(desk, [used_up, first_response, caller]) == [used_up, first_response, caller]


def test_without_a_word_in_the_document_the_cap_is_20(desk: Desk) -> None:
    leads = waiting(desk, 22)
    tick(desk, TUESDAY_11)
    assert len(told(desk, leads)) == 20
