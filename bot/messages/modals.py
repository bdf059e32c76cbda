"""Forms: what is asked before an outcome is logged, and what is shown in a window."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.cadence import OBJECTIONS
from bot.db.models import Lead, Outcome, Task
from bot.messages.blocks import Block, field, paragraph, plain
from bot.messages.leads import title
from bot.messages.mrkdwn import one_line
from bot.messages.outcomes import OUTCOMES, applicable, label

LOG_CALLBACK = "log"
SNOOZES = {"30": "in 30 minutes", "60": "in 1 hour", "180": "in 3 hours", "tomorrow": "tomorrow morning"}
NOTE_LENGTH = 2000
NOT_NOW_DAYS = 30


def window(heading: str, blocks: Sequence[Block]) -> dict[str, Any]:
    """A window to read."""
    return {
        "type": "modal",
        "title": plain(one_line(heading, 24)),
        "close": plain("Close"),
        "blocks": list(blocks),
    }


def sentence_window(sentence: str) -> dict[str, Any]:
    """A window with one sentence: the private answer where there is no conversation to put it into."""
    return window("Followup", [paragraph(sentence)])


def log_form(
    task: Task,
    lead: Lead,
    outcome: Outcome | None,
    now: datetime,
    zone: ZoneInfo,
    *,
    opened_from: str,
    above: Sequence[Block] = (),
) -> dict[str, Any]:
    """The form that logs an outcome of this task: the given one, or any of those that can come of it.

    `opened_from` is "message", "home" or "list". `above` is shown first: the task, where nothing else shows it.
    """
    asked = (
        _questions(outcome, now, zone)
        if outcome
        else [_which_outcome(task), _when(None), _note(optional=True)]
    )
    heading = OUTCOMES[outcome].button if outcome else "Log an outcome"
    facts = {"task": task.id, "outcome": outcome.value if outcome else None, "from": opened_from}
    return {
        "type": "modal",
        "callback_id": LOG_CALLBACK,
        "private_metadata": json.dumps(facts),
        "title": plain(heading),
        "submit": plain("Log it"),
        "close": plain("Cancel"),
        "blocks": [*(above or [paragraph(title(lead))]), *asked],
    }


def _questions(outcome: Outcome, now: datetime, zone: ZoneInfo) -> list[Block]:
    match outcome:
        case Outcome.BOOKED:
            return [_when("When is the meeting?"), _note(optional=True)]
        case Outcome.NOT_NOW:
            start = (now.astimezone(zone) + timedelta(days=NOT_NOW_DAYS)).date()
            return [_day("When do we come back to them?", start), _note(optional=True)]
        case Outcome.SNOOZE:
            return [_snooze()]
        case Outcome.OBJECTION:
            return [_objection(), _note(optional=False, question="What did they say?")]
        case _:
            return [_note(optional=True)]


def _which_outcome(task: Task) -> Block:
    options = [_option(label(outcome, task), outcome.value) for outcome in applicable(task)]
    element = {
        "type": "static_select",
        "options": options,
        "placeholder": plain("Choose one"),
    }
    return field("outcome", "What came of it?", element)


def _objection() -> Block:
    options = [_option(text, kind) for kind, text in OBJECTIONS.items()]
    element = {
        "type": "static_select",
        "options": options,
        "placeholder": plain("Choose the nearest"),
    }
    return field("objection", "What speaks against it?", element)


def _when(question: str | None) -> Block:
    element = {"type": "datetimepicker"}
    hint = "For a booking, a snooze or a date to come back; leave it empty if you don't know."
    return field("when", question or "When?", element, optional=True, hint=None if question else hint)


def _day(question: str, start: date) -> Block:
    return field("day", question, {"type": "datepicker", "initial_date": start.isoformat()})


def _snooze() -> Block:
    options = [_option(text, value) for value, text in SNOOZES.items()]
    element = {
        "type": "static_select",
        "options": options,
        "initial_option": options[1],
    }
    return field("snooze", "When do you want to see it again?", element)


def _note(*, optional: bool, question: str = "Note") -> Block:
    element = {"type": "plain_text_input", "multiline": True, "max_length": NOTE_LENGTH}
    hint = "It stays with the lead, so that nobody asks them twice." if not optional else None
    return field("note", question, element, optional=optional, hint=hint)


def _option(text: str, value: str) -> Block:
    return {"text": plain(text), "value": value}
