"""Several workers look for dates to come back at the same moment; each date comes once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from bot.cadence import fire_due_timers
from bot.db import Database
from bot.db.models import Activity, ActivityKind, Lead, Status, Task, TaskKind, Timer, TimerKind
from bot.team.live import apply_team
from tests.cadence.conftest import DANA, MONDAY_10, TEAM
from tests.people import rep_by_key

LEADS = 150
WORKERS = 8


def test_workers_who_fire_the_same_dates_at_once_fire_each_date_once(database: Database) -> None:
    in_nurture(database)

    def work(_worker: int) -> int:
        fired = 0
        while pending(database):
            with database.write() as session:
                fired += fire_due_timers(session, MONDAY_10, limit=1)
        return fired

    with ThreadPoolExecutor(WORKERS) as workers:
        fired = sum(workers.map(work, range(WORKERS)))
    with database.read() as session:
        arrived = session.scalar(
            select(func.count(Activity.id)).where(Activity.kind == ActivityKind.REVISITED)
        )
        callbacks = session.scalar(select(func.count(Task.id)).where(Task.kind == TaskKind.CALLBACK))
    assert (fired, arrived, callbacks) == (LEADS, LEADS, LEADS)


def in_nurture(database: Database) -> None:
    """Leads whose date to come back has arrived."""
    with database.write() as session:
        apply_team(session, TEAM, author="test", now=MONDAY_10 - timedelta(days=30))
        ana = rep_by_key(session, "ana")
        came = {"received_at": MONDAY_10, "clock_started_at": MONDAY_10}
        leads = [
            Lead(source="website", pool="inbound", status=Status.NURTURE, owner_id=ana.id, **came, **DANA)
            for _ in range(LEADS)
        ]
        session.add_all(leads)
        session.flush()
        session.add_all(Timer(kind=TimerKind.REVISIT, lead_id=lead.id, due_at=MONDAY_10) for lead in leads)


def pending(database: Database) -> bool:
    with database.read() as session:
        return session.scalar(select(Timer.id).where(Timer.fired_at.is_(None)).limit(1)) is not None
