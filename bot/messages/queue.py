"""An assistant's list: the silent threads of their owners, one below the other (R52)."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.db.models import Rep
from bot.messages.blocks import Block, context, section
from bot.messages.lists import TASKS_SHOWN, Due, more, task_row
from bot.messages.mrkdwn import literal
from bot.outbox.rendering import SlackMessage

_OWNERS_SHOWN = 25


def queue(owners: Sequence[Rep], threads: Sequence[Due], now: datetime, zone: ZoneInfo) -> SlackMessage:
    """Every owner with their threads, in the order given; together at most `TASKS_SHOWN` rows."""
    count = len(threads)
    text = (
        "1 silent thread is due"
        if count == 1
        else f"{count} silent threads are due"
        if count
        else "Nothing is due"
    )
    named = owners[:_OWNERS_SHOWN]
    blocks: list[Block] = [section(f"*{text}*")]
    left = TASKS_SHOWN
    for owner in named:
        theirs = [thread for thread in threads if thread.task.owner_id == owner.id]
        shown = theirs[:left]
        left -= len(shown)
        name = literal(owner.name)
        blocks.append(section(f"*{name}*: {len(theirs)} due" if theirs else f"*{name}*: nothing due"))
        blocks += [task_row(thread, now, zone) for thread in shown]
    blocks += more(len(owners), len(named), "reps you assist")
    blocks += more(count, TASKS_SHOWN - left, "due")
    blocks.append(context("What you log is logged as yours. Who answers goes back to their owner at once."))
    return SlackMessage(text, blocks)
