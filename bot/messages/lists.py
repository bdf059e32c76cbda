"""Rows of tasks and leads: Home, `/followup today`, and several leads that one word could mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.db.models import Lead, Task
from bot.messages.blocks import Block, button, context, section
from bot.messages.leads import TIERS, title, what_they_did
from bot.messages.mrkdwn import ago, at_time, literal
from bot.messages.task import what_to_do
from bot.outbox.rendering import SlackMessage

TASKS_SHOWN = 15


@dataclass(frozen=True)
class Due:
    """An open task and its lead."""

    task: Task
    lead: Lead


def task_row(due: Due, now: datetime, zone: ZoneInfo) -> Block:
    """One line about a task with a button to log its outcome."""
    touch = f", touch {due.task.number}" if due.task.number else ""
    when = (
        f"due {ago(due.task.due_at, zone)}"
        if due.task.due_at <= now
        else f"due {at_time(due.task.due_at, zone)}"
    )
    text = (
        f"{what_to_do(due.task)} *{_named(due.lead)}*{touch}\n"
        f"{TIERS[due.lead.tier]}  ·  {literal(what_they_did(due.lead))}  ·  {when}"
    )
    return section(text, button("Open", "open_task", due.task.id))


def lead_row(lead: Lead, zone: ZoneInfo, accessory: Block) -> Block:
    """One line about a lead with a button."""
    text = (
        f"*{_named(lead)}*  ·  {lead.ref}\n"
        f"{TIERS[lead.tier]}  ·  {literal(what_they_did(lead))}  ·  {ago(lead.received_at, zone)}"
    )
    return section(text, accessory)


def more(count: int, shown: int, what: str) -> list[Block]:
    """A line that says how many are not shown, if any."""
    return [section(f"… and {count - shown} more {what}.")] if count > shown else []


def today(due: Sequence[Due], now: datetime, zone: ZoneInfo, held: int = 0) -> SlackMessage:
    """`/followup today`: what is due and overdue, in the order given, and how many the day's cap holds back."""
    if not due:
        text = "Nothing is due. Every one of your leads has its next touch planned."
        return SlackMessage(text, [section(text), *_held(held)])
    text = "1 touch is due" if len(due) == 1 else f"{len(due)} touches are due"
    rows = [task_row(each, now, zone) for each in due[:TASKS_SHOWN]]
    return SlackMessage(
        text, [section(f"*{text}*, hottest first"), *rows, *more(len(due), len(rows), "due"), *_held(held)]
    )


def _held(count: int) -> list[Block]:
    """R51: what went over the cap is said, not hidden."""
    if not count:
        return []
    wait = "1 more waits" if count == 1 else f"{count} more wait"
    return [context(f"{wait} for another day: enough goes out on that platform today.")]


def _named(lead: Lead) -> str:
    return literal(title(lead, 80), 150)
