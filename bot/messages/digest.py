"""The morning: what today holds, what is overdue, who answered; for managers what their team left undone."""

from collections.abc import Mapping, Sequence

from bot.cadence import Digest, Overdue
from bot.db.models import Lead, Task
from bot.messages.blocks import Block, button, context, divider, header, section
from bot.messages.lists import Due, lead_row, more, task_row
from bot.messages.mrkdwn import ago, literal
from bot.outbox.rendering import SlackMessage

_SHOWN = 8
"""Rows of each kind; Home and `/followup today` have the rest."""


def digest_message(digest: Digest, leads: Mapping[int, Lead]) -> SlackMessage:
    """The whole of it; `leads` by id hold those of its tasks."""
    blocks = [
        header(f"Good morning, {digest.rep.name.split()[0]}"),
        section(f"Your day: *{_counts(digest)}*."),
        *_tasks("Overdue", digest.overdue, leads, digest),
        *_tasks("Today", digest.today, leads, digest),
        *_answered(digest),
        *_team(digest),
        *(
            [context("“/followup next” serves them one by one, the best first.")]
            if _has_tasks(digest)
            else []
        ),
    ]
    return SlackMessage(f"Your day: {_counts(digest)}", blocks)


def _has_tasks(digest: Digest) -> bool:
    return bool(digest.overdue or digest.today)


def _counts(digest: Digest) -> str:
    counts = [
        (len(digest.overdue), "overdue"),
        (len(digest.today), "due today"),
        (len(digest.answered), "answered"),
        (digest.unclaimed, "unclaimed in your pools"),
    ]
    return ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing due"


def _tasks(heading: str, tasks: Sequence[Task], leads: Mapping[int, Lead], digest: Digest) -> list[Block]:
    rows = [task_row(Due(task, leads[task.lead_id]), digest.morning, digest.zone) for task in tasks[:_SHOWN]]
    return [divider(), section(f"*{heading}*"), *rows, *more(len(tasks), len(rows), "due")] if rows else []


def _answered(digest: Digest) -> list[Block]:
    rows = [
        lead_row(lead, digest.zone, button("View", "view_lead", lead.id)) for lead in digest.answered[:_SHOWN]
    ]
    return (
        [divider(), section("*They answered*"), *rows, *more(len(digest.answered), len(rows), "answers")]
        if rows
        else []
    )


def _team(digest: Digest) -> list[Block]:
    """For managers: what each rep left undone, and what nobody has taken."""
    rows = [_left(one, digest) for one in digest.team_overdue]
    blocks = [divider(), section("\n".join(["*Overdue on your team*", *rows]))] if rows else []
    if digest.oldest_unclaimed:
        view = button("View", "view_lead", digest.oldest_unclaimed.id)
        count = "1 lead" if digest.unclaimed == 1 else f"{digest.unclaimed} leads"
        blocks += [
            divider(),
            section(f"*Nobody has claimed {count}*, the longest waiting:"),
            lead_row(digest.oldest_unclaimed, digest.zone, view),
        ]
    return blocks


def _left(overdue: Overdue, digest: Digest) -> str:
    touches = "1 touch" if overdue.tasks == 1 else f"{overdue.tasks} touches"
    return f"{literal(overdue.rep.name)}: {touches}, the oldest due {ago(overdue.since, digest.zone)}"
