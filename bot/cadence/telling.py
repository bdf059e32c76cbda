"""Showing people what they have to do: a message for each task, or one list of those that come together."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import String, and_, cast, insert, not_, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Channel, DueList, Intent, Lead, ListedTask, Task, TaskKind, Tier
from bot.db.sql import HEAT, among, insert_ids
from bot.outbox.enqueue import IntentKind, refresh, show_many, tell, to_rep, to_rep_of

MOST_APART = 2
"""So many at once come each in a message of their own, with script and buttons; more of them on a list."""
LONGEST_LIST = 15

_OF_ITS_OWN = or_(
    Task.kind.in_((TaskKind.ANSWER_NOW, TaskKind.CALL_CHECK)),
    Lead.first_response_at.is_(None),
    and_(Lead.tier == Tier.HOT, Task.channel == Channel.PHONE),
)
"""First contacts, answers, calls to hot leads and questions about a call are never one line among others."""


def show_tasks(session: Session, task_ids: Sequence[int], now: datetime) -> None:
    """Show due tasks to their owners, each once: in its own message, or with others on a list.

    In the order in which they fell due; what stands on a list comes before the rest.
    """
    if not task_ids:
        return
    lists = list(_lists(session, task_ids))
    listed = {task_id for _, ids in lists for task_id in ids}
    _refresh_lists(session, task_ids, now)
    if lists:
        refresh(session, IntentKind.TASK, *listed, now=now)
        add_lists(session, lists, now)
    if apart := [task_id for task_id in task_ids if task_id not in listed]:
        _tell_again(session, apart, now)
        messages = select(cast(Task.id, String), to_rep_of(Task.owner_id)).where(
            among(session, Task.id, apart)
        )
        show_many(session, IntentKind.TASK, messages.order_by(Task.due_at, Task.id), now)


def add_lists(
    session: Session, lists: Sequence[tuple[int, Sequence[int]]], now: datetime, *, overdue: bool = False
) -> None:
    """Tell each of these people of these tasks in one message a list; a few statements whatever the number."""
    new = [{"owner_id": owner_id, "told_at": now, "overdue": overdue} for owner_id, _ in lists]
    ids = session.scalars(insert(DueList).returning(DueList.id, sort_by_parameter_order=True), new).all()
    rows = [
        {"list_id": list_id, "task_id": task_id}
        for list_id, (_, task_ids) in zip(ids, lists, strict=True)
        for task_id in task_ids
    ]
    insert_ids(session, ListedTask, rows)
    messages = select(cast(DueList.id, String), to_rep_of(DueList.owner_id)).where(DueList.id.in_(ids))
    show_many(session, IntentKind.TASK_LIST, messages.order_by(DueList.id), now)


def refresh_tasks(session: Session, *task_ids: int, now: datetime) -> None:
    """Bring whatever shows these tasks up to date; posts nothing new."""
    refresh(session, IntentKind.TASK, *task_ids, now=now)
    _refresh_lists(session, task_ids, now)


def lists_of(task_ids: Sequence[int], owner_id: int) -> Iterator[tuple[int, Sequence[int]]]:
    """One person's tasks on as few lists as hold them, about equally long."""
    lists = -(-len(task_ids) // LONGEST_LIST)
    for number in range(lists):
        yield owner_id, task_ids[number * len(task_ids) // lists : (number + 1) * len(task_ids) // lists]


def _lists(session: Session, task_ids: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    """The lists to make, each with its owner's id, the hottest first."""
    if len(task_ids) <= MOST_APART:
        return
    together = (
        select(Task.owner_id, Task.id)
        .join(Lead, Lead.id == Task.lead_id)
        .where(among(session, Task.id, task_ids), not_(_OF_ITS_OWN))
        .order_by(Task.owner_id, HEAT, Task.due_at, Task.id)
    )
    by_owner: defaultdict[int, list[int]] = defaultdict(list)
    for owner_id, task_id in session.execute(together):
        by_owner[owner_id].append(task_id)
    for owner_id, ids in by_owner.items():
        if len(ids) > MOST_APART:
            yield from lists_of(ids, owner_id)


def _refresh_lists(session: Session, task_ids: Sequence[int], now: datetime) -> None:
    holding = select(ListedTask.list_id).where(among(session, ListedTask.task_id, task_ids)).distinct()
    if list_ids := session.scalars(holding).all():
        refresh(session, IntentKind.TASK_LIST, *list_ids, now=now)


def _tell_again(session: Session, task_ids: Sequence[int], now: datetime) -> None:
    """A task that its owner has seen before, snoozed or reopened: an update of the old message notifies nobody."""
    seen = select(Task).join(
        Intent,
        (Intent.kind == IntentKind.TASK.value)
        & (Intent.subject == cast(Task.id, String))
        # By whoever has to do it now: a lead may have changed hands.
        & (Intent.destination == to_rep_of(Task.owner_id)),
    )
    for task in session.scalars(seen.where(among(session, Task.id, task_ids), Intent.sent_at.is_not(None))):
        again = f"{task.id}:{int(task.due_at.timestamp())}"
        tell(session, IntentKind.TASK_AGAIN, again, to_rep(task.owner_id), now)
