"""Leads that come back to their pool from an owner (D6): what their next offer has to know."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Activity, ActivityKind, Lead

NO_REACTION = "no reaction"
"""Why a lead was taken back: it wrote again, and its owner let the contact clock run out."""


def last_taken_back(session: Session, leads: Sequence[Lead]) -> Mapping[int, Activity]:
    """The last time each of these leads was taken back, by lead id; those that never were are missing."""
    events = select(func.max(Activity.id)).where(
        Activity.lead_id.in_([lead.id for lead in leads]), Activity.kind == ActivityKind.TAKEN_BACK
    )
    last = select(Activity).where(Activity.id.in_(events.group_by(Activity.lead_id)))
    return {event.lead_id: event for event in session.scalars(last)}
