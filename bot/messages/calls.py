"""Around calls and replies: the brief before a call, and who hears of a reply that nobody has answered (R45)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.db.models import Lead, Note, Task
from bot.messages.blocks import (
    Block,
    Part,
    actions,
    bold,
    button,
    context,
    header,
    lines,
    moment,
    person,
    quote,
    rich,
)
from bot.messages.facts import what_is_known
from bot.messages.leads import came_from, reach, title, what_they_did
from bot.messages.mrkdwn import lasted, literal, one_line, soon
from bot.messages.nudges import Nudge
from bot.outbox.rendering import SlackMessage

NOTES_SHOWN = 5


@dataclass(frozen=True)
class Brief:
    """A booked call that is near, with everything that is known."""

    lead: Lead
    at: datetime
    now: datetime
    zone: ZoneInfo
    notes: Sequence[Note] = ()
    promises: Sequence[str] = ()
    """In words, with who owes what."""


def call_brief(brief: Brief) -> SlackMessage:
    """To the owner, half an hour before the call."""
    lead = brief.lead
    facts = what_is_known(lead)
    notes: list[list[Part]] = [[f"• {one_line(note.text, 300)}"] for note in brief.notes[-NOTES_SHOWN:]]
    promises: list[list[Part]] = [[f"• {one_line(each, 320)}"] for each in brief.promises]
    blocks: list[Block] = [
        header(f"📅 Call with {title(lead, 80)}"),
        rich(
            lines([moment(brief.at, brief.zone)], [what_they_did(lead)]),
            quote(lead.message or "", 400),
            lines(reach(lead)),
        ),
        *(
            rich(lines(*rows))
            for rows in (facts, _under("Notes", notes), _under("Promised", promises))
            if rows
        ),
        context(came_from(lead)),
        actions(button("View", "view_lead", lead.id)),
    ]
    return SlackMessage(
        f"Call with {literal(title(lead, 80), 150)}{soon(brief.at, brief.now, brief.zone)}", blocks
    )


def answer_nudge(nudge: Nudge, task: Task) -> SlackMessage:
    """To the owner: they wrote, and wait for an answer."""
    text = f"{nudge.who} wrote and is waiting for your answer ({_waiting(nudge, task)})"
    row: list[Part] = ["Answer them, then log it: what they hear within the hour counts most."]
    return _message(nudge, text, "⏰ Waiting for your answer", row)


def answer_alert(nudge: Nudge, task: Task) -> SlackMessage:
    """To a manager: the owner has not answered."""
    owner: list[Part] = ["Owner: ", person(nudge.owner), "."] if nudge.owner else ["Nobody owns it."]
    text = f"Nobody has answered {nudge.who} ({_waiting(nudge, task)})"
    return _message(nudge, text, "🚨 A reply without an answer", owner)


def _under(heading: str, rows: list[list[Part]]) -> list[list[Part]]:
    return [[bold(heading)], *rows] if rows else []


def _waiting(nudge: Nudge, task: Task) -> str:
    return lasted(max(0.0, (nudge.now - task.created_at).total_seconds()))


def _message(nudge: Nudge, text: str, heading: str, row: list[Part]) -> SlackMessage:
    blocks = [
        header(f"{heading}: {title(nudge.lead, 80)}"),
        rich(lines(row), lines(reach(nudge.lead))),
        actions(button("View", "view_lead", nudge.lead.id)),
    ]
    return SlackMessage(text, blocks)
