"""Processes killed at random moments, while leads come in and reps click: nothing lost, nothing said twice.

CRASH_KILLS, CRASH_LEADS and CRASH_SEED make it longer or repeat a run; `make soak` sets the first two.
"""

import os
import random
import sys
from pathlib import Path

import pytest

from bot.db import Database
from tests.crash.ends import assert_nothing_lost_and_nothing_twice, wait_until_quiet
from tests.crash.site import Site, site

KILLS = int(os.environ.get("CRASH_KILLS", "20"))
LEADS = int(os.environ.get("CRASH_LEADS", "200"))
CLAIMS_A_ROUND = 2

COMMANDS = {"sqlite": ["run"], "postgresql": ["web", "worker", "worker"]}


@pytest.mark.xdist_group("crash")
def test_killed_processes_lose_nothing_and_say_nothing_twice(database: Database, tmp_path: Path) -> None:
    seed = int(os.environ.get("CRASH_SEED", random.SystemRandom().randrange(1_000_000)))
    sys.stdout.write(f"CRASH_SEED={seed}\n")
    moments = random.Random(seed)
    with site(_url(database), tmp_path) as company:
        for command in COMMANDS["sqlite" if database.is_sqlite else "postgresql"]:
            company.start(command)
        company.wait_for_web()
        for kill in range(KILLS):
            company.send_leads(range(LEADS * kill // KILLS, LEADS * (kill + 1) // KILLS))
            company.claim(company.unclaimed_cards(moments, CLAIMS_A_ROUND))
            _wait_for_a_moment(company, moments)
            victim = moments.choice(company.processes)
            assert victim.running, list(victim.said)[-20:]
            victim.kill()
            victim.restart()
        company.people_are_done()
        wait_until_quiet(company)
        assert company.acknowledged == set(range(LEADS))
        assert_nothing_lost_and_nothing_twice(company)


def _wait_for_a_moment(company: Site, moments: random.Random) -> None:
    """Some calls of Slack later, so that kills fall right after Slack did something; else after a while."""
    seen = len(company.workspace.calls()) + moments.randint(1, 12)
    company.workspace.wait_for(lambda: len(company.workspace.calls()) >= seen, moments.uniform(0.2, 3.0))


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)
