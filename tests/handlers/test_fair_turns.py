"""Assigning, and what everybody may ask about the turns: `/followup assign`, `why`, `fairness`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.cadence import Report, log_outcome
from bot.db import Database
from bot.db.models import Lead, Outcome, TaskState
from bot.routing import reassign
from bot.team.live import live_team
from tests.handlers.conftest import Desk, buttons, read
from tests.people import rep_by_key

T = TypeVar("T")


def test_a_manager_gives_a_lead_away_and_its_open_touch_goes_along_and_comes_back(desk: Desk) -> None:
    lead_id = desk.arrives()
    desk.click("ana", desk.card(), "claim")
    ben = desk.users["ben"]
    answer = desk.answer("mia", "assign L-1001 @ben")
    assert "Dana Lee, Brightfields is Ben Okafor's now" in read(answer)
    assert desk.owner(lead_id) == "ben"
    [touch] = desk.tasks(lead_id)
    assert (touch.state, touch.owner_id) == (TaskState.DUE, desk.lead(lead_id).owner_id)
    given, shown = sorted(desk.direct("ben"), key=lambda each: "Yours now" not in read(each))
    assert f"<@{desk.users['mia']}> gave it over." in read(given)
    assert "outcome:voicemail" in buttons(shown)
    old, told = desk.direct("ana")
    assert "looks after this one now. Nothing to do here." in read(old)
    assert "outcome:voicemail" not in buttons(old)
    assert "Handed over: Dana Lee" in read(told)
    assert f"Given to <@{ben}> by Mia Chen" in read(desk.card())
    assert "Mia Chen gave it to Ben Okafor" in desk.followup("ana", "lead L-1001")
    assert "Ben Okafor's already" in desk.followup("mia", "assign dana ben")
    desk.click("mia", answer, "unassign")
    assert desk.owner(lead_id) == "ana"
    assert desk.hears("mia", "Dana Lee, Brightfields is Ana Ruiz's again")
    assert any("outcome:voicemail" in buttons(each) for each in desk.direct("ana"))
    assert f"Claimed by <@{desk.users['ana']}>" in read(desk.card())
    desk.click("mia", answer, "unassign")
    assert desk.hears("mia", "cannot be undone any more")


def test_an_owner_who_loses_the_lead_at_this_moment_does_not_give_it_away(desk: Desk) -> None:
    lead_id = desk.arrives()
    desk.click("ana", desk.card(), "claim")

    def given_to_ben(session: Session) -> None:
        ben, mia = rep_by_key(session, "ben"), rep_by_key(session, "mia")
        reassign(session, session.get_one(Lead, lead_id), ben, mia, desk.now)

    said = while_it_happens(desk, given_to_ben, lambda: desk.followup("ana", "assign L-1001 mia"))
    assert "Only the owner of L-1001 or a manager" in said
    assert desk.owner(lead_id) == "ben"


def test_a_hand_over_is_not_undone_once_the_new_owner_is_logging_at_this_moment(desk: Desk) -> None:
    lead_id = desk.arrives()
    desk.click("ana", desk.card(), "claim")
    answer = desk.answer("mia", "assign L-1001 ben")

    def logged_by_ben(session: Session) -> None:
        report = Report(Outcome.VOICEMAIL, rep_by_key(session, "ben"))
        log_outcome(session, session.get_one(Lead, lead_id), None, report, live_team(session), desk.now)

    while_it_happens(desk, logged_by_ben, lambda: desk.click("mia", answer, "unassign"))
    assert desk.hears("mia", "cannot be undone any more")
    assert desk.owner(lead_id) == "ben"


def while_it_happens(desk: Desk, event: Callable[[Session], None], act: Callable[[], T]) -> T:
    """What `act` answers, begun while a transaction in which `event` took place is not yet committed."""
    # A busy machine says nothing about the bot.
    desk.workspace.ack_seconds = 30
    with ThreadPoolExecutor(1) as other:
        with desk.database.write() as session:
            event(session)
            session.flush()
            answer = other.submit(act)
            wait_for_somebody_who_waits(desk.database)
        return answer.result()


def wait_for_somebody_who_waits(database: Database) -> None:
    """For a lock on a row; on SQLite everybody waits for the one writer before they look at anything."""
    deadline, waiting = monotonic() + 20, int(database.is_sqlite)
    while not waiting:
        assert monotonic() < deadline
        with database.read() as session:
            waiting = session.scalars(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).one()


def test_only_the_owner_or_a_manager_gives_a_lead_away(desk: Desk) -> None:
    lead_id = desk.arrives()
    assert "Only the owner of L-1001 or a manager" in desk.followup("ben", "assign L-1001 @ben")
    desk.followup("mia", "assign Dana Lee Ben Okafor")
    assert desk.owner(lead_id) == "ben"
    assert "Only the owner" in desk.followup("ana", "assign L-1001 ana")
    desk.followup("ben", "assign L-1001 ana")
    assert desk.owner(lead_id) == "ana"
    assert "L-1001 is Ana Ruiz's already" in desk.followup("ben", "assign L-1001 ana")
    assert "“nobody” is not on the team" in desk.followup("mia", "assign L-1001 @nobody")
    assert "Which lead, and who gets it?" in desk.followup("mia", "assign L-1001")


def test_a_lead_is_given_away_from_its_window(desk: Desk) -> None:
    lead_id = desk.arrives()
    desk.click("ana", desk.card(), "claim")
    desk.click("ana", desk.card(), "view_lead")
    desk.window("ana")
    desk.workspace.click_view(desk.users["ana"], "reassign")
    assert desk.workspace.wait_for(lambda: "Who gets it?" in str(desk.window("ana").blocks))
    ben_id = next(
        option["value"]
        for option in desk.window("ana").blocks[1]["element"]["options"]
        if option["text"]["text"] == "Ben Okafor"
    )
    desk.submit("ana", {"rep": ben_id})
    assert desk.owner(lead_id) == "ben"
    assert "is Ben Okafor's now" in str(desk.window("ana").blocks)
    assert any("Yours now" in read(each) for each in desk.direct("ben"))


def test_anybody_may_ask_why_a_lead_went_where_it_went(desk: Desk) -> None:
    desk.arrives("Ned First", email="n@n.example", phone="+12125550199", company=None)
    desk.arrives()
    asked, other = (
        ("ana", "ben")
        if f"<@{desk.users['ana']}>, it is" in str(desk.workspace.messages("sales-inbound")[1].blocks)
        else ("ben", "ana")
    )
    names = {"ana": "Ana Ruiz", "ben": "Ben Okafor"}
    desk.step(minutes=2)
    said = desk.followup(other, "why L-1002")
    assert f"1. {names[asked]} is being asked" in said
    assert f"👉 {names[asked]}: 0 turns so far. Fewest turns" in said
    assert f"• {names[other]}: 1 turn so far" in said
    assert "Pool “inbound”, by its source, website" in said
    assert f"{names[asked]} was nudged" in said
    assert "Next: whoever is asked is nudged" in said
    desk.click(asked, desk.workspace.messages("sales-inbound")[1], "pass")
    said = desk.followup(asked, "why dana")
    assert f"1. {names[asked]} passed: the turn is spent" in said
    assert f"{names[asked]}: asked already (1 turn so far)" in said
    assert "Nobody else could be asked" in said
    assert "drawn by lot" in desk.followup("mia", "why L-1001")
    assert "Which lead?" in desk.followup("ana", "why")


def test_everybody_sees_how_the_turns_are_shared(desk: Desk) -> None:
    desk.arrives()
    asked = "ana" if f"<@{desk.users['ana']}>, it is" in read(desk.card()) else "ben"
    names = {"ana": "Ana Ruiz", "ben": "Ben Okafor"}
    other = names["ben" if asked == "ana" else "ana"]
    said = desk.followup("ben", "fairness")
    assert "How “inbound” shares its turns" in said
    assert f"{names[asked]}  is 0.5 turns ahead  ·  1 offered, 0 claimed, 0 passed, 0 missed" in said
    assert f"{other}  is owed 0.5 turns  ·  0 offered" in said
    assert f"{names[asked]} was asked for a lead: +1 turn" in said
    assert "There is no pool “inbond”. Did you mean 'inbound'?" in desk.followup("mia", "fairness inbond")
