"""`config apply`: what it says of the people it leaves behind, and that a mistake changes nothing."""

from pathlib import Path

import pytest

from bot.__main__ import main
from bot.db import Database
from bot.db.models import Lead, Status
from bot.team.live import live_team
from tests.people import rep_by_key
from tests.routing.conftest import MONDAY_NOON, team_text


def test_who_is_taken_out_and_still_owns_leads_is_named(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    file = tmp_path / "team.yml"

    def applied(text: str) -> tuple[int, str]:
        file.write_text(text)
        return main(["config", "apply", str(file)]), "".join(capsys.readouterr())

    assert "warning" not in applied(team_text())[1]
    with database.write() as session:
        for status in (Status.FOLLOW_UP, Status.NURTURE, Status.LOST):
            lead = Lead(source="website", name="Dana", pool="inbound", status=status)
            lead.received_at = lead.clock_started_at = MONDAY_NOON
            lead.owner_id = rep_by_key(session, "ben").id
            session.add(lead)
    without_ben = "\n".join(line for line in team_text(["ana"]).splitlines() if "ben:" not in line)
    code, said = applied(without_ben)
    assert (
        code,
        "warning  Ben Ruiz is not in the document and still owns 2 open leads; a manager" in said,
    ) == (
        0,
        True,
    )
    code, said = applied(without_ben.replace("members: [ana]", "members: [ana, ben]"))
    assert code == 1
    assert "the live document is unchanged" in said
    with database.read() as session:
        assert list(live_team(session).team.pool("inbound").members) == ["ana"]
