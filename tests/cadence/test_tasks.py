import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.cadence import Report, SettledTaskError, fire_due_tasks, fire_due_timers, log_outcome
from bot.db.models import (
    OPEN_TASKS,
    Activity,
    ActivityKind,
    Lead,
    Outcome,
    Status,
    Task,
    TaskKind,
    TaskState,
    Tier,
    Timer,
)
from bot.team.live import apply_team, live_team
from tests.cadence.conftest import MONDAY_10, TEAM, Desk, new_york
from tests.people import rep_by_key

MINUTE = timedelta(minutes=1)


def test_a_touch_reaches_its_owner_when_it_falls_due_and_not_before(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10)
    noon = new_york(3, 2, 12)
    assert desk.tick(noon - MINUTE) == 0
    assert desk.wanted(desk.next_task(lead_id)) == 0
    assert desk.tick(noon) == 1
    touch = desk.next_task(lead_id)
    assert (touch.state, desk.wanted(touch)) == (TaskState.DUE, 1)
    assert desk.tick(noon) == 0
    assert [one.facts["number"] for one in desk.story(lead_id, ActivityKind.TOUCH_DUE)] == [1, 2]


def test_a_batch_takes_no_more_than_its_limit_and_the_longest_due_first(desk: Desk) -> None:
    leads = [desk.claimed(MONDAY_10 + number * MINUTE) for number in range(5)]
    for number, lead_id in enumerate(leads):
        desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10 + number * MINUTE)
    evening = new_york(3, 2, 16)
    assert [desk.tick(evening, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    with desk.database.read() as session:
        fired = select(Activity.lead_id).where(Activity.kind == ActivityKind.TOUCH_DUE)
        second = session.scalars(fired.order_by(Activity.id)).all()[len(leads) :]
    assert list(second) == leads


def test_two_workers_at_once_tell_each_owner_once(desk: Desk) -> None:
    for number in range(20):
        desk.log(desk.claimed(MONDAY_10 + number * MINUTE), Outcome.VOICEMAIL, MONDAY_10 + number * MINUTE)
    fired: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        for _ in range(10):
            with desk.database.write() as session:
                fired.append(fire_due_tasks(session, new_york(3, 2, 16), limit=3))

    in_parallel([work] * 4)
    assert sum(fired) == 20
    with desk.database.read() as session:
        due = session.scalars(select(Activity).where(Activity.kind == ActivityKind.TOUCH_DUE)).all()
    assert len(due) == 40


def test_two_workers_at_once_bring_each_lead_back_once(desk: Desk) -> None:
    leads = [desk.claimed() for _ in range(10)]
    for lead_id in leads:
        desk.log(lead_id, Outcome.NOT_NOW, MONDAY_10, until=MONDAY_10 + timedelta(days=30))
    fired: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        for _ in range(10):
            with desk.database.write() as session:
                fired.append(fire_due_timers(session, MONDAY_10 + timedelta(days=60), limit=3))

    in_parallel([work] * 4)
    assert sum(fired) == 10
    assert [len(desk.tasks(lead_id, TaskKind.CALLBACK)) for lead_id in leads] == [1] * 10


def test_of_many_clicks_at_once_on_one_touch_exactly_one_counts(desk: Desk) -> None:
    lead_id = desk.claimed()
    (touch,) = desk.tasks(lead_id)
    settled: list[str] = []
    start = threading.Barrier(12)

    def click() -> None:
        start.wait()
        try:
            desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10, task=touch.id)
        except SettledTaskError as error:
            settled.append(str(error))

    in_parallel([click] * 12)
    assert len(settled) == 11
    assert [task.number for task in desk.tasks(lead_id)] == [1, 2]


def test_outcomes_and_the_worker_never_wait_for_each_other_in_a_circle(desk: Desk) -> None:
    leads = [desk.claimed(MONDAY_10 + number * MINUTE) for number in range(12)]
    for number, lead_id in enumerate(leads):
        desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10 + number * MINUTE)
    evening = new_york(3, 2, 16)
    start = threading.Barrier(3)

    def fire() -> None:
        start.wait()
        for _ in range(6):
            desk.tick(evening, limit=4)

    def close(mine: list[int]) -> None:
        start.wait()
        for lead_id in mine:
            desk.log(lead_id, Outcome.NOT_INTERESTED, evening)

    in_parallel([fire, lambda: close(leads[::2]), lambda: close(leads[1::2])])
    with desk.database.read() as session:
        assert session.scalars(select(Task).where(Task.state.in_(OPEN_TASKS))).all() == []
        assert set(session.scalars(select(Lead.status))) == {Status.NOT_INTERESTED}


def test_what_is_due_is_listed_hottest_first_with_replies_before_touches(desk: Desk) -> None:
    cool = desk.claimed(MONDAY_10, tier=Tier.COOL)
    warm = desk.claimed(MONDAY_10, tier=Tier.WARM)
    hot = desk.claimed(MONDAY_10 + MINUTE)
    replied = desk.claimed(MONDAY_10 + 2 * MINUTE)
    later = desk.claimed(MONDAY_10)
    desk.log(replied, Outcome.REPLIED, MONDAY_10 + 2 * MINUTE)
    desk.log(later, Outcome.VOICEMAIL, MONDAY_10)
    assert desk.due_of("ana", MONDAY_10 + 3 * MINUTE) == [replied, hot, warm, cool]
    assert desk.due_of("ben", MONDAY_10 + 3 * MINUTE) == []
    assert later in desk.due_of("ana", new_york(3, 2, 12))


def test_naming_only_the_lead_means_what_is_due_and_not_a_call_to_come(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.BOOKED, MONDAY_10, until=new_york(3, 5, 15))
    desk.log(lead_id, Outcome.DONE, MONDAY_10)
    assert desk.next_task(lead_id).kind is TaskKind.CALL_CHECK
    desk.tick(new_york(3, 5, 15, 30))
    desk.log(lead_id, Outcome.NO_ANSWER, new_york(3, 5, 16))
    assert desk.next_task(lead_id).kind is TaskKind.CALLBACK


def test_a_timer_of_a_lead_closed_meanwhile_does_nothing(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.NOT_NOW, MONDAY_10, until=MONDAY_10 + timedelta(days=30))
    with desk.database.write() as session:
        session.get_one(Lead, lead_id).status = Status.LOST
    desk.tick(MONDAY_10 + timedelta(days=60))
    assert desk.tasks(lead_id, TaskKind.CALLBACK) == []
    with desk.database.read() as session:
        assert session.scalars(select(Timer.fired_at)).one() is not None


@pytest.mark.parametrize("outcome", [Outcome.VOICEMAIL, Outcome.NOT_NOW])
def test_a_pool_that_left_the_document_loses_no_lead(desk: Desk, outcome: Outcome) -> None:
    lead_id = desk.claimed()
    with desk.database.write() as session:
        apply_team(session, TEAM.replace("  inbound:", "  outbound:"), author="test", now=MONDAY_10)
    with desk.database.write() as session:
        lead, ana = session.get_one(Lead, lead_id), rep_by_key(session, "ana")
        log_outcome(session, lead, None, Report(outcome, ana), live_team(session), MONDAY_10)
    assert desk.lead(lead_id).next_action_at is not None
    assert desk.tick(MONDAY_10 + timedelta(days=60)) == 1


def in_parallel(jobs: Sequence[Callable[[], None]]) -> None:
    """Runs every job in a thread of its own; a job's error is the test's."""
    with ThreadPoolExecutor(len(jobs)) as threads:
        for running in [threads.submit(job) for job in jobs]:
            running.result()
