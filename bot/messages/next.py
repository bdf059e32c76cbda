"""The next best lead (R40), served where the rep is: the touch with its script and buttons, or a lead to claim."""

import re
from collections.abc import Collection
from typing import Any

from bot.db.models import Lead
from bot.messages.blocks import Block, actions, button, context, header, paragraph
from bot.messages.card import CardState, about, offer_card
from bot.messages.leads import title
from bot.messages.modals import log_form, sentence_window, window
from bot.messages.mrkdwn import literal
from bot.messages.task import TaskView, task_body, task_message, what_to_do
from bot.outbox.rendering import SlackMessage

NEXT_BLOCK = "next"
"""What the ids of our rows of buttons begin with: a click on one of them is answered with the next lead."""
NOTHING = "Nothing waits for you now: every one of your leads has its next touch planned. Well done."
NOTHING_ELSE = "That was everything. What you put aside comes again with “/followup next”."
_PUT_ASIDE = 150
"""How many leads a button remembers; Slack takes 2,000 characters."""


def next_message(best: TaskView | CardState | None, aside: Collection[int], before: str = "") -> SlackMessage:
    """The lead with everything that can be done, and a button for the one after it. `before`: what just happened."""
    if best is None:
        text = " ".join(part for part in (before, NOTHING_ELSE if aside else NOTHING) if part)
        return SlackMessage(literal(text, 2000), [paragraph(text)])
    shown = task_message(best) if isinstance(best, TaskView) else offer_card(best)
    blocks = [*([context(before)] if before else []), *shown.blocks, actions(_another(best.lead, aside))]
    return SlackMessage(shown.text, [_named(block, place) for place, block in enumerate(blocks)])


def next_window(best: TaskView | CardState | None, aside: Collection[int]) -> dict[str, Any]:
    """The same in a window: the touch with the form that logs it, or the lead with a button to claim it."""
    match best:
        case None:
            return sentence_window(NOTHING_ELSE if aside else NOTHING)
        case TaskView(task=task, lead=lead, now=now, zone=zone):
            above = [header(f"{what_to_do(task)} {title(lead, 80)}"), *task_body(best)]
            row = actions(_another(lead, aside))
            return log_form(task, lead, None, now, zone, opened_from="list", above=[*above, row])
        case CardState(lead=lead, zone=zone):
            claim = button("Claim", "claim", lead.id, "primary")
            return window("Next lead", [*about(lead, zone, 400), actions(claim, _another(lead, aside))])


def put_aside(value: str) -> list[int]:
    """The ids that a button remembers; none where it holds anything else."""
    return [int(part) for part in value.split(",")] if re.fullmatch(r"\d{1,18}(,\d{1,18})*", value) else []


def then_next(aside: Collection[int] = ()) -> Block:
    """A button for the next lead."""
    return button("Next lead", "next_lead", ",".join(map(str, aside)) or "-")


def _another(lead: Lead, aside: Collection[int]) -> Block:
    return then_next([*aside, lead.id][-_PUT_ASIDE:])


def _named(block: Block, place: int) -> Block:
    return {**block, "block_id": f"{NEXT_BLOCK}:{place}"} if block["type"] == "actions" else block
