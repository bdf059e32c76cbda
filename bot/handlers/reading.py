"""Whose clock a typed date is read on."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.cadence import pool_of
from bot.db.models import Lead, Rep
from bot.handlers.when import Reader
from bot.team.live import live_team


def reader_for(session: Session, lead: Lead, rep: Rep, now: datetime) -> Reader:
    """This rep's own hours and zone where they have some, else the pool's; 12/03 as it is written in the country."""
    live = live_team(session)
    pool, entry = pool_of(session, lead, live), live.team.reps.get(rep.key)
    return Reader(now, entry.calendar(pool) if entry else pool.calendar, live.team.country)
