"""The same app over Socket Mode, with Bolt's own handler."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler

from tests.workspace.conftest import Office
from tests.workspace.test_people import post_card
from tests.workspace.tinybot import TinyBot


@contextmanager
def connected(office: Office) -> Iterator[TinyBot]:
    bot = TinyBot(office.workspace)
    handler: Any = SocketModeHandler(bot.app, "xapp-local", ping_interval=1)
    handler.connect()
    assert office.workspace.wait_for(lambda: office.workspace.socket_connected)
    yield bot
    handler.close()
    assert office.workspace.wait_for(lambda: not office.workspace.socket_connected)


@pytest.fixture
def socket_bot(office: Office) -> Iterator[TinyBot]:
    with connected(office) as bot:
        yield bot


def test_clicks_commands_and_modals_travel_over_the_socket(office: Office, socket_bot: TinyBot) -> None:
    ts = post_card(office)
    assert office.workspace.click(office.ana, office.channel, ts, "claim").error is None
    assert office.workspace.wait_for(lambda: office.workspace.messages(office.channel)[0].edited)
    office.workspace.command(office.ana, "/note", "hello")
    assert office.workspace.ephemerals(office.ana)[0].text == "You typed hello"
    office.workspace.command(office.ana, "/note", "open")
    office.workspace.submit(office.ana, {"outcome": "done", "note": "no"})
    view = office.workspace.modal(office.ana)
    assert view is not None
    assert view.errors == {"note_block": "Say a little more"}


def test_events_travel_over_the_socket(office: Office, socket_bot: TinyBot) -> None:
    assert office.workspace.open_home(office.ana).ok
    assert office.workspace.wait_for(lambda: office.workspace.home(office.ana))


def test_with_nobody_connected_deliveries_fail(office: Office) -> None:
    assert office.workspace.open_home(office.ana).error == "dispatch_failed"


def test_a_closed_socket_gives_way_to_http(office: Office, bot: TinyBot) -> None:
    with connected(office) as other:
        office.workspace.command(office.ana, "/note", "x")
    assert (len(other.heard), len(bot.heard)) == (1, 0)
    office.workspace.command(office.ana, "/note", "x")
    assert (len(other.heard), len(bot.heard)) == (1, 1)
