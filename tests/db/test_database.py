import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import StatementError

from bot.db import Database, Loop, database_now, wake
from bot.db.migrate import is_current
from bot.db.models import Base, ContentSighting, PoolRow

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_the_migrations_make_the_schema_that_the_models_describe(database: Database) -> None:
    assert is_current(database)
    assert set(Base.metadata.tables) < set(inspect(database.engine).get_table_names())


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def fail_half_way() -> None:
        with database.write() as session:
            session.add(PoolRow(key="inbound"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.read() as session:
        assert session.scalars(select(PoolRow)).all() == []


def test_what_one_statement_stores_is_there_and_wakes_whoever_works_on_it(database: Database) -> None:
    heard: list[Loop] = []
    database.wakeups.listen(heard.append)
    with database.store() as session:
        session.execute(insert(PoolRow).values(key="inbound"))
        wake(session, Loop.INBOX)
    with database.read() as session:
        assert session.scalars(select(PoolRow.key)).all() == ["inbound"]
    assert heard == [Loop.INBOX]


def test_instants_come_back_aware_and_in_utc(database: Database) -> None:
    with database.write() as session:
        session.add(ContentSighting(source="web", digest="d", seen_at=NOON, public_id="1"))
    with database.read() as session:
        assert session.scalars(select(ContentSighting.seen_at)).one() == NOON
        assert abs((database_now(session) - datetime.now(UTC)).total_seconds()) < 60


def test_a_naive_instant_is_refused(database: Database) -> None:
    naive = ContentSighting(source="web", digest="d", seen_at=NOON.replace(tzinfo=None), public_id="1")
    with database.write() as session:
        session.add(naive)
        with pytest.raises(StatementError, match="naive"):
            session.flush()
        session.rollback()


def test_a_wake_is_sent_after_the_commit_and_not_after_a_failure(database: Database) -> None:
    heard: list[Loop] = []
    database.wakeups.listen(heard.append)

    def fail_after_asking() -> None:
        with database.write() as session:
            wake(session, Loop.INBOX)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_asking()
    assert heard == []
    with database.write() as session:
        wake(session, Loop.DELIVERY)
    assert heard == [Loop.DELIVERY]


def test_fifty_threads_writing_at_once_all_commit(database: Database) -> None:
    def write(number: int) -> None:
        with database.write() as session:
            session.add(PoolRow(key=f"pool-{number}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert len(session.scalars(select(PoolRow)).all()) == 50
