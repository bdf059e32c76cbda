"""The database goes away under load, or its disk fills up: senders are told, and nothing acknowledged is lost."""

import random
import resource
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.company import all_text
from tests.crash.ends import assert_nothing_lost_and_nothing_twice, assert_people_worked, wait_until_quiet
from tests.crash.site import Site, site, until
from tests.postgres import Postgres

pytestmark = pytest.mark.xdist_group("crash")


@pytest.fixture(scope="module")
def postgres_of_its_own() -> Iterator[Postgres]:
    with Postgres.start() as server:
        yield server


def test_a_database_that_crashes_under_load_loses_nothing_acknowledged(
    postgres_of_its_own: Postgres, tmp_path: Path
) -> None:
    moments = random.Random(0)
    with postgres_of_its_own.migrated_database() as url, site(url, tmp_path) as company:
        for command in ("web", "worker", "worker"):
            company.start(command)
        company.wait_for_web()
        for first in (0, 30):
            company.send_leads(range(first, first + 10))
            company.work_begins(moments)
            company.send_leads(range(first + 10, first + 30))
            until(partial(_more_leads_than, company, first + 15), "some leads are in")
            postgres_of_its_own.crash()
            _people_go_on(company, moments)
            assert company.post(first + 29) == 503
            assert company.get("/readyz") == 503
            assert company.get("/healthz") == 200
            postgres_of_its_own.start_again()
        _ends_well(company, 60)


def test_a_full_disk_is_told_to_senders_and_loses_nothing_acknowledged(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    file = tmp_path / "followup.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    moments = random.Random(0)
    with site(f"sqlite:///{file}", tmp_path) as company:
        bot = company.start("run")
        company.wait_for_web()
        company.send_leads(range(10))
        company.work_begins(moments)
        company.send_leads(range(10, 20))
        until(partial(_more_leads_than, company, 12), "some leads are in")
        # No file of the process may grow beyond this: every further write fails, as on a full disk.
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (16 * 1024, resource.RLIM_INFINITY))
        company.send_leads(range(20, 40))
        until(lambda: company.refusals, "senders are refused")
        _people_go_on(company, moments)
        until(lambda: company.get("/readyz") == 503, "the trouble is shown")
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        _ends_well(company, 40)


def _more_leads_than(company: Site, number: int) -> bool:
    return len(company.acknowledged) > number


def _people_go_on(company: Site, moments: random.Random) -> None:
    """They claim and log while nothing can be stored: whoever clicks hears that it went wrong."""
    company.claim(company.unclaimed_cards(moments, 3))
    company.log_outcomes(moments, 3, company.reps)
    (card,) = company.unclaimed_cards(moments, 1)
    rep = company.reps[2 * company.channels.index(card.channel)]
    heard = len(company.workspace.ephemerals(rep))
    until(lambda: company.click(rep, card, "claim").ok, "the click is answered")
    assert any("went wrong" in all_text(said) for said in company.workspace.ephemerals(rep)[heard:])


def _ends_well(company: Site, leads: int) -> None:
    company.people_are_done()
    wait_until_quiet(company)
    assert company.refusals <= {503}
    assert company.acknowledged == set(range(leads))
    assert_nothing_lost_and_nothing_twice(company)
    assert_people_worked(company, 5)
