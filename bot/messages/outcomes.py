"""The outcomes in words: on buttons, in the timeline, in forms."""

from dataclasses import dataclass

from bot.cadence import Errand
from bot.db.models import Channel, Outcome, Task, TaskKind
from bot.messages.blocks import Block, button


@dataclass(frozen=True)
class Wording:
    button: str
    done: str
    """What is said once it is logged."""
    asks: bool = False
    """Asks something before it is logged: when, or what was said."""


OUTCOMES = {
    Outcome.DONE: Wording("Done", "Done"),
    Outcome.VOICEMAIL: Wording("Voicemail", "Left a voicemail"),
    Outcome.NO_ANSWER: Wording("No answer", "No answer"),
    Outcome.REPLIED: Wording("They replied", "They replied"),
    Outcome.AGREED: Wording("Agreed to a call", "Agreed to a call"),
    Outcome.BOOKED: Wording("Booked", "Booked a meeting", asks=True),
    Outcome.HELD: Wording("Set the next step", "Talked, with a next step", asks=True),
    Outcome.NOT_NOW: Wording("Not now", "Not now", asks=True),
    Outcome.OBJECTION: Wording("Objection", "Raised an objection", asks=True),
    Outcome.NOT_INTERESTED: Wording("Not interested", "Not interested"),
    Outcome.WRONG_FIT: Wording("Wrong fit", "Wrong fit"),
    Outcome.WON: Wording("Won", "Won"),
    Outcome.LOST: Wording("Lost", "Lost"),
    Outcome.UNSUBSCRIBED: Wording("Unsubscribed", "Unsubscribed"),
    Outcome.DO_NOT_CONTACT: Wording("Do not contact", "Asked never to be contacted"),
    Outcome.SNOOZE: Wording("Snooze", "Snoozed", asks=True),
    Outcome.SKIP: Wording("Skip", "Skipped"),
}
_ROWS = (
    (Outcome.DONE, Outcome.VOICEMAIL, Outcome.NO_ANSWER, Outcome.REPLIED, Outcome.AGREED, Outcome.BOOKED),
    (Outcome.HELD, Outcome.NOT_NOW, Outcome.OBJECTION, Outcome.NOT_INTERESTED, Outcome.WRONG_FIT),
    (Outcome.SNOOZE, Outcome.SKIP),
)
_RARE = (Outcome.WON, Outcome.LOST, Outcome.UNSUBSCRIBED, Outcome.DO_NOT_CONTACT)
"""Chosen from the list behind “More”."""
_AFTER_A_CALL = {
    Outcome.HELD: "It was held",
    Outcome.NO_ANSWER: "No-show",
    Outcome.BOOKED: "Moved",
}
_AFTER_CALL_ROWS = (
    (Outcome.HELD, Outcome.NO_ANSWER, Outcome.BOOKED, Outcome.AGREED, Outcome.REPLIED),
    (Outcome.NOT_NOW, Outcome.OBJECTION, Outcome.NOT_INTERESTED, Outcome.WRONG_FIT),
    (Outcome.SNOOZE, Outcome.SKIP),
)
_OUR_PROMISE = {Outcome.DONE: "Kept"}
_THEIR_PROMISE = {Outcome.DONE: "They kept it", Outcome.NO_ANSWER: "Not yet"}
_NEEDS_A_CALL = {Outcome.VOICEMAIL, Outcome.NO_ANSWER}


def applicable(task: Task) -> tuple[Outcome, ...]:
    """The outcomes that can come of this task, as its buttons are: nobody leaves a voicemail by e-mail."""
    return tuple(
        outcome for row in (*_ROWS[:-1], _RARE, _ROWS[-1]) for outcome in row if _fits(outcome, task)
    )


def label(outcome: Outcome, task: Task) -> str:
    """What the outcome is called where it is chosen."""
    if task.kind is TaskKind.CALL_CHECK:
        return _AFTER_A_CALL.get(outcome, OUTCOMES[outcome].button)
    if task.kind is TaskKind.PROMISE:
        theirs = Errand.of(task) is Errand.THEIR_PROMISE
        return (_THEIR_PROMISE if theirs else _OUR_PROMISE).get(outcome, OUTCOMES[outcome].button)
    if outcome is Outcome.DONE and task.kind is TaskKind.TOUCH:
        return "Sent" if _writes(task) else "Reached them"
    return OUTCOMES[outcome].button


def outcome_buttons(task: Task) -> list[list[Block]]:
    """Rows of buttons, the likeliest first."""
    first = next(outcome for outcome in _ROWS[0] + _ROWS[1] if _fits(outcome, task))
    if task.kind is TaskKind.CALL_CHECK:
        first = Outcome.HELD
    return [
        [
            button(
                label(outcome, task),
                f"outcome:{outcome.value}",
                task.id,
                "primary" if outcome is first else None,
            )
            for outcome in row
            if _fits(outcome, task)
        ]
        for row in (_AFTER_CALL_ROWS if task.kind is TaskKind.CALL_CHECK else _ROWS)
    ]


def _fits(outcome: Outcome, task: Task) -> bool:
    if task.kind is TaskKind.CALL_CHECK:
        return outcome not in {Outcome.VOICEMAIL, Outcome.DONE}
    if task.kind is TaskKind.PROMISE:
        theirs = Errand.of(task) is Errand.THEIR_PROMISE
        return outcome is not Outcome.VOICEMAIL and (theirs or outcome is not Outcome.NO_ANSWER)
    return outcome not in _NEEDS_A_CALL or not _writes(task)


def _writes(task: Task) -> bool:
    return task.kind is TaskKind.TOUCH and task.channel not in {Channel.PHONE, None}
