"""What is put off comes later than it would have come, and in hours. Each was found among generated histories."""

from bot.db.models import Outcome, TaskState
from bot.team.live import apply_team
from tests.cadence.conftest import MONDAY_10, TEAM, Desk, new_york

AFTERNOONS = """    plan: afternoons
follow_ups_a_day: 1
plans:
  afternoons:
    minimum_gap: 1h
    touches:
      - {channel: email, after: 0m, angle: any, goal: any, templates: {email: inbound-2-email}}
      - {channel: email, after: 1d, between: "13:00-16:00", angle: any, goal: any, templates: {email: inbound-4-email}}
"""


def test_to_snooze_a_touch_before_it_is_due_never_brings_it_forward(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.DONE, MONDAY_10)
    coming = desk.next_task(lead_id)
    desk.log(lead_id, Outcome.SNOOZE, MONDAY_10)
    put_off = desk.next_task(lead_id)
    assert (coming.due_at, put_off.id, put_off.due_at) == (new_york(3, 2, 12), coming.id, new_york(3, 2, 13))


def test_a_touch_snoozed_in_the_last_hour_of_the_day_comes_back_in_hours(desk: Desk) -> None:
    on_the_dot, later = desk.claimed(), desk.claimed()
    desk.log(on_the_dot, Outcome.SNOOZE, new_york(3, 2, 16))
    desk.log(later, Outcome.SNOOZE, new_york(3, 2, 16, 30))
    assert desk.next_task(on_the_dot).due_at == new_york(3, 3, 9)
    assert desk.next_task(later).due_at == new_york(3, 3, 9, 30)


def test_a_touch_held_back_for_another_day_keeps_its_own_window_of_the_day(desk: Desk) -> None:
    with desk.database.write() as session:
        apply_team(session, TEAM + AFTERNOONS, author="test", now=MONDAY_10)
    leads = [desk.claimed(phone=None) for _ in range(2)]
    for lead_id in leads:
        desk.log(lead_id, Outcome.DONE, MONDAY_10)
    tuesday, wednesday = new_york(3, 3, 13), new_york(3, 4, 13)
    assert [desk.next_task(lead_id).due_at for lead_id in leads] == [tuesday, tuesday]
    desk.tick(tuesday)
    told, held = sorted((desk.next_task(lead_id) for lead_id in leads), key=lambda task: task.due_at)
    assert (told.state, told.due_at) == (TaskState.DUE, tuesday)
    assert (held.state, held.due_at, held.held_from) == (TaskState.WAITING, wednesday, tuesday)
