"""A lead that was closed or at rest and writes again: recognised, and back with its owner (R49, R29)."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.cadence.next_action import rewrite_next_action
from bot.cadence.pools import active_reps
from bot.cadence.stages import SILENT_STATUSES, take_reply
from bot.cadence.suppression import lift
from bot.db.models import Lead, Rep
from bot.team.live import LiveTeam


def welcome_back(session: Session, lead: Lead, live: LiveTeam, now: datetime) -> bool:
    """Whether a lead that was closed, ghosted or in nurture is back with its owner, who is to answer now.

    Call it when they wrote themselves: that lifts a suppression, too (D11). One that is being worked stays as it is.
    """
    resting = lead.status.is_closed or lead.status in SILENT_STATUSES
    owner = session.get(Rep, lead.owner_id) if lead.owner_id else None
    if not resting or owner is None or not active_reps(session, (owner.key,)):
        return False
    lift(session, lead, now)
    lead.consent_at = lead.consent_at or now
    take_reply(session, lead, owner.id, live, now)
    lead.closed_at = None
    rewrite_next_action(session, lead)
    return True
