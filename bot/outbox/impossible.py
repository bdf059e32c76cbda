"""Waits that only a clock which jumped can have made."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.db.models import Budget, Intent, Pause

LONGEST = timedelta(minutes=10)
"""Longer than any retry, budget or probe waits."""


def end_impossible_waits(session: Session, machine_now: datetime) -> None:
    """Whatever waits for longer than it could by this clock waits no longer.

    A clock that ran ahead and was set back leaves waits behind that would last for as long as it was ahead.
    """
    impossible = machine_now + LONGEST
    session.execute(update(Budget).where(Budget.next_at > impossible).values(next_at=machine_now))
    session.execute(update(Pause).where(Pause.probe_at > impossible).values(probe_at=machine_now))
    session.execute(update(Intent).where(Intent.not_before > impossible).values(not_before=machine_now))
