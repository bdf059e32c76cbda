"""The panel on the page that makes Slack fail: each of its choices, by what an app then meets."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bot.workspace import Fault, FaultKind, Workspace
from tests.workspace.conftest import Office
from tests.workspace.tinybot import TinyBot, client_of, served

SALES = "sales-inbound"
SAID = ["x"]


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace(faults_panel=True) as workspace:
        workspace.add_channel(SALES, members=[workspace.add_user("ana", "Ana", "ana@example.com")])
        yield workspace


def panel(workspace: Workspace, **body: Any) -> Any:
    """What the panel answers when this is asked of it; asked nothing, what stands."""
    request = urllib.request.Request(
        f"{workspace.url}/faults",
        data=json.dumps(body).encode() if body else None,
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def met(workspace: Workspace) -> object:
    """What an app meets that posts a message: nothing out of the way, a status and refusal, or what was raised."""
    client = WebClient("xoxb-local", workspace.api_url, 1, retry_handlers=[])
    try:
        client.chat_postMessage(channel=SALES, text="x")
    except SlackApiError as refusal:
        name = "non-JSON" if "non-JSON" in refusal.response["error"] else refusal.response["error"]
        return refusal.response.status_code, name
    except (OSError, http.client.HTTPException) as failure:
        return type(failure)
    return None


EFFECTS: list[tuple[FaultKind, dict[str, str], object, list[str]]] = [
    (FaultKind.RATELIMITED, {}, (429, "ratelimited"), []),
    (FaultKind.SERVER_ERROR, {}, (503, "non-JSON"), []),
    (FaultKind.NOT_JSON, {}, (200, "non-JSON"), []),
    (FaultKind.HANG, {"seconds": "60"}, TimeoutError, []),
    (FaultKind.HANG, {"seconds": "60", "applied": "on"}, TimeoutError, SAID),
    (FaultKind.REPLY_LOST, {}, http.client.IncompleteRead, SAID),
    (FaultKind.TOKEN_REVOKED, {}, (200, "token_revoked"), []),
    (FaultKind.ACCOUNT_INACTIVE, {}, (200, "account_inactive"), []),
    (FaultKind.ARCHIVED, {"channel": SALES}, (200, "is_archived"), []),
    (FaultKind.KICKED, {"channel": SALES}, (200, "not_in_channel"), []),
]


@pytest.mark.parametrize(("kind", "more", "expected", "said"), EFFECTS)
def test_what_is_broken_on_the_panel_befalls_the_app_once_and_there(
    workspace: Workspace, kind: FaultKind, more: dict[str, str], expected: object, said: list[str]
) -> None:
    panel(workspace, kind=kind, method="chat.postMessage", times="1", **more)
    assert client_of(workspace).auth_test()["ok"]
    assert met(workspace) == expected
    assert [message.text for message in workspace.messages(SALES)] == said
    assert panel(workspace) == []
    assert met(workspace) is None


@pytest.mark.parametrize(
    ("method", "heard"), [("slash_commands", [2, 1]), ("interactive", [1, 1]), ("*", [2, 2])]
)
def test_what_is_delivered_twice_is_chosen_on_the_panel(
    workspace: Workspace, method: str, heard: list[int]
) -> None:
    bot, ana = TinyBot(workspace), workspace.add_user("ana", "Ana", "ana@example.com")
    with served(bot) as url:
        workspace.events_url = url
        panel(workspace, kind="duplicate", method=method)
        workspace.command(ana, "/note", "hello")
        commands = len(bot.heard)
        workspace.open_home(ana)
        assert [commands, len(bot.heard) - commands] == heard


def test_every_kind_of_fault_is_tried_here_and_offered_on_the_page(workspace: Workspace) -> None:
    assert {kind for kind, *_ in EFFECTS} | {FaultKind.DUPLICATE} == set(FaultKind)
    with urllib.request.urlopen(workspace.url, timeout=10) as answer:
        page = answer.read().decode()
    assert [kind for kind in FaultKind if f'<option value="{kind}">' not in page] == []
    assert "<option>chat.postMessage</option>" in page


@pytest.mark.parametrize(("reason", "stands"), [("warning", True), ("refresh_requested", False)])
def test_sockets_are_told_to_connect_anew(workspace: Workspace, reason: str, stands: bool) -> None:
    address = client_of(workspace).apps_connections_open(app_token="xapp-local")["url"]
    with connect(str(address)) as link:
        assert json.loads(link.recv(10))["type"] == "hello"
        assert workspace.wait_for(lambda: workspace.socket_connected)
        panel(workspace, do=reason)
        told = json.loads(link.recv(10))
        assert (told["type"], told["reason"]) == ("disconnect", reason)
        assert workspace.socket_connected is stands
        if not stands:
            with pytest.raises(ConnectionClosed):
                link.recv(10)


def test_the_page_has_a_panel_for_faults_only_when_asked_to(office: Office, workspace: Workspace) -> None:
    pages = [urllib.request.urlopen(one.url, timeout=10) for one in (office.workspace, workspace)]
    found = []
    for page in pages:
        with page:
            found.append(b'id="faults"' in page.read())
    assert found == [False, True]


def test_what_stands_is_told_in_words_until_it_is_cleared(workspace: Workspace) -> None:
    channel = workspace.add_channel(SALES)
    panel(workspace, kind="archived", channel=channel, times="", seconds="5")
    panel(workspace, kind="ratelimited", channel="", times="3", seconds="30")
    panel(workspace, kind="hang", method="chat.update", applied="on")
    panel(workspace, kind="duplicate", method="interactive")
    assert panel(workspace) == [
        "Channel archived in #sales-inbound, until cleared",
        "Too many requests (429), 3 more",
        "No answer for a while: chat.update, done all the same, until cleared",
        "Clicks and commands arrive twice: Clicks and forms, until cleared",
    ]
    assert workspace.faults.standing == (
        Fault("*", FaultKind.ARCHIVED, channel=channel, seconds=5),
        Fault("*", FaultKind.RATELIMITED, times=3, seconds=30),
        Fault("chat.update", FaultKind.HANG, seconds=5, applied=True),
        Fault("interactive", FaultKind.DUPLICATE, seconds=5),
    )
    assert panel(workspace, do="clear") == {"ok": True, "standing": []}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"kind": "gremlins"}, "'gremlins' is not a valid FaultKind"),
        ({"kind": "archived"}, "archived needs a channel"),
        ({"kind": "hang", "method": "chat.dance"}, "cannot befall chat.dance"),
        ({"kind": "hang", "method": "interactive"}, "cannot befall Clicks and forms"),
        ({"kind": "duplicate", "method": "chat.update"}, "cannot befall chat.update"),
        ({"kind": "hang", "times": "often"}, "invalid literal"),
        ({"kind": "hang", "seconds": [1]}, "That didn't work"),
    ],
)
def test_the_panel_refuses_what_cannot_be(workspace: Workspace, asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        panel(workspace, **asked)
    with caught.value as answer:
        assert answer.code == 400
        assert sentence in json.load(answer)["sentence"]
    assert panel(workspace) == []
