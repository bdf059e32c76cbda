"""Asked to stop, a process stops, and leaves nothing half-done."""

import random
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.db.models import Intent
from tests.crash.ends import assert_nothing_lost_and_nothing_twice, assert_people_worked, wait_until_quiet
from tests.crash.site import site


@pytest.mark.xdist_group("crash")
def test_a_process_that_is_asked_to_stop_finishes_what_is_under_way(
    database: Database, tmp_path: Path
) -> None:
    moments = random.Random(0)
    commands = ["run"] if database.is_sqlite else ["web", "worker", "worker"]
    with site(database.url.render_as_string(hide_password=False), tmp_path) as company:
        started = [company.start(command) for command in commands]
        company.wait_for_web()
        company.send_leads(range(10))
        company.work_begins(moments)
        company.send_leads(range(10, 60))
        company.claim(company.unclaimed_cards(moments, 5))
        posted = len(company.workspace.calls("chat.postMessage"))
        assert company.workspace.wait_for(
            lambda: len(company.workspace.calls("chat.postMessage")) > posted + 10, 60
        )
        for process in started:
            assert process.terminate() == 0, "".join(process.said)
        with company.database.read() as session:
            intents = list(session.scalars(select(Intent)))
        assert [intent for intent in intents if intent.lease is not None] == []
        recorded = {intent.ts for intent in intents if intent.ts is not None}
        places = [*company.channels, *company.reps]
        shown = {each.ts for place in places for each in company.workspace.messages(place)}
        assert recorded == shown
        for process in started:
            process.restart()
        company.people_are_done()
        wait_until_quiet(company)
        assert_nothing_lost_and_nothing_twice(company)
        assert_people_worked(company, 5)
