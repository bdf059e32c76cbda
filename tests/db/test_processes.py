"""Two processes on one database, and connections that the server drops: each `Database` stands for a process."""

import queue
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import column, func, select, text

from bot.db import Database, Loop, wake
from bot.db.models import PoolRow
from bot.team.live import NoTeamError, apply_team, live_team
from bot.worker.listen import Listener
from tests.outbox.bench import TEAM
from tests.postgres import Postgres

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECONDS = 30


@pytest.fixture
def here(postgres: Postgres) -> Iterator[Database]:
    with postgres.migrated_database() as url:
        database = Database(url)
        yield database
        database.dispose()


@pytest.fixture
def elsewhere(here: Database) -> Iterator[Database]:
    database = Database(here.url.render_as_string(hide_password=False))
    yield database
    database.dispose()


def ask(database: Database, loop: Loop) -> None:
    with database.write() as session:
        wake(session, loop)


def test_a_commit_wakes_the_other_processes_once_and_its_own_not_again(
    here: Database, elsewhere: Database
) -> None:
    heard: queue.Queue[Loop] = queue.Queue()
    listener = Listener(elsewhere, heard.put)
    listener.start()
    # Whoever begins to listen looks at everything once.
    assert {heard.get(timeout=SECONDS) for _ in Loop} == set(Loop)
    ask(elsewhere, Loop.PEOPLE)
    elsewhere.notifier.flush()
    ask(here, Loop.INBOX)
    assert heard.get(timeout=SECONDS) is Loop.INBOX
    listener.stop()


def test_what_is_still_to_be_said_is_said_before_a_process_lets_go(
    here: Database, elsewhere: Database
) -> None:
    heard: queue.Queue[Loop] = queue.Queue()
    listener = Listener(elsewhere, heard.put)
    listener.start()
    assert {heard.get(timeout=SECONDS) for _ in Loop} == set(Loop)
    ask(here, Loop.TIMERS)
    ask(here, Loop.DELIVERY)
    here.dispose()
    assert {heard.get(timeout=SECONDS), heard.get(timeout=SECONDS)} == {Loop.TIMERS, Loop.DELIVERY}
    listener.stop()


def test_connections_that_the_server_dropped_are_replaced_before_anybody_notices(
    here: Database, elsewhere: Database
) -> None:
    def used() -> set[int]:
        with here.read() as one, here.read() as two:
            return {session.scalars(select(func.pg_backend_pid())).one() for session in (one, two)}

    dropped = used()
    with elsewhere.read() as session:
        assert session.scalars(
            select(func.pg_terminate_backend(column("pid"), SECONDS * 1000))
            .where(column("pid").in_(dropped))
            .select_from(text("pg_stat_activity"))
        ).all() == [True, True]
    assert not used() & dropped


def test_a_team_applied_in_one_process_is_the_team_of_all_at_once(
    here: Database, elsewhere: Database
) -> None:
    for name in ("Larkspur", "Larkspur and Sons"):
        with here.write() as session:
            apply_team(
                session, TEAM.replace("name: Larkspur\n", f"name: {name}\n"), author="the test", now=NOON
            )
        for database in (here, elsewhere):
            with database.read() as session:
                assert live_team(session).team.name == name


def test_a_team_that_was_not_committed_is_nobodys(database: Database) -> None:
    def apply_half_way() -> None:
        with database.write() as session:
            apply_team(session, TEAM, author="the test", now=NOON)
            assert live_team(session).team.name == "Larkspur"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        apply_half_way()
    with database.read() as session, pytest.raises(NoTeamError):
        live_team(session)
    with database.write() as session:
        apply_team(session, TEAM.replace("name: Larkspur\n", "name: Another\n"), author="the test", now=NOON)
    with database.read() as session:
        assert live_team(session).team.name == "Another"
        assert session.scalars(select(PoolRow.key).order_by(PoolRow.key)).all() == ["inbound", "partners"]
