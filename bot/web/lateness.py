"""What is due and has not happened: anything but a moment's lateness means that no worker gets to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from bot.db.due import DUE
from bot.db.models import InboxEntry, InboxState
from bot.outbox.health import OutboxHealth

TOO_LATE = timedelta(seconds=90)
"""Longer than any row waits for a worker that lives: each looks through everything once a minute."""


@dataclass(frozen=True)
class Waiting:
    """How many rows wait for a worker, and for how many seconds the oldest has."""

    count: int = 0
    seconds: float = 0.0


def due_late(session: Session, business_now: datetime) -> Mapping[str, Waiting]:
    """What is due and not fired yet, of each kind."""
    each = (
        select(literal(kind), func.count(), func.min(due_at)).where(waits, due_at <= business_now)
        for kind, (due_at, waits) in DUE.items()
    )
    rows = session.execute(union_all(*each))
    return {kind: waiting(count, since, business_now) for kind, count, since in rows}


def undecided(session: Session, business_now: datetime) -> Waiting:
    """What came in and is not decided yet."""
    entries = select(func.count(), func.min(InboxEntry.received_at))
    count, since = session.execute(entries.where(InboxEntry.state == InboxState.WAITING)).one()
    return waiting(count, since, business_now)


def too_late(session: Session, outbox: OutboxHealth, business_now: datetime) -> dict[str, int]:
    """For how many seconds the oldest has waited, of each kind that waits for too long."""
    ages = {kind: each.seconds for kind, each in due_late(session, business_now).items()}
    ages |= {"lead": undecided(session, business_now).seconds, "message": outbox.oldest_seconds or 0.0}
    return {kind: round(age) for kind, age in ages.items() if age > TOO_LATE.total_seconds()}


def waiting(count: int, since: datetime | None, now: datetime) -> Waiting:
    """So many rows, the oldest of which has waited since then; a clock that was set back makes no negative age."""
    return Waiting(count, max((now - since).total_seconds(), 0.0) if since else 0.0)
