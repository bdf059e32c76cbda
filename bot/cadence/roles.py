"""Who may work a lead, looked up at the moment of use."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence.lending import looks_after
from bot.cadence.pools import pool_of
from bot.db.models import Lead, Rep
from bot.team.live import LiveTeam


def may_work(session: Session, lead: Lead, by: Rep, live: LiveTeam, now: datetime) -> bool:
    """The owner, who stands in for them, their assistant (R52), the pool's managers; anybody while nobody owns it."""
    if lead.owner_id in (None, by.id) or by.key in pool_of(session, lead, live).managers:
        return True
    assists = session.get_one(Rep, lead.owner_id).key in live.team.owners_assisted_by(by.key)
    return assists or looks_after(session, lead, by, now)


def owners_assisted_by(session: Session, assistant: Rep, live: LiveTeam) -> Sequence[Rep]:
    """The reps whose silent threads this person works, by name."""
    keys = live.team.owners_assisted_by(assistant.key)
    return session.scalars(select(Rep).where(Rep.key.in_(keys), Rep.active).order_by(Rep.name)).all()
