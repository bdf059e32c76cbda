"""The rows of people."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Rep


def rep_by_key(session: Session, key: str) -> Rep:
    """Whoever the team document calls so."""
    return session.scalars(select(Rep).where(Rep.key == key)).one()
