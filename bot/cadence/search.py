"""Finding the script that fits: by plan, stage, angle, kind of objection or any word in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from bot.cadence.due import next_business_day
from bot.cadence.plans import plans_of
from bot.cadence.scripts import Script, render_script, script_fields
from bot.cadence.templates import templates_of
from bot.db.models import Channel, Lead, Rep
from bot.team.document import Team
from bot.team.live import LiveTeam
from bot.team.templates import Template

SHOWN = 3
MOST_WORDS = 20
"""Nobody looks for a script by more words than these; each is compared with every word there is."""
_SAME = {
    "email": "mail", "e-mail": "mail", "mail": "mail", "phone": "call", "calls": "call", "expensive": "price",
    "cost": "price", "costs": "price", "budget": "price", "pricing": "price", "later": "timing", "busy": "timing",
    "time": "timing", "boss": "authority", "decides": "authority", "competition": "competitor", "info": "information",
    "objections": "objection", "breakup": "break", "goodbye": "break", "exit": "break", "voicemails": "voicemail",
}  # fmt: skip
"""Words that people use for the same thing."""


@dataclass(frozen=True)
class Found:
    """A script that fits: its name, what it is for, and how it reads."""

    template: Template
    channel: Channel
    used_in: str | None
    script: Script


def find_scripts(live: LiveTeam, words: str, lead: Lead | None, rep: Rep, now: datetime) -> list[Found]:
    """The best few for these words, for this lead (blanks without one); none where nothing fits."""
    templates, used = templates_of(live.team), _used_in(live.team)
    index = {key: _index(template, used.get(key, "")) for key, template in templates.items()}
    wanted = [_nearest(word, index) for word in _words(words)[:MOST_WORDS]]
    scores = {key: sum(own.get(word, 0) for word in wanted) for key, own in index.items()}
    complete = [key for key, own in index.items() if all(word in own for word in wanted)]
    fitting = complete or [key for key, score in scores.items() if score > 0]
    best = sorted(fitting, key=lambda key: (-scores[key], key))[:SHOWN]
    return [_found(templates[key], used.get(key), live, lead, rep, now, wanted) for key in best]


def subjects_of_scripts(team: Team) -> tuple[Sequence[str], Sequence[str]]:
    """The plans that have scripts, and the kinds of objection there is an answer to."""
    objections = [
        key.removeprefix("objection-") for key in templates_of(team) if key.startswith("objection-")
    ]
    return sorted(plans_of(team)), sorted(objections)


def _found(
    template: Template,
    used_in: str | None,
    live: LiveTeam,
    lead: Lead | None,
    rep: Rep,
    now: datetime,
    wanted: Sequence[str],
) -> Found:
    known = ("rep", "team", "booking_link")
    anybody = script_fields(Lead(facts={}), rep, live, "")
    fields = {"greeting": "Hello", **{name: anybody[name] for name in known}}
    if lead is not None:
        calendar = live.team.pool(
            lead.pool if lead.pool in live.team.pools else live.team.default_pool
        ).calendar
        fields = script_fields(lead, rep, live, next_business_day(now, calendar))
    named = (channel for channel in template.channels if _plain(channel.value) in wanted)
    channel = next(named, template.channels[0])
    return Found(template, channel, used_in, render_script(template, channel, fields))


def _index(template: Template, used_in: str) -> dict[str, int]:
    """How much each word says about this script: most in its name, least in its text."""
    index = dict.fromkeys(_words(" ".join(template.texts.values())), 1)
    index |= dict.fromkeys(_words(f"{template.angle} {template.subject or ''}"), 3)
    parts = (*template.texts, *(channel.value for channel in template.channels))
    index |= dict.fromkeys(_words(f"{template.id} {used_in} {' '.join(parts)}"), 4)
    return index


def _nearest(word: str, index: dict[str, dict[str, int]]) -> str:
    """The word itself, or the one that was probably meant."""
    known = {each for own in index.values() for each in own}
    return word if word in known else next(iter(get_close_matches(word, known, n=1, cutoff=0.8)), word)


def _used_in(team: Team) -> dict[str, str]:
    """Where each script is used: "stalled-14d-call-ask, touch 6, the break-up"."""
    return {
        key: f"{name}, touch {touch.number}" + (", the break-up" if touch.break_up else "")
        for name, plan in plans_of(team).items()
        for touch in plan.touches
        for key in touch.templates.values()
    }


def _words(text: str) -> list[str]:
    return [_plain(word) for word in re.findall(r"[^\W_]+", text.casefold())]


def _plain(word: str) -> str:
    return _SAME.get(word, word)
