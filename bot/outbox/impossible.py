"""Waits that only a clock which jumped can have made."""

from datetime import datetime, timedelta

from sqlalchemy import case, literal, update
from sqlalchemy.orm import Session

from bot.db import database_now
from bot.db.models import Budget, Intent, Pause
from bot.db.types import UtcDateTime
from bot.outbox.late import LATER

LONGEST = timedelta(minutes=10)
"""Longer than any lease lasts, and than any retry, budget or probe waits."""


def end_impossible_waits(session: Session, machine_now: datetime, lease: timedelta) -> None:
    """Whatever waits for longer than it could by this clock waits no longer; `lease` is how long a lease lasts.

    A clock that ran ahead and was set back leaves waits behind that would last for as long as it was ahead.
    """
    impossible = machine_now + LONGEST
    session.execute(update(Budget).where(Budget.next_at > impossible).values(next_at=machine_now))
    session.execute(update(Pause).where(Pause.probe_at > impossible).values(probe_at=machine_now))
    session.execute(update(Intent).where(Intent.not_before > impossible).values(not_before=machine_now))
    _end_impossible_leases(session, lease)


def _end_impossible_leases(session: Session, lease: timedelta) -> None:
    """The same on the database's clock, which is the machine's own on SQLite and may be on PostgreSQL."""
    now = database_now(session)
    impossible = now + LONGEST
    # Somebody may be delivering under it: they keep it for as long as any lease lasts.
    until = case((Intent.lease.is_(None), literal(now, UtcDateTime)), else_=literal(now + lease, UtcDateTime))
    session.execute(update(Intent).where(Intent.leased_until > impossible).values(leased_until=until))
    session.execute(update(Intent).where(Intent.look_again_at > impossible).values(look_again_at=now + LATER))
