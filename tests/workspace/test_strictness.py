"""What Slack refuses that a friendly stand-in would let pass."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import manifest
from bot.manifest import SCOPES
from bot.workspace import Workspace
from bot.workspace.api import METHODS
from tests.workspace.conftest import Clock
from tests.workspace.test_web_api import refusal
from tests.workspace.tinybot import client_of, home

MANIFEST = yaml.safe_load((Path(__file__).resolve().parents[2] / "manifest.yml").read_text())
EVENTS = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
GRANTED = frozenset(MANIFEST["oauth_config"]["scopes"]["bot"])
KNOWN = {name for name in dir(WebClient) if "_" in name and name[0] != "_"} - {"api_call"}
"""The methods of the Web API that Slack's client knows."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def strict(clock: Clock) -> Iterator[Workspace]:
    """A workspace that grants what the manifest asks for and counts calls."""
    with Workspace(clock=clock, scopes=GRANTED, events=EVENTS, rate_limits=True) as workspace:
        workspace.add_channel("sales-inbound", members=[workspace.add_user("ana", "Ana", "ana@example.com")])
        yield workspace


@pytest.fixture
def client(strict: Workspace) -> WebClient:
    return client_of(strict)


def calls(client: WebClient, strict: Workspace) -> dict[str, tuple[Any, dict[str, Any]]]:
    """A call for each scope that guards one."""
    ana = strict.add_user("ana", "Ana", "ana@example.com")
    channel = strict.add_channel("sales-inbound")
    dm = client_of(strict).conversations_open(users=ana)["channel"]["id"]
    return {
        "chat:write": (client.chat_postMessage, {"channel": channel, "text": "x"}),
        "im:write": (client.conversations_open, {"users": ana}),
        "im:history": (client.conversations_history, {"channel": dm}),
        "channels:history": (client.conversations_history, {"channel": channel}),
        "users:read": (client.users_getPresence, {"user": ana}),
        "users:read.email": (client.users_lookupByEmail, {"email": "ana@example.com"}),
    }


@pytest.mark.parametrize(
    "scope", ["chat:write", "im:write", "im:history", "channels:history", "users:read", "users:read.email"]
)
def test_a_call_needs_its_scope_and_the_refusal_names_it(
    strict: Workspace, client: WebClient, scope: str
) -> None:
    call, arguments = calls(client, strict)[scope]
    assert call(**arguments)["ok"]
    strict.scopes = GRANTED - {scope}
    answer = refusal(call, **arguments)
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
    assert answer["provided"] == ",".join(sorted(GRANTED - {scope}))


def test_an_e_mail_address_is_told_only_with_its_own_scope(strict: Workspace, client: WebClient) -> None:
    ana = strict.add_user("ana", "Ana", "ana@example.com")
    assert client.users_info(user=ana)["user"]["profile"]["email"] == "ana@example.com"
    strict.scopes = GRANTED - {"users:read.email"}
    user = client.users_info(user=ana)["user"]
    assert (user["id"], "email" in user["profile"]) == (ana, False)


def test_the_workspace_of_the_stories_has_the_scopes_and_events_of_the_manifest() -> None:
    assert set(SCOPES) == GRANTED
    assert list(manifest.EVENTS) == EVENTS


def test_views_need_no_scope(strict: Workspace, client: WebClient) -> None:
    strict.scopes = frozenset[str]()
    ana = strict.add_user("ana", "Ana", "ana@example.com")
    assert client.views_publish(user_id=ana, view=home(1))["ok"]


def test_a_deactivated_person_is_not_found_and_takes_no_messages(
    strict: Workspace, client: WebClient
) -> None:
    ana = strict.add_user("ana", "Ana", "ana@example.com")
    dm = client.conversations_open(users=ana)["channel"]["id"]
    strict.deactivate(ana)
    assert refusal(client.users_lookupByEmail, email="ana@example.com")["error"] == "users_not_found"
    assert refusal(client.conversations_open, users=ana)["error"] == "user_disabled"
    for place in (ana, dm):
        assert refusal(client.chat_postMessage, channel=place, text="x")["error"] == "user_disabled"
    assert strict.add_user("ana", "Ana", "ana@example.com") == ana
    assert client.chat_postMessage(channel=ana, text="x")["ok"]


