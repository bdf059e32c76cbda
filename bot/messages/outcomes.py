"""The outcomes in words: on buttons, in the timeline, in forms."""

from dataclasses import dataclass

from bot.db.models import Channel, Outcome, Task, TaskKind
from bot.messages.blocks import Block, button


@dataclass(frozen=True)
class Wording:
    button: str
    done: str
    """What is said once it is logged."""
    style: str | None = None
    asks: bool = False
    """Asks something before it is logged: when, or what was said."""


OUTCOMES = {
    Outcome.DONE: Wording("Done", "Done", "primary"),
    Outcome.VOICEMAIL: Wording("Voicemail", "Left a voicemail"),
    Outcome.NO_ANSWER: Wording("No answer", "No answer"),
    Outcome.REPLIED: Wording("They replied", "They replied"),
    Outcome.BOOKED: Wording("Booked", "Booked a meeting", asks=True),
    Outcome.NOT_NOW: Wording("Not now", "Not now", asks=True),
    Outcome.OBJECTION: Wording("Objection", "Raised an objection", asks=True),
    Outcome.NOT_INTERESTED: Wording("Not interested", "Not interested"),
    Outcome.WRONG_FIT: Wording("Wrong fit", "Wrong fit"),
    Outcome.SNOOZE: Wording("Snooze", "Snoozed", asks=True),
    Outcome.SKIP: Wording("Skip", "Skipped"),
}
_ROWS = (
    (Outcome.DONE, Outcome.VOICEMAIL, Outcome.NO_ANSWER, Outcome.REPLIED, Outcome.BOOKED),
    (Outcome.NOT_NOW, Outcome.OBJECTION, Outcome.NOT_INTERESTED, Outcome.WRONG_FIT),
    (Outcome.SNOOZE, Outcome.SKIP),
)
_AFTER_A_CALL = {
    Outcome.DONE: "It was held",
    Outcome.NO_ANSWER: "No-show",
    Outcome.BOOKED: "Moved",
}
_NEEDS_A_CALL = {Outcome.VOICEMAIL, Outcome.NO_ANSWER}


def applicable(task: Task) -> tuple[Outcome, ...]:
    """The outcomes that can come of this task, as its buttons are: nobody leaves a voicemail by e-mail."""
    return tuple(outcome for row in _ROWS for outcome in row if _fits(outcome, task))


def label(outcome: Outcome, task: Task) -> str:
    """What the outcome is called where it is chosen."""
    if task.kind is TaskKind.CALL_CHECK:
        return _AFTER_A_CALL.get(outcome, OUTCOMES[outcome].button)
    if outcome is Outcome.DONE and task.kind is TaskKind.TOUCH:
        return "Sent" if _writes(task) else "Reached them"
    return OUTCOMES[outcome].button


def outcome_buttons(task: Task) -> list[list[Block]]:
    """Rows of buttons, the likeliest first."""
    return [
        [
            button(label(outcome, task), f"outcome:{outcome.value}", task.id, OUTCOMES[outcome].style)
            for outcome in row
            if _fits(outcome, task)
        ]
        for row in _ROWS
    ]


def _fits(outcome: Outcome, task: Task) -> bool:
    if task.kind is TaskKind.CALL_CHECK:
        return outcome is not Outcome.VOICEMAIL
    return outcome not in _NEEDS_A_CALL or not _writes(task)


def _writes(task: Task) -> bool:
    return task.kind is TaskKind.TOUCH and task.channel not in {Channel.PHONE, None}
