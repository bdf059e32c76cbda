"""Buttons, forms and Homes that nobody should send: a private answer every time, and nothing changed."""

import json
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from bot.db.models import Activity, ActivityKind, Note, Offer, OfferState, Task
from bot.workspace import Message, View
from tests.company import Company, all_text
from tests.hostile.bodies import texts
from tests.hostile.checks import MARKUP, faults_of_view, unsafe
from tests.hostile.signing import posted
from tests.hostile.test_commands import floor

__all__ = ["floor"]

ACTIONS = (
    "claim",
    "pass",
    "view_lead",
    "open_task",
    "undo",
    "outcome:done",
    "outcome:booked",
    "outcome:",
    "outcome:<!here>",
    "x",
)
VALUES = (
    "",
    "0",
    "-1",
    "999999",
    "9" * 18,
    "9" * 40,
    "1e3",
    "١",
    "1; DROP TABLE leads",
    "<!channel>",
    "\x00",
    "L-1001",
    None,
)


def pressed(office: Company, user: str, action_id: str, value: Any, **place: Any) -> int:
    """The status of the answer to a button that says whatever it likes."""
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1.1"}
    payload = {
        "type": "block_actions",
        "team": {"id": office.workspace.team_id},
        "user": {"id": user, "team_id": office.workspace.team_id},
        "actions": [action],
        **place,
    }
    return posted(office, "click", payload).status_code


def test_buttons_that_say_garbage_or_name_what_is_gone_are_answered_and_change_nothing(
    floor: Company,
) -> None:
    card = floor.card("L-1001")
    told = len(floor.workspace.ephemerals(floor.users["ana"]))
    count = 0
    with structlog.testing.capture_logs() as logs:
        for action_id in ACTIONS:
            for value in VALUES:
                count += 1
                url = answer_url(floor, card)
                assert pressed(floor, floor.users["ana"], action_id, value, response_url=url) == 200
    wanted = told + count
    assert floor.workspace.wait_for(lambda: len(floor.workspace.ephemerals(floor.users["ana"])) >= wanted)
    for message in floor.workspace.ephemerals(floor.users["ana"])[told:]:
        assert unsafe(message.blocks, set()) == []
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
    with floor.bot.database.read() as session:
        assert session.scalars(select(Offer.state)).all() == [OfferState.OPEN]
        assert session.scalars(select(Task)).all() == []


def answer_url(office: Company, card: Message) -> str:
    """A response_url as the workspace hands them out; each is good for a few answers."""
    return office.workspace._context.response_url(office.users["ana"], card.channel, card.ts)


def test_strangers_and_guests_are_told_so_and_change_nothing(floor: Company) -> None:
    workspace = floor.workspace
    guest = workspace.add_user("guest", "<!channel> Guest", "guest@elsewhere.example")
    workspace.add_channel("sales-inbound", members=[guest])
    for action_id in ("claim", "pass", "view_lead"):
        card = floor.card("L-1001")
        assert workspace.click(guest, card.channel, card.ts, action_id).error is None
    assert workspace.wait_for(lambda: len(workspace.ephemerals(guest)) == 3)
    assert all("not on the Followup team" in all_text(said) for said in workspace.ephemerals(guest))
    assert workspace.open_home(guest).error is None
    assert workspace.wait_for(lambda: workspace.home(guest))
    assert "not on the Followup team" in json.dumps(shown(workspace.home(guest)).blocks)
    with floor.bot.database.read() as session:
        assert session.scalars(select(Offer.state)).all() == [OfferState.OPEN]


@pytest.mark.parametrize("day", ["0001-01-01", "1970-01-01", "2026-03-02", "2999-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_has_is_refused_in_the_form(floor: Company, day: str) -> None:
    form = opened(floor, "outcome:not-now")
    assert faults_of_view(as_view(form), set(floor.users.values())) == []
    with structlog.testing.capture_logs() as logs:
        floor.submit("ana", {"day": day, "note": "later"})
    assert "day" in shown(floor.workspace.modal(floor.users["ana"])).errors
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
    assert outcomes(floor) == []


@pytest.mark.parametrize("when", ["-99999999999999", "1", "99999999999", "9" * 25])
def test_an_instant_that_no_clock_shows_never_breaks_the_form(floor: Company, when: str) -> None:
    opened(floor, "outcome:booked")
    with structlog.testing.capture_logs() as logs:
        floor.submit("ana", {"when": when})
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


def test_hostile_notes_are_kept_and_shown_as_nothing_but_words(floor: Company) -> None:
    ours = set(floor.users.values())
    for note in [*texts(6), "\x00", "a\x00b\u202e<!channel>", "🔥" * 900, "x" * 2000]:
        opened(floor, "outcome:objection")
        with structlog.testing.capture_logs() as logs:
            words = note[:1990].encode("utf-8", "replace").decode() + " note"
            floor.submit("ana", {"objection": "other", "note": words})
        assert [entry for entry in logs if entry["log_level"] == "error"] == []
        floor.workspace.click(floor.users["ana"], *place(floor.card("L-1001")), "view_lead")
        assert floor.workspace.wait_for(lambda: floor.workspace.modal(floor.users["ana"]))
        view = shown(floor.workspace.modal(floor.users["ana"]))
        assert unsafe(view.blocks, ours) == []
        while floor.workspace.modal(floor.users["ana"]):
            floor.workspace.close_view(floor.users["ana"])
        for message in floor.direct_messages("ana"):
            assert unsafe(message.blocks, ours) == []
            assert not MARKUP.search(message.text)
        with floor.bot.database.read() as session:
            assert len(session.scalars(select(Note.text)).all()) == 1
        # The next note is about the same touch: no plan has as many.
        floor.click("ana", floor.with_button("ana", "undo"), "undo")


def opened(office: Company, action_id: str) -> View:
    """The form that this outcome opens, of a touch that Ana has due."""
    if office.owner("L-1001") is None:
        office.click("ana", office.card("L-1001"), "claim")
    while not [each for each in office.tasks("L-1001") if each.state.value == "due"]:
        office.wait(days=1)
    if not waiting(office, action_id):
        office.command("ana", "log L-1001 replied")
    message = office.with_button("ana", action_id)
    office.click("ana", message, action_id)
    assert office.workspace.wait_for(lambda: office.workspace.modal(office.users["ana"]))
    return shown(office.workspace.modal(office.users["ana"]))


def waiting(office: Company, action_id: str) -> bool:
    return any(action_id in json.dumps(each.blocks) for each in office.direct_messages("ana"))


def outcomes(office: Company) -> list[Activity]:
    with office.bot.database.read() as session:
        return list(session.scalars(select(Activity).where(Activity.kind == ActivityKind.OUTCOME)))


def place(message: Message) -> tuple[str, str]:
    return message.channel, message.ts


def shown(view: View | None) -> View:
    assert view is not None
    return view


def as_view(view: View) -> dict[str, Any]:
    """A view as it is sent to Slack."""
    title = {"type": "plain_text", "text": view.title}
    send = {"submit": {"type": "plain_text", "text": view.submit}} if view.submit else {}
    return {"type": "modal", "title": title, "blocks": view.blocks, **send}
