"""Who may work a lead, looked up at the moment of use."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence.pools import pool_of
from bot.db.models import Lead, Rep
from bot.team.live import LiveTeam


def may_work(session: Session, lead: Lead, by: Rep, live: LiveTeam) -> bool:
    """The owner, the owner's assistant (R52) and the pool's managers; anybody as long as nobody owns it."""
    if lead.owner_id in (None, by.id) or by.key in pool_of(session, lead, live).managers:
        return True
    return session.get_one(Rep, lead.owner_id).key in live.team.owners_assisted_by(by.key)


def owners_assisted_by(session: Session, assistant: Rep, live: LiveTeam) -> Sequence[Rep]:
    """The reps whose silent threads this person works, by name."""
    keys = live.team.owners_assisted_by(assistant.key)
    return session.scalars(select(Rep).where(Rep.key.in_(keys), Rep.active).order_by(Rep.name)).all()
