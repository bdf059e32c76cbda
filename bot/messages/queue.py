"""An assistant's list: the silent threads of their owners, one below the other (R52)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cadence import CHANNELS_IN_WORDS
from bot.db.models import Channel, Rep
from bot.messages.blocks import Block, context, section
from bot.messages.lists import TASKS_SHOWN, Due, more, task_row
from bot.messages.mrkdwn import literal
from bot.outbox.rendering import SlackMessage

_OWNERS_SHOWN = 25


@dataclass(frozen=True)
class Used:
    """How much of the day's cap each owner's accounts have used up (R51)."""

    sent: Mapping[int, Mapping[Channel, int]]
    cap: int

    def by(self, owner: Rep) -> str:
        """Such as "; today 3 of 20 e-mails"; empty before the first."""
        platforms = [
            f"{count} of {self.cap} {CHANNELS_IN_WORDS[channel]}s"
            for channel, count in self.sent.get(owner.id, {}).items()
            if count
        ]
        return f"; today {', '.join(platforms)}" if platforms else ""


def queue(
    owners: Sequence[Rep], threads: Sequence[Due], now: datetime, zone: ZoneInfo, used: Used
) -> SlackMessage:
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
        count_due = f"{len(theirs)} due" if theirs else "nothing due"
        blocks.append(section(f"*{name}*: {count_due}{used.by(owner)}"))
        blocks += [task_row(thread, now, zone) for thread in shown]
    blocks += more(len(owners), len(named), "reps you assist")
    blocks += more(count, TASKS_SHOWN - left, "due")
    blocks.append(context("What you log is logged as yours. Who answers goes back to their owner at once."))
    return SlackMessage(text, blocks)
