"""The first outreach by a person: what the contact clock waits for (D4, R11)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.businesstime import Calendar, elapsed
from bot.db.models import Activity, ActivityKind, Escalation, LadderKind, Lead, Rep


def record_first_response(session: Session, lead: Lead, by: Rep, calendar: Calendar, now: datetime) -> None:
    """Note the first response, in wall and in business seconds since arrival, and end the contact ladder.

    A later one only ends the clock of a lead that came back (D6).
    """
    for ladder in open_ladders(session, lead):
        if ladder.kind is LadderKind.CONTACT:
            ladder.ended_at = now
    if lead.first_response_at is not None:
        return
    lead.first_response_at = now
    lead.first_response_seconds = round((now - lead.received_at).total_seconds())
    lead.first_response_business_seconds = round(elapsed(lead.received_at, now, calendar))
    facts = {
        "seconds": lead.first_response_seconds,
        "business_seconds": lead.first_response_business_seconds,
    }
    session.add(
        Activity(lead_id=lead.id, at=now, kind=ActivityKind.FIRST_RESPONSE, rep_id=by.id, facts=facts)
    )


def open_ladders(session: Session, lead: Lead) -> list[Escalation]:
    """The ladders a lead is climbing."""
    climbing = select(Escalation).where(Escalation.lead_id == lead.id, Escalation.ended_at.is_(None))
    return list(session.scalars(climbing))
