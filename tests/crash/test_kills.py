"""Processes killed at random moments, while leads come in and reps click: nothing lost, nothing said twice.

CRASH_KILLS, CRASH_LEADS and CRASH_SEED make it longer or repeat a run; `make soak` sets the first two.
"""

import os
import random
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.db import Database
from bot.db.models import DueList
from bot.outbox.late import extra_messages_deleted
from tests.crash.ends import assert_nothing_lost_and_nothing_twice, wait_until_quiet
from tests.crash.site import POOLS, Site, site, until

KILLS = int(os.environ.get("CRASH_KILLS", "20"))
LEADS = int(os.environ.get("CRASH_LEADS", "200"))
LISTED = 6
"""Touches of two reps that fall due together: one of the two has at least three, which come as a list."""
WAVE = 10
"""So many kills apart they do."""

COMMANDS = {"sqlite": ["run"], "postgresql": ["web", "web", "worker", "worker"]}


@pytest.mark.xdist_group("crash")
def test_killed_processes_lose_nothing_and_say_nothing_twice(database: Database, tmp_path: Path) -> None:
    seed = int(os.environ.get("CRASH_SEED", random.SystemRandom().randrange(1_000_000)))
    sys.stdout.write(f"CRASH_SEED={seed}\n")
    moments = random.Random(seed)
    with site(_url(database), tmp_path, rate_limits=True) as company:
        for command in COMMANDS["sqlite" if database.is_sqlite else "postgresql"]:
            company.start(command)
        company.wait_for_web()
        _contact_the_first(company, moments)
        for kill in range(KILLS):
            company.send_leads(range(LEADS * kill // KILLS, LEADS * (kill + 1) // KILLS))
            company.claim(company.unclaimed_cards(moments, 1))
            company.log_outcomes(moments, 1, company.reps[:2])
            if kill % WAVE == 0:
                company.touches_fall_due_together()
            _wait_for_a_moment(company, moments)
            victim = moments.choice(company.processes)
            assert victim.running, list(victim.said)[-20:]
            victim.kill()
            victim.restart()
        company.people_are_done()
        wait_until_quiet(company)
        assert company.acknowledged == set(range(LEADS))
        assert_nothing_lost_and_nothing_twice(company)
        with company.database.read() as session:
            lists = session.scalar(select(func.count(DueList.id)))
            extras = extra_messages_deleted(session)
        sys.stdout.write(f"{KILLS} kills, {LEADS} leads, {lists} lists, {extras} extra messages taken back\n")
        assert lists


def _contact_the_first(company: Site, moments: random.Random) -> None:
    """The leads of one pool, whose next touches then wait for their day."""
    company.send_leads(range(0, LISTED * POOLS, POOLS))
    channel, reps = company.channels[0], company.reps[:2]
    until(lambda: len(company.workspace.messages(channel)) == LISTED, "their cards")
    company.claim(company.workspace.messages(channel))
    until(lambda: sum(len(company.workspace.messages(rep)) for rep in reps) == LISTED, "their first touches")
    company.log_outcomes(moments, LISTED, reps)
    company.people_are_done()


def _wait_for_a_moment(company: Site, moments: random.Random) -> None:
    """Some calls of Slack later, so that kills fall right after Slack did something; else after a while."""
    seen = len(company.workspace.calls()) + moments.randint(1, 12)
    company.workspace.wait_for(lambda: len(company.workspace.calls()) >= seen, moments.uniform(0.2, 3.0))


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)
