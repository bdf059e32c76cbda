"""The form after a conversation: it wants the next step, and cannot be sent without one (R21, R45)."""

import json
from typing import Any

from bot.cadence import LONGEST_FACT, LONGEST_PROMISE, QUESTIONS, Step, first_missing
from bot.db.models import Lead, Outcome, Task
from bot.messages.blocks import field, paragraph, plain
from bot.messages.leads import title
from bot.messages.modals import NOTE_LENGTH
from bot.messages.outcomes import label

HELD_CALLBACK = "held"
STEPS = {
    Step.CALL: "A next call",
    Step.OURS: "We promised something",
    Step.THEIRS: "They promised something",
    Step.NURTURE: "Nothing for now: nurture",
}


def held_form(task: Task, lead: Lead, *, opened_from: str) -> dict[str, Any]:
    """The next step with its date, what was promised, and one thing we do not know of them yet."""
    options = [{"text": plain(text), "value": step.value} for step, text in STEPS.items()]
    steps = {"type": "radio_buttons", "options": options}
    promised = {"type": "plain_text_input", "max_length": LONGEST_PROMISE}
    note = {"type": "plain_text_input", "multiline": True, "max_length": NOTE_LENGTH}
    fact = first_missing(lead)
    answer = {"type": "plain_text_input", "max_length": LONGEST_FACT}
    blocks = [
        paragraph(title(lead)),
        field("step", "What comes next?", steps),
        field("when", "When? For a next call or a promise", {"type": "datetimepicker"}, optional=True),
        field("promised", "What was promised?", promised, optional=True),
        *([field("fact", QUESTIONS[fact], answer, optional=True)] if fact else []),
        field("note", "Note", note, optional=True),
    ]
    facts = {"task": task.id, "from": opened_from, "fact": fact}
    return {
        "type": "modal",
        "callback_id": HELD_CALLBACK,
        "private_metadata": json.dumps(facts),
        "title": plain(label(Outcome.HELD, task)),
        "submit": plain("Log it"),
        "close": plain("Cancel"),
        "blocks": blocks,
    }
