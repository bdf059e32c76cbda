"""`/followup scripts [words] [lead]`: the approved script that fits, on demand (R10, R48)."""

import re

from sqlalchemy.orm import Session

from bot.cadence.search import Found, find_scripts, subjects_of_scripts
from bot.db.models import Lead
from bot.handlers.command.asked import Asked
from bot.handlers.lookup import one_lead
from bot.messages.scripts import no_script, scripts_found, scripts_overview
from bot.outbox.rendering import SlackMessage
from bot.team.live import live_team

_REF = re.compile(r"#?l-\d+", re.IGNORECASE)


def show_scripts(asked: Asked) -> SlackMessage:
    """The scripts that fit best, written for the lead that is named, else with blanks. Raises NoSuchLeadError."""
    with asked.edge.database.read() as session:
        rep, live = asked.rep(session), live_team(session)
        words = [word for word in asked.words.split() if not _REF.fullmatch(word)]
        if not words:
            return scripts_overview(subjects_of_scripts(live.team))
        found: list[Found] = find_scripts(
            live, " ".join(words), _lead_named(session, asked.words), rep, asked.edge.business_now()
        )
        if not found:
            return no_script(" ".join(words), subjects_of_scripts(live.team))
        return scripts_found(" ".join(words), found)


def _lead_named(session: Session, words: str) -> Lead | None:
    named = next((word for word in words.split() if _REF.fullmatch(word)), None)
    return one_lead(session, named) if named else None
