"""Outcomes as people type them."""

import re
from difflib import get_close_matches

from bot.cadence.errors import UnknownOutcomeError
from bot.db.models import Outcome

_SYNONYMS = {
    Outcome.DONE: (
        "done, did it, sent, emailed, mailed, messaged, called, spoke, talked, answered, kept, "
        "complete, completed, ok"
    ),
    Outcome.VOICEMAIL: (
        "voicemail, voice mail, vm, left vm, left voicemail, left a voicemail, left message, left "
        "a message, lvm, mailbox"
    ),
    Outcome.NO_ANSWER: (
        "no answer, noanswer, na, n/a, no reply, unanswered, rang out, busy, no pickup, no pick "
        "up, no show, noshow, missed"
    ),
    Outcome.REPLIED: "replied, reply, responded, response, wrote back, they answered",
    Outcome.AGREED: "agreed, agreed to a call, agreed to call, call agreed, wants a call, agrees",
    Outcome.HELD: "held, call held, meeting held, it was held, had the call, had a call, met, next step",
    Outcome.BOOKED: (
        "booked, book, meeting booked, call booked, demo booked, scheduled, meeting, moved, rescheduled"
    ),
    Outcome.NOT_NOW: "not now, notnow, later, not yet, bad timing, timing, nurture",
    Outcome.NOT_INTERESTED: (
        "not interested, notinterested, no interest, uninterested, ni, no thanks, declined, rejected"
    ),
    Outcome.WRONG_FIT: (
        "wrong fit, wrongfit, bad fit, not a fit, no fit, unqualified, disqualified, dq, spam, wrong person"
    ),
    Outcome.WON: "won, closed won, deal won, signed, customer",
    Outcome.LOST: "lost, closed lost, deal lost, went elsewhere",
    Outcome.UNSUBSCRIBED: "unsubscribed, unsubscribe, unsub, opted out, opt out, remove me",
    Outcome.DO_NOT_CONTACT: (
        "do not contact, donotcontact, dont contact, dnc, never contact, do not call, dont call, leave alone"
    ),
    Outcome.OBJECTION: "objection, objected, obj, pushback, push back, concern, has objection",
    Outcome.SKIP: "skip, skipped, pass over",
    Outcome.SNOOZE: "snooze, snoozed, remind me, postpone, postponed, defer, delay",
}
_WORDS = {
    " ".join(words.split()): outcome for outcome, listed in _SYNONYMS.items() for words in listed.split(",")
}
_LONGEST = max(len(words.split()) for words in _WORDS)


def parse_outcome(word: str) -> Outcome:
    """The outcome that somebody means by "no answer", "vm" or "Not-Now". Raises UnknownOutcomeError."""
    found = _meaning(word)
    if found is None:
        raise UnknownOutcomeError(_unknown(_plain(word)))
    return found


def split_outcome(text: str) -> tuple[Outcome, str | None]:
    """An outcome and the note after it: "no answer, try her at 5" is (NO_ANSWER, "try her at 5").

    The longest words that mean an outcome are taken. Raises UnknownOutcomeError.
    """
    words = text.split()
    for count in range(min(_LONGEST, len(words)), 0, -1):
        # Signs at the end belong to the note, even where they are all of it.
        outcome = _meaning(" ".join(words[:count])) if _plain(words[count - 1]) else None
        if outcome:
            return outcome, " ".join(words[count:]).lstrip(":,;–- ") or None
    raise UnknownOutcomeError(_unknown(_plain(words[0]) if words else ""))


def _meaning(words: str) -> Outcome | None:
    plain = _plain(words)
    return _WORDS.get(plain) or _WORDS.get(plain.replace(" ", ""))


def _plain(word: str) -> str:
    """Letters and digits of any script, in lower case, with single spaces for the rest."""
    return " ".join(re.sub(r"[^\w/]+|_", " ", word.lower().replace("’", "").replace("'", "")).split())


def _unknown(plain: str) -> str:
    choices = ", ".join(outcome.value for outcome in Outcome)
    if not plain:
        return f"What came of it? One of: {choices}."
    close = get_close_matches(plain, _WORDS, n=1, cutoff=0.7)
    hint = f" Did you mean {_WORDS[close[0]].value}?" if close else ""
    return f"“{plain[:40]}” is no outcome.{hint} There is: {choices}."
