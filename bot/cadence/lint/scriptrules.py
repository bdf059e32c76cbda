"""Rules about scripts, one function each."""

from collections.abc import Callable, Iterator

from bot.cadence.lint.findings import Finding, ScriptToCheck, Severity
from bot.cadence.lint.samples import ACTION, ANSWER, LINK, MATTER
from bot.cadence.lint.wording import asks, banned_wording, sentences, words
from bot.cadence.scripts import LINKEDIN_NOTE_MAX, Script
from bot.db.models import Channel, Stage
from bot.team.templates import FIELDS
from bot.team.texts import names_in

LONGEST_VOICEMAIL = 75
"""Words, about 30 seconds."""
FEWEST, MOST = 3, 5
"""Sentences of an e-mail."""

ScriptRule = Callable[[ScriptToCheck], Iterator[Finding]]


def says_nothing(it: ScriptToCheck) -> Iterator[Finding]:
    """R7: no wording that gives nobody a reason to answer."""
    read = [*it.template.texts.values(), it.full.subject or "", it.full.text, it.bare.text]
    banned = next((found for text in read if (found := banned_wording(text))), None)
    if banned:
        mend = "Say instead what they gain from answering."
        yield it.finding(Severity.ERROR, "R7", f"“{banned}” gives nobody a reason to answer", mend)


def unknown_field(it: ScriptToCheck) -> Iterator[Finding]:
    """R48: scripts have the fields there are."""
    used = {name for text in it.template.texts.values() for name in names_in(text)}
    for name in sorted(used - set(FIELDS)):
        mend = f"There is {', '.join(sorted(FIELDS))}."
        yield it.finding(Severity.ERROR, "R48", f"unknown field {name}", mend)


def voicemail_too_long(it: ScriptToCheck) -> Iterator[Finding]:
    """R3: a voicemail takes 30 seconds at most."""
    count = max((words(text) for script in (it.full, it.bare) for text in _voicemails(script)), default=0)
    if count > LONGEST_VOICEMAIL:
        mend = f"Keep it to {LONGEST_VOICEMAIL} words, about 30 seconds."
        yield it.finding(Severity.ERROR, "R3", f"the voicemail has {count} words", mend)


def mail_too_short_or_long(it: ScriptToCheck) -> Iterator[Finding]:
    """R8, R28: an e-mail has three to five sentences."""
    if it.full.channel is not Channel.EMAIL or len(it.template.channels) > 1:
        return
    counts = [len(sentences(script.text)) for script in (it.full, it.bare)]
    wrong = next((count for count in counts if not FEWEST <= count <= MOST), None)
    if wrong is not None:
        mend = f"Make it {FEWEST} to {MOST}; items of a list do not count."
        yield it.finding(Severity.WARNING, "R8", f"the e-mail has {wrong} sentences", mend)


def note_too_long(it: ScriptToCheck) -> Iterator[Finding]:
    """R6: LinkedIn takes 300 characters."""
    notes = [
        part.text
        for part in it.full.parts
        if it.full.channel is Channel.LINKEDIN or (part.label or "").startswith("LinkedIn")
    ]
    # What was cut to fit ends in an ellipsis.
    if any(len(note) > LINKEDIN_NOTE_MAX or note.endswith("…") for note in notes):
        mend = f"Keep it to {LINKEDIN_NOTE_MAX} characters, names and links included."
        yield it.finding(Severity.ERROR, "R6", "the LinkedIn note is too long and would be cut", mend)


def not_one_next_step(it: ScriptToCheck) -> Iterator[Finding]:
    """R15: exactly one next step is asked for."""
    for part in it.bare.parts:
        count = len(asks(part.text))
        if count != 1 and not (part.label or "").startswith("LinkedIn"):
            named = "" if part.label is None else f" in “{part.label}”"
            what = f"it asks for nothing{named}" if count == 0 else f"it asks for {count} things{named}"
            mend = "Ask for exactly one: a slot, a reply with one fact, a date."
            yield it.finding(Severity.WARNING, "R15", what, mend)


def no_booking_link(it: ScriptToCheck) -> Iterator[Finding]:
    """R48: the booking link is in every call-ask message; a voice cannot carry it."""
    wanted = it.plan is not None and it.plan.stage is Stage.CALL_ASK
    if wanted and it.full.channel is not Channel.PHONE and LINK not in it.bare.text:
        mend = "Put {{ booking_link }} into it."
        yield it.finding(Severity.ERROR, "R48", "they agreed to a call and get no booking link", mend)


def not_about_them(it: ScriptToCheck) -> Iterator[Finding]:
    """R14: every message refers to what the lead did or said, also where we know nothing else."""
    for part in it.bare.parts:
        if not any(sign in part.text for sign in (ACTION, MATTER, ANSWER)):
            mend = "Use {{ action }} or {{ matter }}, which every lead has."
            named = "" if part.label is None else f" in “{part.label}”"
            yield it.finding(Severity.ERROR, "R14", f"nothing is tied to what the lead did{named}", mend)


def _voicemails(script: Script) -> list[str]:
    return [part.text for part in script.parts if part.label == "Voicemail"]


SCRIPT_RULES: tuple[ScriptRule, ...] = (
    says_nothing,
    unknown_field,
    voicemail_too_long,
    mail_too_short_or_long,
    note_too_long,
    not_one_next_step,
    no_booking_link,
    not_about_them,
)
