"""Qualification facts: the question beside an outcome, the form that takes the answer, what is known (R25, R36)."""

import json
from typing import Any

from bot.cadence import LONGEST_FACT, QUESTIONS, first_missing
from bot.db.models import Lead
from bot.messages.blocks import Block, Part, bold, button, field, paragraph, plain, section
from bot.messages.leads import title
from bot.messages.mrkdwn import one_line

LEARN_CALLBACK = "learn"
_NAMES = {
    "problem": "Problem",
    "goal": "Goal",
    "timeline": "Timeline",
    "setup": "Today they use",
    "decision": "Decision",
    "objection": "Objection",
}


def fact_question(lead: Lead) -> list[Block]:
    """The first fact that is missing, with a button to write it down; nothing when all are known."""
    fact = first_missing(lead)
    if fact is None:
        return []
    return [section(f"Do you know? {QUESTIONS[fact]}", button("Write it down", f"learn:{fact}", lead.id))]


def learn_form(lead: Lead, fact: str) -> dict[str, Any]:
    """One question, one line to answer it."""
    element = {"type": "plain_text_input", "max_length": LONGEST_FACT}
    return {
        "type": "modal",
        "callback_id": LEARN_CALLBACK,
        "private_metadata": json.dumps({"lead": lead.id, "fact": fact}),
        "title": plain("Keep a fact"),
        "submit": plain("Keep it"),
        "close": plain("Cancel"),
        "blocks": [paragraph(title(lead)), field("answer", QUESTIONS[fact], element)],
    }


def what_is_known(lead: Lead) -> list[list[Part]]:
    """A line for each fact."""
    known = ((name, lead.facts.get(fact)) for fact, name in _NAMES.items())
    return [[bold(f"{name}: "), one_line(str(value), LONGEST_FACT)] for name, value in known if value]
