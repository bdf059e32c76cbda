"""Qualification facts: asked for one at a time, kept with the lead, never asked twice (R25, R36)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.cadence.checks import check_may_log, lock_lead
from bot.cadence.errors import FactKnownError
from bot.db.models import Activity, ActivityKind, Lead, Rep
from bot.team.live import LiveTeam

QUESTIONS: Mapping[str, str] = {
    "problem": "What problem do they want solved?",
    "timeline": "When do they want it in place?",
    "setup": "What do they use today?",
    "decision": "Who decides, and how?",
    "objection": "What speaks against it for them?",
}
"""In the order in which they are asked."""
LONGEST_FACT = 300


def first_missing(lead: Lead) -> str | None:
    """The fact to ask for next, if one is missing."""
    return next((fact for fact in QUESTIONS if not lead.facts.get(fact)), None)


def learn(session: Session, lead: Lead, fact: str, text: str, by: Rep, live: LiveTeam, now: datetime) -> None:
    """Keep what they said. Raises FactKnownError when somebody was first, LeadClosedError, NotYourLeadError."""
    lock_lead(session, lead)
    check_may_log(session, lead, by, live, now)
    known = lead.facts.get(fact)
    if known:
        raise FactKnownError(f"That is known already: {known}")
    keep_fact(session, lead, fact, text, by, now)


def keep_fact(session: Session, lead: Lead, fact: str, text: str, by: Rep, now: datetime) -> None:
    """Under the lead's lock: a newer answer replaces the older one."""
    lead.facts = {**lead.facts, fact: " ".join(text.split())[:LONGEST_FACT]}
    session.add(
        Activity(lead_id=lead.id, at=now, kind=ActivityKind.LEARNED, rep_id=by.id, facts={"fact": fact})
    )
