"""Any number of processes share one PostgreSQL, and take over from each other."""

import random
import socket
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text

from bot.db import Database, database_now
from bot.db.models import Intent
from bot.outbox.late import extra_messages_deleted
from bot.workspace import Fault, FaultKind
from tests.crash.ends import assert_nothing_lost_and_nothing_twice, assert_people_worked, wait_until_quiet
from tests.crash.processes import BotProcess
from tests.crash.site import Clock, Site, site, until
from tests.postgres import Postgres

pytestmark = pytest.mark.xdist_group("crash")

HOUR = 3600.0
NEVER = 3600.0
"""Seconds between two looks of a worker that must be woken."""
TAKEN_OVER_SECONDS = 30
"""After a worker's death, until what it had leased is said by another: its lease lasts 20 of them."""
NOTIFIES_NOBODY = "CREATE FUNCTION public.pg_notify(text, text) RETURNS void LANGUAGE sql AS ''"


@pytest.fixture
def machines(postgres: Postgres, tmp_path: Path) -> Iterator[Site]:
    with postgres.migrated_database() as url, site(url, tmp_path) as company:
        yield company


def test_a_commit_wakes_the_worker_of_another_process(machines: Site) -> None:
    machines.start("web")
    machines.start("worker", poll=NEVER)
    _wait_for_listeners(machines, 1)
    machines.wait_for_web()
    for number in range(2):
        # The first lead may be found by the look that follows listening; the second only by being told.
        machines.send_leads(range(number, number + 1))
        until(partial(machines.workspace.messages, machines.channels[number]), "its card")
    machines.claim(machines.workspace.messages(machines.channels[1]))
    until(
        lambda: any(machines.workspace.messages(rep) for rep in machines.reps[2:4]), "the owner's first touch"
    )
    _ends_well(machines)


def test_three_workers_share_the_work_without_being_told_how_and_two_go_on_without_the_third(
    machines: Site,
) -> None:
    moments = random.Random(0)
    machines.start("web")
    workers = [machines.start("worker") for _ in range(3)]
    _wait_for_listeners(machines, 3)
    machines.wait_for_web()
    machines.send_leads(range(30))
    machines.work_begins(moments)
    machines.send_leads(range(30, 60))
    machines.claim(machines.unclaimed_cards(moments, 5))
    until(lambda: _posts(machines) >= 40, "half of the work is done")
    workers[0].kill()
    under_way = sum(intent.lease is not None for intent in _intents(machines))
    _ends_well(machines)
    assert_people_worked(machines, 6)
    shown = sum(intent.ts is not None for intent in _intents(machines))
    # What was under way when a worker died may have been said before its log could say so.
    until(lambda: sum(_posted_by(workers)) >= shown - under_way, "everybody has logged what they posted")
    assert sum(_posted_by(workers)) <= shown + _extras(machines)
    assert sum(count > 0 for count in _posted_by(workers)) > 1


def test_workers_whose_clocks_differ_by_30_seconds_say_nothing_twice(machines: Site, tmp_path: Path) -> None:
    # As it comes: a lease is shorter than the clocks are apart.
    machines.environment.pop("LEASE_SECONDS")
    machines.start("web")
    machines.start("worker", clock=Clock(tmp_path, 30))
    machines.start("worker")
    _wait_for_listeners(machines, 2)
    machines.wait_for_web()
    machines.send_leads(range(10))
    machines.work_begins(random.Random(0))
    machines.send_leads(range(10, 30))
    _ends_well(machines)
    assert_people_worked(machines, 5)
    assert _extras(machines) == 0
    assert _posts(machines) == sum(intent.ts is not None for intent in _intents(machines))


def test_without_a_single_notification_everything_is_found_by_looking(machines: Site) -> None:
    with machines.database.write() as session:
        session.execute(text(NOTIFIES_NOBODY))
        name = session.scalar(text("SELECT current_database()"))
        session.execute(text(f"ALTER DATABASE {name} SET search_path = public, pg_catalog"))
    # What this process had to say before.
    machines.database.notifier.flush()
    url = machines.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as ear:
        ear.execute("LISTEN followup")
        machines.start("web")
        machines.start("worker", poll=1)
        _wait_for_listeners(machines, 2)
        machines.wait_for_web()
        machines.send_leads(range(2))
        until(lambda: all(map(machines.workspace.messages, machines.channels[:2])), "the cards")
        machines.claim(machines.workspace.messages(machines.channels[0]))
        until(lambda: any(map(machines.workspace.messages, machines.reps[:2])), "the owner's first touch")
        machines.log_outcomes(random.Random(0), 1, machines.reps)
        _ends_well(machines)
        assert list(ear.notifies(timeout=0)) == []


