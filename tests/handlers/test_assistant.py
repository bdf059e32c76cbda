"""An assistant works the silent threads of the reps who named them, and nothing else (R52)."""

import pytest
from sqlalchemy import select

from bot.cadence import known_plans
from bot.db.models import Activity, ActivityKind, Rep
from bot.team.errors import TeamDocumentError
from bot.team.live import apply_team
from tests.handlers.conftest import CHANNEL, TEAM, Desk, buttons


@pytest.fixture
def floor(desk: Desk) -> Desk:
    """Vera, a guest, assists Ana; Ana's lead and Ben's have each had their call and wait for an e-mail."""
    desk.users["vera"] = desk.workspace.add_user("vera", "Vera Assis", "vera@acme.example")
    desk.workspace.add_channel(CHANNEL, members=[desk.users["vera"]])
    team = TEAM.replace("name: Ana Ruiz}", "name: Ana Ruiz, assistant: vera}")
    team = team.replace("reps:\n", f"reps:\n  vera: {{slack: {desk.users['vera']}, name: Vera Assis}}\n")
    with desk.database.write() as session:
        apply_team(session, team, author="test", now=desk.now)
    for number, (rep, name) in enumerate([("ana", "Dana Lee"), ("ben", "Rob Hale")], start=1001):
        desk.arrives(name, email=f"{rep}@lead.example", phone=f"+1212555010{number - 1000}")
        desk.followup(rep, f"claim L-{number}")
        desk.followup(rep, f"log L-{number} voicemail")
    desk.step(hours=3)
    return desk


def test_the_queue_holds_the_silent_threads_of_her_owners_only(floor: Desk) -> None:
    said = floor.followup("vera", "queue")
    assert "Dana Lee" in said
    assert "Rob Hale" not in said
    assert "1 silent thread is due" in said
    assert "*Ana Ruiz*: 1 due; today 1 of 20 e-mails" in said


def test_what_an_assistant_logs_is_logged_as_hers(floor: Desk) -> None:
    floor.click("vera", floor.answer("vera", "next"), "outcome:done")
    with floor.database.read() as session:
        last = session.scalars(
            select(Activity).where(Activity.kind == ActivityKind.OUTCOME).order_by(Activity.id.desc())
        ).first()
        assert last is not None
        assert last.lead_id == 1
        assert session.get_one(Rep, last.rep_id).key == "vera"
    assert floor.owner(1) == "ana"
    assert "Nothing is due" in floor.followup("vera", "queue")


def test_an_answer_hands_the_thread_back_to_its_owner_at_once(floor: Desk) -> None:
    floor.followup("vera", "log L-1001 replied")
    assert "Dana Lee" not in floor.followup("vera", "queue")
    assert "Answer their reply" in floor.followup("ana", "next")


def test_a_first_contact_stays_with_the_owner(floor: Desk) -> None:
    floor.arrives("Uma New", email="uma@new.example", phone=None)
    floor.followup("ana", "claim L-1003")
    assert "Uma New" not in floor.followup("vera", "queue")


def test_an_assistant_touches_no_lead_of_other_owners(floor: Desk) -> None:
    assert "Rob Hale" not in floor.followup("vera", "next")
    assert "Only they, their assistant or a manager" in floor.followup("vera", "log L-1002 done")
    assert "nobody's assistant" in floor.followup("ben", "queue")


def test_nobody_assists_themselves(desk: Desk) -> None:
    team = TEAM.replace("name: Ana Ruiz}", "name: Ana Ruiz, assistant: ana}")
    with desk.database.write() as session, pytest.raises(TeamDocumentError, match="name another person"):
        apply_team(session, team, author="test", now=desk.now, known_plans=known_plans())
    assert "outcome:done" not in buttons(desk.answer("ana", "next"))
