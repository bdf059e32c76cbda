"""How tasks that come together are told."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.cadence import fire_due_tasks
from bot.cadence.telling import LONGEST_LIST, lists_of
from bot.db.models import Channel, Intent, ListedTask, Outcome, Task, TaskKind, TaskState, Tier
from tests.cadence.conftest import MONDAY_10, Desk, new_york

TUESDAY_10 = new_york(3, 3, 10)


@given(st.lists(st.integers(), max_size=200))
def test_every_task_stands_on_one_of_as_few_lists_as_hold_them_about_equally_long(
    task_ids: list[int],
) -> None:
    lists = [list(ids) for owner_id, ids in lists_of(task_ids, 7) if owner_id == 7]
    assert [task_id for ids in lists for task_id in ids] == task_ids
    lengths = [len(ids) for ids in lists]
    assert len(lists) == -(-len(task_ids) // LONGEST_LIST)
    assert max(lengths, default=0) - min(lengths, default=0) <= 1


def test_each_task_is_shown_once_and_what_is_pressing_never_on_a_list(desk: Desk) -> None:
    pressing = {desk.claimed(email="hot@call.example", tier=Tier.HOT)}
    fresh = desk.claimed(email="new@call.example", tier=Tier.WARM)
    together = {desk.claimed(email=f"warm{n}@mail.example", tier=Tier.WARM) for n in range(7)}
    for lead_id in pressing | together:
        desk.log(lead_id, Outcome.VOICEMAIL, MONDAY_10)
    with desk.database.write() as session:
        for task in session.scalars(select(Task).where(Task.state == TaskState.WAITING)):
            task.due_at = TUESDAY_10
            if task.lead_id in pressing:
                task.channel = Channel.PHONE
    desk.log(fresh, Outcome.SNOOZE, MONDAY_10, until=TUESDAY_10)
    pressing.add(fresh)
    with desk.database.write() as session:
        told = Counter(session.scalars(select(Intent.subject).where(Intent.kind == "task")))
        while fire_due_tasks(session, TUESDAY_10, limit=5):
            pass
    with desk.database.read() as session:
        due = session.scalars(
            select(Task).where(Task.state == TaskState.DUE, Task.due_at == TUESDAY_10)
        ).all()
        listed = Counter(session.scalars(select(ListedTask.task_id)))
        alone = Counter(session.scalars(select(Intent.subject).where(Intent.kind == "task"))) - told
        assert {task.kind for task in due} == {TaskKind.TOUCH}
        assert {task.lead_id for task in due} == pressing | together
        assert set(listed) <= {task.id for task in due if task.lead_id in together}
        assert set(listed.values()) == {1}
        # The one that was snoozed had its message already.
        unseen = {task.id for task in due if task.lead_id != fresh}
        assert {int(subject) for subject in alone} == unseen - set(listed)