def test_a_clock_that_jumps_an_hour_either_way_loses_nothing_and_says_nothing_twice(
    database: Database, tmp_path: Path
) -> None:
    clock = Clock(tmp_path)
    with site(_url(database), tmp_path) as machine:
        processes = [machine.start(command, clock=clock) for command in _commands(database)]
        machine.wait_for_web()
        cards_each = 0
        for number, off in enumerate((0, HOUR, -HOUR, 0)):
            clock.set(off)
            cards_each += 1
            machine.workspace.faults.clear()
            machine.send_leads(range(10 * number, 10 * (number + 1)))
            until(partial(_cards_shown, machine, cards_each), f"a card in each channel, {off} s off")
            cards = [machine.workspace.messages(channel)[-1] for channel in machine.channels]
            # Slack signs by its own clock.
            assert machine.click(machine.reps[0], cards[0], "claim").ok == (off == 0)
            if off == HOUR:
                # Looked for as soon as the clock is set back, not when that hour comes again.
                _leave_some_in_doubt(machine, range(40, 50))
                cards_each += 1
        machine.claim([machine.workspace.messages(channel)[-1] for channel in machine.channels])
        _ends_well(machine)
        assert any("clock jumped" in line for process in processes for line in process.said)


def test_what_a_dead_worker_had_leased_is_taken_over_within_30_seconds(machines: Site) -> None:
    machines.environment.pop("LEASE_SECONDS")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        # It accepts connections and never answers: what is leased stays under way until the kill.
        hole = f"http://127.0.0.1:{silent.getsockname()[1]}/api/"
        machines.start("web")
        doomed = machines.start("worker", SLACK_API_URL=hole)
        machines.wait_for_web()
        machines.send_leads(range(8))
        until(lambda: any(intent.lease for intent in _intents(machines)), "something is leased")
        doomed.kill()
        with machines.database.read() as session:
            killed_at = database_now(session)
    left = {intent.id for intent in _intents(machines) if intent.lease}
    assert left
    assert machines.workspace.calls() == []
    machines.start("worker")
    _ends_well(machines)
    # Slack names a message by the moment it came, on the same machine's clock.
    came = [float(intent.ts or 0) for intent in _intents(machines) if intent.id in left]
    assert len(came) == len(left)
    assert killed_at.timestamp() < min(came)
    assert max(came) <= killed_at.timestamp() + TAKEN_OVER_SECONDS


def _ends_well(company: Site) -> None:
    company.people_are_done()
    wait_until_quiet(company)
    assert_nothing_lost_and_nothing_twice(company)


def _cards_shown(company: Site, number: int) -> bool:
    return all(len(company.workspace.messages(channel)) == number for channel in company.channels)


def _posts(company: Site) -> int:
    """How many messages Slack took."""
    return sum(bool(call.answer.get("ok")) for call in company.workspace.calls("chat.postMessage"))


def _posted_by(workers: Sequence[BotProcess]) -> list[int]:
    """How many messages each says that it posted."""
    return [sum("message posted" in line for line in list(worker.said)) for worker in workers]


def _extras(company: Site) -> int:
    with company.database.read() as session:
        return extra_messages_deleted(session)


def _intents(company: Site) -> list[Intent]:
    with company.database.read() as session:
        return list(session.scalars(select(Intent)))


def _leave_some_in_doubt(company: Site, leads: range) -> None:
    """Slack takes some of these leads' cards, nobody hears of it, and nobody can look."""
    company.workspace.faults.add(Fault("conversations.history", FaultKind.SERVER_ERROR))
    company.workspace.faults.add(Fault("chat.postMessage", FaultKind.REPLY_LOST, times=3))
    company.send_leads(leads)
    until(
        lambda: sum(bool(intent.leased_until and intent.last_error) for intent in _intents(company)) == 3,
        "three are in doubt",
    )


def _commands(database: Database) -> list[str]:
    return ["run"] if database.is_sqlite else ["web", "worker"]


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def _wait_for_listeners(company: Site, number: int) -> None:
    listening = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN followup'"
    )

    def all_listen() -> bool:
        with company.database.read() as session:
            return bool(session.scalar(listening) == number)

    until(all_listen, "every worker listens")
