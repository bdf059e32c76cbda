"""Socket Mode while Slack comes and goes: leads are taken all the same, and `/readyz` and `/metrics` say how it is."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from slack_bolt import App
from slack_sdk import WebClient

from bot.clock import machine_clock
from bot.db import Database
from bot.outbox.refusals import RefusalTally
from bot.web import create_web
from bot.web.socket import SlackSocket
from bot.workspace import Fault, FaultKind, Workspace
from tests.crash.site import until

AWAY = Fault("apps.connections.open", FaultKind.SERVER_ERROR)


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as workspace:
        yield workspace


@pytest.fixture
def socket(workspace: Workspace, database: Database) -> Iterator[SlackSocket]:
    """Not started yet."""
    bolt = App(token="xoxb-local", name="socket", token_verification_enabled=False)
    client = WebClient(base_url=workspace.api_url, timeout=5, retry_handlers=[RefusalTally(database)])
    socket = SlackSocket(bolt, "xapp-local", client, look_every=0.2)
    yield socket
    socket.stop()


@pytest.fixture
def web(database: Database, socket: SlackSocket) -> FlaskClient:
    web = create_web(
        database,
        business_now=machine_clock,
        machine_now=machine_clock,
        socket_connected=lambda: socket.connected,
    )
    return web.test_client()


def ready(web: FlaskClient) -> tuple[int, str, bool]:
    answer = web.get("/readyz")
    facts: dict[str, Any] = answer.get_json()
    return answer.status_code, facts["status"], facts["socket_connected"]


def test_it_is_told_whether_slacks_calls_reach_us(
    workspace: Workspace, socket: SlackSocket, web: FlaskClient
) -> None:
    workspace.faults.add(AWAY)
    socket.start()
    refused = 'followup_slack_errors_total{error="http_503",method="apps.connections.open"} '
    until(lambda: refused in web.get("/metrics").text, "the first try has failed")
    assert ready(web) == (200, "degraded", False)
    assert "followup_socket_connected 0.0" in web.get("/metrics").text

    workspace.faults.clear()
    until(lambda: workspace.socket_connected and socket.connected, "it opens once Slack is back")
    assert ready(web) == (200, "ok", True)
    assert "followup_socket_connected 1.0" in web.get("/metrics").text

    workspace.faults.add(AWAY)
    workspace.disconnect_sockets("link_disabled")
    until(lambda: not socket.connected, "it is noticed that the connection is cut")
    assert ready(web) == (200, "degraded", False)

    workspace.faults.clear()
    until(lambda: workspace.socket_connected and socket.connected, "it opens anew")
    assert ready(web) == (200, "ok", True)


def test_a_bot_that_slack_calls_by_http_has_no_socket_to_tell_of(database: Database) -> None:
    web = create_web(database, business_now=machine_clock, machine_now=machine_clock).test_client()
    assert "socket_connected" not in web.get("/readyz").get_json()
    assert "followup_socket_connected" not in web.get("/metrics").text
