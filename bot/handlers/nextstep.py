"""The next step of a conversation in words: "call thu 3pm", "promise the quote by fri", "they sign by 3 dec"."""

import re
from datetime import datetime

from bot.cadence import NextStep, NextStepMissingError, Step
from bot.handlers.when import Reader, UnclearDateError, leading_moment, trailing_moment, understand

_CALL = re.compile(r"(?:(?:the )?next )?(?:call|meeting|demo)\b(?: on| at|:)?", re.IGNORECASE)
_NURTURE = re.compile(r"(?:to |into )?nurture\b[.,:;]?", re.IGNORECASE)
_THEIRS = re.compile(r"(?:they|theirs?|them)\b(?: promised?(?: to)?| will|:)?", re.IGNORECASE)
_OURS = re.compile(r"(?:we|ours?|i|promised?)\b(?: promised?(?: to)?| will| to|:)?", re.IGNORECASE)


def typed_next_step(words: str, reader: Reader) -> tuple[NextStep, datetime | None, str | None]:
    """The next step, its date, and what is left as a note.

    Raises NextStepMissingError when there is none, UnclearDateError when it has no date.
    """
    if found := _NURTURE.match(words):
        return NextStep(Step.NURTURE), None, words[found.end() :].strip() or None
    for step, begins in ((Step.THEIRS, _THEIRS), (Step.OURS, _OURS)):
        if found := begins.match(words):
            promised, until = trailing_moment(words[found.end() :].strip(), reader)
            return NextStep(step, promised), until, None
    if found := _CALL.match(words):
        rest = words[found.end() :].strip()
        when, note = leading_moment(rest, reader)
        if when is None:
            raise UnclearDateError(rest)
        return NextStep(Step.CALL), when, note or None
    try:
        return NextStep(Step.CALL), understand(words, reader), None
    except UnclearDateError:
        # A date with words after it may be when the talk was: the step is still missing.
        raise NextStepMissingError(NEXT_STEP_EXAMPLES) from None


NEXT_STEP_EXAMPLES = (
    "A conversation is logged with its next step: “held call thu 3pm”, “held promise send the quote by fri”, "
    "“held they send the contract by 3 dec” or “held nurture”. Nothing was changed."
)
