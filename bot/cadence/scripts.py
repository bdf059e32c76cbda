"""The script of a task, rendered for its lead and owner: ready to say or send as it is (R14, R48)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.cadence.due import next_business_day
from bot.cadence.pools import pool_of
from bot.cadence.templates import served
from bot.db.models import Channel, Lead, Rep, Task
from bot.team.live import LiveTeam, live_team
from bot.team.templates import FIELDS, Template
from bot.team.texts import Blank, cut, render_text

LINKEDIN_NOTE_MAX = 300
_SHORT, _QUOTE = 120, 200

_ACTIONS = (
    ("demo", "asked for a demo", "the demo you asked for"),
    ("pric", "asked about pricing", "the prices you asked about"),
    ("quote", "asked for a quote", "the quote you asked for"),
    ("trial", "started a trial", "your trial"),
    ("call", "asked for a call", "your request"),
    ("consult", "asked for a consultation", "your request"),
    ("meeting", "asked for a meeting", "your request"),
    ("webinar", "signed up for our webinar", "our webinar"),
    ("event", "signed up for our event", "our event"),
    ("newsletter", "signed up for our newsletter", "our newsletter"),
    ("download", "asked for a download on our site", "your download"),
    ("contact", "sent us a message", "your message"),
    ("message", "sent us a message", "your message"),
)
"""What an action is called: to complete "you ...", and to stand for what it is about."""


@dataclass(frozen=True)
class Part:
    """One piece of a script, such as the voicemail; the main one has no label."""

    label: str | None
    text: str


@dataclass(frozen=True)
class Script:
    """What to say. `missing` names the blanks left in it, such as "[their goal]"."""

    channel: Channel
    subject: str | None
    parts: tuple[Part, ...]
    missing: tuple[str, ...]

    @property
    def text(self) -> str:
        """All parts, one below the other."""
        return "\n\n".join(f"{part.label}:\n{part.text}" if part.label else part.text for part in self.parts)


def script_for(session: Session, task: Task, now: datetime | None = None) -> Script | None:
    """The approved script of this task, for its lead and owner; None where it has none.

    The day it proposes is the first business day after the task's due date, or after `now` if that is later.
    """
    live = live_team(session)
    template = served(task.template, live.team)
    if template is None or task.channel is None:
        return None
    lead, owner = session.get_one(Lead, task.lead_id), session.get_one(Rep, task.owner_id)
    day = next_business_day(max(task.due_at, now or task.due_at), pool_of(session, lead, live).calendar)
    return render_script(template, task.channel, script_fields(lead, owner, live, day))


def render_script(template: Template, channel: Channel, fields: Mapping[str, str]) -> Script:
    """A template with these fields; what is not among them shows as a blank, or its sentence is left out."""
    blanks = {name: Blank(label) for name, label in FIELDS.items() if not fields.get(name)}
    values: dict[str, str | Blank] = {**fields, **blanks}
    subject = template.subject if channel is Channel.EMAIL else None
    return Script(
        channel=channel,
        subject=" ".join(render_text(subject, values).split()) if subject else None,
        parts=_parts(template, channel, values),
        missing=tuple(dict.fromkeys(str(blank) for blank in blanks.values() if blank.written)),
    )


def script_fields(lead: Lead, owner: Rep, live: LiveTeam, day: str) -> dict[str, str]:
    """The fields of a script (R48), each on one line and of bounded length; "" where we do not know."""
    # Quoted in the middle of a sentence: its own full stop would end that.
    request = cut(_line(lead.message), _QUOTE).rstrip(".,; ")
    first_name = _short(lead.first_name)
    return {
        "greeting": f"Hi {first_name}" if first_name else "Hello",
        "first_name": first_name,
        "name": _short(lead.name),
        "company": _short(lead.company),
        "resource": _short(lead.resource),
        "action": action_in_words(lead),
        "request": request,
        "message": request,
        "matter": matter_in_words(lead),
        "problem": _short(lead.facts.get("problem")),
        "goal": _short(lead.facts.get("goal")),
        "rep": _short(owner.name).split(" ")[0],
        "team": _short(live.team.name),
        "booking_link": _booking_link(owner, live),
        "day": day,
    }


def action_in_words(lead: Lead) -> str:
    """What the lead did, to complete a sentence that begins with "you" (R3): "asked for a demo"."""
    action, resource = (lead.action or "").lower(), _short(lead.resource)
    if resource and ("download" in action or not action):
        return f"downloaded “{resource}”"
    otherwise = f"asked for “{resource}”" if resource else "got in touch with us"
    return next((did for key, did, _ in _ACTIONS if key in action), otherwise)


def matter_in_words(lead: Lead) -> str:
    """What it is all about, as far as we know (R14): the lead's own problem, else what it asked for."""
    if problem := _short(lead.facts.get("problem")):
        return problem
    action, resource = (lead.action or "").lower(), _short(lead.resource)
    if resource and ("download" in action or not action):
        return f"“{resource}”"
    otherwise = f"“{resource}”" if resource else "your request"
    return next((about for key, _, about in _ACTIONS if key in action), otherwise)


def _parts(template: Template, channel: Channel, values: Mapping[str, str | Blank]) -> tuple[Part, ...]:
    body = render_text(template.body, values)
    if channel is Channel.LINKEDIN:
        body = cut(body, LINKEDIN_NOTE_MAX)
    if channel is not Channel.PHONE:
        return (Part(None, body),)
    parts = [Part("If they answer" if template.voicemail else None, body)]
    if template.voicemail:
        parts.append(Part("Voicemail", render_text(template.voicemail, values)))
    if template.linkedin_note:
        note = cut(render_text(template.linkedin_note, values), LINKEDIN_NOTE_MAX)
        parts.append(Part("LinkedIn note, if you are not connected yet", note))
    return tuple(parts)


def _booking_link(owner: Rep, live: LiveTeam) -> str:
    entry = live.team.reps.get(owner.key)
    return str((entry and entry.booking_link) or live.team.booking_link or "")


def _line(text: object) -> str:
    return " ".join(str(text or "").split())


def _short(text: object) -> str:
    return cut(_line(text), _SHORT)
