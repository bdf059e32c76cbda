"""Any number of processes share one PostgreSQL, and take over from each other."""

import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.db import Database
from bot.db.models import Intent
from tests.crash.ends import assert_nothing_lost_and_nothing_twice, wait_until_quiet
from tests.crash.site import Clock, Site, site, until
from tests.postgres import Postgres

pytestmark = pytest.mark.xdist_group("crash")

HOUR = 3600.0
NEVER = 3600.0
"""Seconds between two looks of a worker that must be woken."""


@pytest.fixture
def machines(postgres: Postgres, tmp_path: Path) -> Iterator[Site]:
    with postgres.migrated_database() as url, site(url, tmp_path) as company:
        yield company


def test_a_commit_wakes_the_worker_of_another_process(machines: Site) -> None:
    machines.start("web")
    machines.start_worker(poll=NEVER)
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


def test_three_workers_share_the_work_without_being_told_how(machines: Site) -> None:
    machines.start("web")
    workers = [machines.start("worker") for _ in range(3)]
    _wait_for_listeners(machines, 3)
    machines.wait_for_web()
    machines.send_leads(range(60))
    _ends_well(machines)
    posted = [sum("message posted" in line for line in worker.said) for worker in workers]
    assert sum(posted) == 60
    assert sum(count > 0 for count in posted) > 1


def test_workers_whose_clocks_differ_by_30_seconds_say_nothing_twice(machines: Site, tmp_path: Path) -> None:
    machines.start("web")
    machines.start_worker(clock=Clock(tmp_path, 30))
    machines.start_worker()
    _wait_for_listeners(machines, 2)
    machines.wait_for_web()
    machines.send_leads(range(30))
    until(
        lambda: all(machines.workspace.messages(channel) for channel in machines.channels), "the first cards"
    )
    machines.claim([machines.workspace.messages(channel)[0] for channel in machines.channels])
    _ends_well(machines)


def test_a_clock_that_jumps_an_hour_either_way_loses_nothing_and_says_nothing_twice(
    machines: Site, tmp_path: Path
) -> None:
    clock = Clock(tmp_path)
    machines.start("web")
    worker = machines.start_worker(clock=clock)
    _wait_for_listeners(machines, 1)
    machines.wait_for_web()
    for number, off in enumerate((0, HOUR, -HOUR, 0)):
        clock.set(off)
        machines.send_leads(range(10 * number, 10 * (number + 1)))
        until(partial(_cards_shown, machines, number + 1), f"a card in each channel, the clock {off} s off")
        machines.claim([machines.workspace.messages(channel)[-1] for channel in machines.channels])
    _ends_well(machines)
    assert any("clock jumped" in line for line in worker.said)


def test_what_a_dead_worker_had_leased_is_taken_over(database: Database, tmp_path: Path) -> None:
    commands = ["run"] if database.is_sqlite else ["web", "worker"]
    url = database.url.render_as_string(hide_password=False)
    with site(url, tmp_path) as company, socket.create_server(("127.0.0.1", 0)) as silent:
        # It accepts connections and never answers: what is leased stays under way until the kill.
        hole = f"http://127.0.0.1:{silent.getsockname()[1]}/api/"
        doomed = [company.start(command, SLACK_API_URL=hole, LEASE_SECONDS="9") for command in commands]
        company.wait_for_web()
        company.send_leads(range(8))
        until(lambda: _leased(company) > 0, "something is leased")
        for process in doomed:
            process.kill()
        assert company.workspace.calls() == []
        for command in commands:
            company.start(command)
        _ends_well(company)


def _ends_well(company: Site) -> None:
    company.people_are_done()
    wait_until_quiet(company)
    assert_nothing_lost_and_nothing_twice(company)


def _cards_shown(company: Site, number: int) -> bool:
    return all(len(company.workspace.messages(channel)) == number for channel in company.channels)


def _leased(company: Site) -> int:
    with company.database.read() as session:
        return session.scalar(select(func.count()).where(Intent.lease.is_not(None))) or 0


def _wait_for_listeners(company: Site, number: int) -> None:
    listening = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN followup'"
    )

    def all_listen() -> bool:
        with company.database.read() as session:
            return bool(session.scalar(listening) == number)

    until(all_listen, "every worker listens")
