"""Two people close or reopen the records of one person at the same moment: one waits for the other, and never both."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import column, func, select, text

from bot.db import Database
from bot.db.models import Lead, Outcome, Status
from bot.team.live import apply_team
from tests.cadence.conftest import MONDAY_10, TEAM, Desk
from tests.postgres import Postgres


@pytest.fixture
def desk(postgres: Postgres) -> Iterator[Desk]:
    """On PostgreSQL: SQLite has one writer at a time."""
    with postgres.migrated_database() as url:
        database = Database(url)
        with database.write() as session:
            apply_team(session, TEAM, author="test", now=MONDAY_10)
        yield Desk(database)
        database.dispose()


def somebody_waits(desk: Desk) -> bool:
    waiting = (
        select(func.count()).select_from(text("pg_stat_activity")).where(column("wait_event_type") == "Lock")
    )
    with desk.database.read() as session:
        return bool(session.scalar(waiting))


@pytest.mark.parametrize("undone", [False, True], ids=["unsubscribed", "and taken back"])
def test_whoever_waits_for_the_first_record_of_a_person_holds_no_later_one(desk: Desk, undone: bool) -> None:
    first, second = desk.arrive(), desk.arrive()
    act: Callable[[], object] = partial(desk.log, second, Outcome.UNSUBSCRIBED, MONDAY_10)
    if undone:
        act = partial(desk.undo, desk.log(second, Outcome.UNSUBSCRIBED, MONDAY_10), MONDAY_10)
    with ThreadPoolExecutor(1) as elsewhere:
        with desk.database.write() as session:
            session.get_one(Lead, first, with_for_update={"key_share": True})
            acting = elsewhere.submit(act)
            while not somebody_waits(desk):
                assert not acting.done()
            free = select(Lead.id).where(Lead.id == second).with_for_update(key_share=True, skip_locked=True)
            assert session.scalar(free) == second
        acting.result()
    statuses = {desk.lead(first).status, desk.lead(second).status}
    assert statuses == {Status.ACTIVE if undone else Status.UNSUBSCRIBED}
