"""Asked to stop, a process stops, and leaves nothing half-done."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.db.models import Intent
from tests.crash.ends import assert_nothing_lost_and_nothing_twice, wait_until_quiet
from tests.crash.site import site


@pytest.mark.xdist_group("crash")
def test_a_process_that_is_asked_to_stop_finishes_what_is_under_way(
    database: Database, tmp_path: Path
) -> None:
    commands = ["run"] if database.is_sqlite else ["web", "worker", "worker"]
    with site(database.url.render_as_string(hide_password=False), tmp_path) as company:
        started = [company.start(command) for command in commands]
        company.wait_for_web()
        company.send_leads(range(60))
        assert company.workspace.wait_for(lambda: len(company.workspace.calls("chat.postMessage")) > 10, 60)
        for process in started:
            assert process.terminate() == 0, "".join(process.said)
        with company.database.read() as session:
            intents = list(session.scalars(select(Intent)))
        assert [intent for intent in intents if intent.lease is not None] == []
        recorded = {intent.ts for intent in intents if intent.ts is not None}
        shown = {each.ts for channel in company.channels for each in company.workspace.messages(channel)}
        assert recorded == shown
        for process in started:
            process.restart()
        company.people_are_done()
        wait_until_quiet(company)
        assert_nothing_lost_and_nothing_twice(company)
