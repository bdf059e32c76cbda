"""Several tasks in one message: they fell due together, or are still open in the afternoon."""

from collections.abc import Sequence

from bot.db.models import DueList, Rep, Task, TaskState
from bot.messages.blocks import Block, actions, button, context, header, section
from bot.messages.leads import title
from bot.messages.lists import Due, task_row
from bot.messages.mrkdwn import at_time, literal
from bot.messages.task import TaskView, became, what_to_do
from bot.outbox.rendering import SlackMessage

_NAMED = 3


def due_list_message(
    due_list: DueList, views: Sequence[TaskView], with_others: Sequence[Rep]
) -> SlackMessage:
    """The list as it stands, a row for each task and what became of it; `with_others`: who has those handed on."""
    owners = {rep.id: rep for rep in with_others}
    still_due = [view for view in views if _is_due(view.task, due_list)]
    heading = _heading(due_list, len(views), len(still_due))
    rows = [_row(view, due_list, owners) for view in views]
    return SlackMessage(
        f"{heading}{_names(still_due)}",
        [header(f"{'⏰' if still_due else '✅'} {heading}"), *rows, *(_ways_on() if still_due else [])],
    )


def _heading(due_list: DueList, listed: int, still_due: int) -> str:
    if not still_due:
        return "Nothing here is left to do"
    touches = "1 touch" if still_due == 1 else f"{still_due} touches"
    if due_list.overdue:
        return f"{touches} of today still to do"
    if still_due < listed:
        return f"{still_due} of {listed} touches still to do"
    return f"{touches} {'is' if still_due == 1 else 'are'} due"


def _names(views: Sequence[TaskView]) -> str:
    """Whom it is about, for the line of the notification."""
    names = [literal(title(view.lead, 60), 80) for view in views[:_NAMED]]
    if len(views) > _NAMED:
        names.append(f"{len(views) - _NAMED} more")
    return f": {', '.join(names)}" if names else ""


def _ways_on() -> list[Block]:
    return [
        actions(button("Start with the best", "next_lead", "-", "primary")),
        context("The hottest first. “Open” has the script and every outcome."),
    ]


def _is_due(task: Task, due_list: DueList) -> bool:
    return task.state is TaskState.DUE and task.owner_id == due_list.owner_id


def _row(view: TaskView, due_list: DueList, owners: dict[int, Rep]) -> Block:
    if _is_due(view.task, due_list):
        return task_row(Due(view.task, view.lead), view.now, view.zone)
    who = f"*{literal(title(view.lead, 80), 150)}*"
    if view.undoable and view.logged:
        return section(f"{_became(view, due_list, owners)} {who}", button("Undo", "undo", view.logged.id))
    return section(f"{_became(view, due_list, owners)} {who}", button("View", "view_lead", view.lead.id))


def _became(view: TaskView, due_list: DueList, owners: dict[int, Rep]) -> str:
    task = view.task
    if task.state is TaskState.CANCELLED:
        return "No longer needed:"
    if task.outcome is not None and task.state in {TaskState.DONE, TaskState.SKIPPED}:
        by = f", logged by {literal(view.logged_by.name, 60)}" if view.logged_by else ""
        return f"✅ {became(task, task.outcome)}{by}:"
    if task.owner_id != due_list.owner_id:
        return f"With {literal(owners[task.owner_id].name, 60)} now:"
    return f"💤 Back {at_time(task.due_at, view.zone)}: {what_to_do(task)}"