def test_an_update_takes_less_text_than_a_post(strict: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="#sales-inbound", text="x" * 4001)["ts"]
    channel = strict.add_channel("sales-inbound")
    assert client.chat_update(channel=channel, ts=ts, text="x" * 4000)["ok"]
    assert refusal(client.chat_update, channel=channel, ts=ts, text="x" * 4001)["error"] == "msg_too_long"


def test_a_message_is_out_of_reach_where_the_bot_is_no_member(strict: Workspace, client: WebClient) -> None:
    channel = strict.add_channel("sales-inbound")
    ts = client.chat_postMessage(channel=channel, text="x")["ts"]
    strict.add_channel("sales-inbound", bot_is_member=False)
    assert refusal(client.chat_update, channel=channel, ts=ts, text="y")["error"] == "not_in_channel"


def limited(call: Any, **arguments: Any) -> int:
    """How many seconds Slack asks for."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    return int(response.headers["Retry-After"])


def test_a_channel_takes_a_message_a_second_after_a_burst(
    strict: Workspace, client: WebClient, clock: Clock
) -> None:
    for _ in range(5):
        client.chat_postMessage(channel="#sales-inbound", text="x")
    assert limited(client.chat_postMessage, channel="#sales-inbound", text="x") == 1
    other = strict.add_channel("partners")
    assert client.chat_postMessage(channel=other, text="x")["ok"]
    clock.seconds += 1
    assert client.chat_postMessage(channel="#sales-inbound", text="x")["ok"]
    assert limited(client.chat_postMessage, channel="#sales-inbound", text="x") == 1


def test_a_method_of_tier_3_takes_fifty_a_minute_after_a_burst(
    strict: Workspace, client: WebClient, clock: Clock
) -> None:
    accepted = 0
    for _ in range(60):
        if client.api_call("users.lookupByEmail", params={"email": "ana@example.com"})["ok"]:
            accepted += 1
        clock.seconds += 1.2
    assert accepted == 60
    for _ in range(12):
        client.users_lookupByEmail(email="ana@example.com")
    assert limited(client.users_lookupByEmail, email="ana@example.com") == 2


def test_without_limits_nothing_is_too_soon() -> None:
    with Workspace() as workspace:
        workspace.add_channel("sales-inbound")
        for _ in range(20):
            client_of(workspace).chat_postMessage(channel="#sales-inbound", text="x")
        assert len(workspace.messages("sales-inbound")) == 20


def test_the_workspace_offers_what_the_bot_calls_and_nothing_else() -> None:
    folder = Path(__file__).resolve().parents[2] / "bot"
    ours = [ast.parse(file.read_text()) for file in folder.rglob("*.py") if "workspace" not in file.parts]
    called = {name for tree in ours for node in ast.walk(tree) for name in methods_named(node)}
    assert called == {name.replace(".", "_") for name in METHODS}


def test_a_call_of_the_web_api_is_found_however_it_is_written() -> None:
    written = """
client.reactions_add(name="eyes")
ask = client.team_info
client.api_call("workflows.stepCompleted")
INFO = "bots.info"
"""
    named = {name for node in ast.walk(ast.parse(written)) for name in methods_named(node)}
    assert named == {"reactions_add", "team_info", "workflows_stepCompleted", "bots_info"}


def methods_named(node: ast.AST) -> set[str]:
    """The methods of the Web API that this piece of a program calls or names, dots as underscores."""
    match node:
        case ast.Attribute(attr=name) if name in KNOWN:
            return {name}
        case ast.Constant(value=str(name)) if name.replace(".", "_") in KNOWN and "." in name:
            return {name.replace(".", "_")}
        case ast.Call(func=ast.Attribute(attr="api_call"), args=[ast.Constant(value=str(name)), *_]):
            return {name.replace(".", "_")}
        case _:
            return set()
