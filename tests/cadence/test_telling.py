"""How tasks that come together are told."""

from hypothesis import given
from hypothesis import strategies as st

from bot.cadence.telling import LONGEST_LIST, lists_of


@given(st.lists(st.integers(), max_size=200))
def test_every_task_stands_on_one_of_as_few_lists_as_hold_them_about_equally_long(
    task_ids: list[int],
) -> None:
    lists = [list(ids) for owner_id, ids in lists_of(task_ids, 7) if owner_id == 7]
    assert [task_id for ids in lists for task_id in ids] == task_ids
    lengths = [len(ids) for ids in lists]
    assert len(lists) == -(-len(task_ids) // LONGEST_LIST)
    assert max(lengths, default=0) - min(lengths, default=0) <= 1
