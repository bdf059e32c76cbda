"""A lead that goes from one rep to another: what both are told, and the form that asks who gets it."""

import json
from collections.abc import Sequence
from typing import Any

from bot.db.models import Lead, Rep
from bot.messages.blocks import (
    Block,
    Part,
    actions,
    bold,
    button,
    context,
    field,
    header,
    lines,
    moment,
    paragraph,
    person,
    plain,
    rich,
)
from bot.messages.leads import TIERS, came_from, reach, title, what_they_did
from bot.messages.mrkdwn import literal, one_line
from bot.messages.nudges import Nudge
from bot.outbox.rendering import SlackMessage

ASSIGN_CALLBACK = "assign"
CHOICES = 100
"""As many as a menu holds."""


def reassigned(nudge: Nudge, reader_id: int, giver: Rep | None, *, undone: bool = False) -> SlackMessage:
    """To the old and the new owner: whose it is now, by whom, and what comes next."""
    lead, owner = nudge.lead, nudge.owner
    by: list[Part] = [
        person(giver) if giver else "Followup",
        " took that back." if undone else " gave it over.",
    ]
    if owner is not None and owner.id == reader_id:
        heading, text = f"👉 Yours now: {title(lead, 80)}", f"{nudge.who} is yours now"
        rows: list[list[Part]] = [by, _next(nudge)]
    else:
        name = owner.name if owner else "nobody"
        heading, text = f"👉 Handed over: {title(lead, 80)}", f"{nudge.who} is with {literal(name)} now"
        rows = [
            [
                *by,
                " ",
                person(owner) if owner else bold("Nobody"),
                " has it now. Nothing is left for you to do.",
            ]
        ]
    first: list[Part] = [bold(TIERS[lead.tier]), f"  ·  {what_they_did(lead)}"]
    blocks = [
        header(heading),
        rich(lines(first, *rows), lines(reach(lead))),
        context(came_from(lead)),
        actions(button("View", "view_lead", lead.id)),
    ]
    return SlackMessage(text, blocks)


def assign_form(lead: Lead, people: Sequence[Rep]) -> dict[str, Any]:
    """The form that asks who gets the lead."""
    options = [{"text": plain(one_line(rep.name, 75)), "value": str(rep.id)} for rep in people[:CHOICES]]
    element = {
        "type": "static_select",
        "options": options,
        "placeholder": plain("Choose one"),
    }
    told = (
        "The running plan and everything still open go along, and both of you are told. It counts as a turn."
    )
    return {
        "type": "modal",
        "callback_id": ASSIGN_CALLBACK,
        "private_metadata": json.dumps({"lead": lead.id}),
        "title": plain("Give to somebody"),
        "submit": plain("Give it"),
        "close": plain("Cancel"),
        "blocks": [paragraph(title(lead)), field("rep", "Who gets it?", element, hint=told)],
    }


def given(
    lead: Lead, to: Rep, activity_id: int, *, undoable: bool, away: str | None = None
) -> tuple[str, list[Block]]:
    """What is said to whoever gave it: the sentence, and blocks with a button that takes it back.

    `away` says until when `to` is on leave.
    """
    sentence = f"{title(lead)} is {to.name}'s now, with everything still open. Both sides were told."
    sentence += f" {away}" if away else ""
    undo = [actions(button("Undo", "unassign", activity_id))] if undoable else []
    return sentence, [paragraph(sentence), *undo]


def _next(nudge: Nudge) -> list[Part]:
    lead = nudge.lead
    if not lead.next_action or not lead.next_action_at:
        return ["Nothing is planned yet."]
    return [f"Next: {one_line(lead.next_action, 200)} (", moment(lead.next_action_at, nudge.zone), ")"]
