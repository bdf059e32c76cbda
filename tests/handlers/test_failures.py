"""Never silence: what people hear when something is wrong with the click, or with us."""

from collections.abc import Iterator

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from sqlalchemy import text
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.db.models import TaskState, Tier
from bot.handlers import Edge, register
from bot.workspace import Fault, FaultKind
from tests.crash.site import until
from tests.handlers.conftest import TOKEN, Desk, read, texts
from tests.handlers.test_next import owned


def break_down(desk: Desk, table: str) -> None:
    """Something that must not happen: a table is gone."""
    with desk.database.write() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO lost_{table}"))


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What is logged, instead of printing it."""
    with capture_logs() as entries:
        yield entries


def test_an_unexpected_failure_is_told_under_a_short_id_that_the_log_has(
    desk: Desk, logged: list[EventDict]
) -> None:
    desk.arrives()
    break_down(desk, "notes")
    said = desk.followup("ana", "lead L-1001")
    (failure,) = [entry for entry in logged if entry["event"] == "slack listener failed"]
    assert "Something went wrong on our side and nothing was changed" in said
    assert failure["trouble"] in said
    assert failure["exc_info"] is not None


def test_a_click_that_fails_on_our_side_changes_nothing_and_says_so_privately(desk: Desk) -> None:
    lead_id, card = desk.arrives(), desk.card()
    break_down(desk, "enrollments")
    answer = desk.workspace.click(desk.users["ana"], card.channel, card.ts, "claim")
    assert answer.error is None
    assert desk.hears("ana", "nothing was changed")
    assert desk.owner(lead_id) is None


def test_a_form_that_fails_on_our_side_stays_open_with_what_was_entered(desk: Desk) -> None:
    desk.arrives()
    desk.click("ana", desk.card(), "claim")
    desk.click("ana", desk.direct("ana")[0], "outcome:objection")
    break_down(desk, "notes")
    desk.submit("ana", {"objection": "price", "note": "Too expensive"})
    form = desk.window("ana")
    assert "nothing was changed" in form.errors["objection"]
    assert desk.tasks(1)[0].state is TaskState.DUE


def test_a_form_about_a_touch_that_was_settled_meanwhile_says_so(desk: Desk) -> None:
    desk.arrives()
    desk.click("ana", desk.card(), "claim")
    desk.click("ana", desk.direct("ana")[0], "outcome:objection")
    desk.followup("ana", "log L-1001 voicemail")
    desk.submit("ana", {"objection": "price", "note": "Too expensive"})
    form = desk.window("ana")
    assert "settled already" in form.errors["objection"]


def test_a_button_of_an_older_version_is_answered(desk: Desk) -> None:
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Grab"},
        "action_id": "grab",
        "value": "1",
    }
    client = WebClient(TOKEN, base_url=desk.workspace.api_url, retry_handlers=[])
    posted = client.chat_postMessage(
        channel="#sales-inbound", text="old", blocks=[{"type": "actions", "elements": [button]}]
    )
    answer = desk.workspace.click(desk.users["ana"], str(posted["channel"]), str(posted["ts"]), "grab")
    assert answer.error is None
    assert desk.workspace.wait_for(lambda: desk.whispers("ana"))
    assert desk.hears("ana", "does nothing any more")


def test_a_window_that_comes_too_late_for_slack_is_said_so_beside_the_message(
    desk: Desk, logged: list[EventDict]
) -> None:
    desk.arrives()
    desk.clock.slack_takes = 4
    desk.click("ana", desk.card(), "view_lead")
    assert desk.hears("ana", "took too long for Slack to show it")
    assert desk.workspace.modal(desk.users["ana"]) is None
    assert [call.answer["error"] for call in desk.workspace.calls("views.open")] == ["expired_trigger_id"]
    assert failures(logged) == []


def test_a_click_that_comes_twice_opens_its_window_once_and_says_nothing_more(
    desk: Desk, logged: list[EventDict]
) -> None:
    desk.arrives()
    desk.workspace.faults.add(Fault("interactive", FaultKind.DUPLICATE, times=1))
    desk.click("ana", desk.card(), "view_lead")
    until(lambda: [entry for entry in logged if entry.get("error") == "exchanged_trigger_id"], "the second")
    assert "What happened" in texts(desk.window("ana").blocks)
    assert "Nothing is due" in desk.followup("ana", "today")
    assert len(desk.whispers("ana")) == 1
    assert failures(logged) == []


def press_next_lead_in_a_window_that_changes_meanwhile(desk: Desk, *, slack_takes: float = 0.0) -> None:
    """The click reaches us twice: what comes of the one has changed the window when the other would."""
    owned(desk, "First", Tier.HOT)
    owned(desk, "Second", Tier.WARM)
    desk.click("ana", desk.answer("ana", "next"), "outcome:objection")
    desk.submit("ana", {"objection": "price", "note": "too dear"})
    assert "Logged for First" in texts(desk.window("ana").blocks)
    desk.clock.slack_takes = slack_takes
    desk.workspace.faults.add(Fault("interactive", FaultKind.DUPLICATE, times=1))
    assert desk.workspace.click_view(desk.users["ana"], "next_lead").error is None


def test_a_window_that_changed_before_a_click_in_it_arrived_stays_as_it_is_and_says_so(
    desk: Desk, logged: list[EventDict]
) -> None:
    press_next_lead_in_a_window_that_changes_meanwhile(desk)
    assert desk.workspace.wait_for(lambda: "left as it is" in texts(desk.window("ana").blocks))
    changes = [call.answer.get("error") for call in desk.workspace.calls("views.update")]
    assert sorted(changes, key=str) == [None, "hash_conflict"]
    desk.workspace.close_view(desk.users["ana"])
    assert "Second" in texts(desk.window("ana").blocks)
    assert failures(logged) == []


def test_where_even_that_comes_too_late_the_window_alone_shows_how_it_stands(
    desk: Desk, logged: list[EventDict]
) -> None:
    press_next_lead_in_a_window_that_changes_meanwhile(desk, slack_takes=4)
    late = {"hash_conflict", "expired_trigger_id"}
    until(lambda: {entry.get("error") for entry in logged} >= late, "both are logged")
    assert "Second" in texts(desk.window("ana").blocks)
    assert failures(logged) == []


def failures(logged: list[EventDict]) -> list[EventDict]:
    return [entry for entry in logged if entry["log_level"] == "error"]


@pytest.fixture
def socket(desk: Desk) -> Iterator[SocketModeHandler]:
    """The same listeners, connected to the workspace by Socket Mode."""
    client = WebClient(TOKEN, base_url=desk.workspace.api_url, retry_handlers=[])
    bolt = App(name="desk", client=client, token_verification_enabled=False)
    register(bolt, Edge(desk.database, desk.clock.business_now, desk.clock.machine_now))
    handler = SocketModeHandler(bolt, "xapp-local", web_client=WebClient(base_url=desk.workspace.api_url))
    handler.connect()  # type: ignore[no-untyped-call]
    assert desk.workspace.wait_for(lambda: desk.workspace.socket_connected)
    yield handler
    handler.close()  # type: ignore[no-untyped-call]


def test_everything_works_over_socket_mode_as_well(desk: Desk, socket: SocketModeHandler) -> None:
    desk.workspace.events_url = None
    lead_id = desk.arrives()
    desk.click("ben", desk.card(), "claim")
    assert desk.owner(lead_id) == "ben"
    assert "Ben Okafor has had this lead since" in desk.followup("ana", "claim L-1001")
    desk.click("ben", desk.direct("ben")[0], "outcome:snooze")
    desk.submit("ben", {"snooze": "30"})
    desk.step()
    assert "💤 Back" in read(desk.direct("ben")[0])
