"""The script of a task, rendered for its lead and owner: ready to say or send as it is (R14, R48)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.cadence.due import next_business_day
from bot.cadence.pools import pool_of
from bot.cadence.templates import FIELDS, Template, served, shipped_templates
from bot.cadence.texts import Blank, cut, render_text
from bot.db.models import Channel, Lead, Rep, Task
from bot.team.live import LiveTeam, live_team

LINKEDIN_NOTE_MAX = 300
_SHORT, _QUOTE = 120, 200

_ACTIONS = (
    ("demo", "asked for a demo"),
    ("pric", "asked about pricing"),
    ("quote", "asked for a quote"),
    ("trial", "started a trial"),
    ("call", "asked for a call"),
    ("consult", "asked for a consultation"),
    ("meeting", "asked for a meeting"),
    ("webinar", "signed up for our webinar"),
    ("event", "signed up for our event"),
    ("newsletter", "signed up for our newsletter"),
    ("download", "asked for a download on our site"),
    ("contact", "sent us a message"),
    ("message", "sent us a message"),
)


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
    template = served(task.template, shipped_templates())
    if template is None or task.channel is None:
        return None
    lead, owner = session.get_one(Lead, task.lead_id), session.get_one(Rep, task.owner_id)
    live = live_team(session)
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
        parts=_parts(template, values),
        missing=tuple(dict.fromkeys(str(blank) for blank in blanks.values() if blank.written)),
    )


def script_fields(lead: Lead, owner: Rep, live: LiveTeam, day: str) -> dict[str, str]:
    """The fields of a script (R48), each on one line and of bounded length; "" where we do not know."""
    # Quoted in the middle of a sentence: its own full stop would end that.
    request = cut(_line(lead.message), _QUOTE).rstrip(".,; ")
    return {
        "first_name": _short(lead.first_name),
        "name": _short(lead.name),
        "company": _short(lead.company),
        "resource": _short(lead.resource),
        "action": action_in_words(lead),
        "request": request,
        "message": request,
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
    return next((words for key, words in _ACTIONS if key in action), otherwise)


def _parts(template: Template, values: Mapping[str, str | Blank]) -> tuple[Part, ...]:
    body = render_text(template.body, values)
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
