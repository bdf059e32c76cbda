"""Delivery against the local workspace, which answers as Slack does."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from bot.db import Database
from bot.outbox.delivery import Delivery
from bot.outbox.enqueue import IntentKind
from bot.workspace import Workspace
from tests.outbox.bench import Bench
from tests.outbox.scripted import ScriptedSlack

TOKEN = "xoxb-local"


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace(bot_token=TOKEN) as workspace:
        for name in ("ana", "ben", "mia"):
            workspace.add_user(name, name.title(), f"{name}@larkspur.example")
        workspace.add_channel("sales-inbound")
        yield workspace


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database, ScriptedSlack())


def delivery_to(workspace: Workspace, bench: Bench, token: str = TOKEN) -> Delivery:
    client = WebClient(token, base_url=workspace.api_url, timeout=10, retry_handlers=[])
    renderers = dict.fromkeys(IntentKind, bench.render)
    return Delivery(bench.database, client, renderers, business_now=bench.business, machine_now=bench.machine)


def test_a_card_and_a_direct_message_arrive_and_are_updated(workspace: Workspace, bench: Bench) -> None:
    bench.card(41)
    bench.task(7, "ana")
    bench.drain(delivery_to(workspace, bench))
    bench.state |= {"41": "claimed", "7": "done"}
    bench.card(41)
    bench.refresh(IntentKind.TASK, 7)
    bench.drain(delivery_to(workspace, bench))
    ana = workspace.add_user("ana", "Ana", "ana@larkspur.example")
    assert [message.text for message in workspace.messages("sales-inbound")] == ["claimed"]
    assert [message.text for message in workspace.messages(ana)] == ["done"]


def test_a_lost_message_is_found_in_the_history(workspace: Workspace, bench: Bench) -> None:
    bench.card(40)
    bench.card(41)
    bench.drain(delivery_to(workspace, bench))
    found = bench.intent(41)
    bench.change(41, channel=None, ts=None, sent_at=None, done=0)
    bench.crash_while_delivering(41)
    bench.drain(delivery_to(workspace, bench))
    assert len(workspace.messages("sales-inbound")) == 2
    assert bench.intent(41).ts == found.ts


def test_the_bot_is_invited_to_the_channel_and_the_cards_come(workspace: Workspace, bench: Bench) -> None:
    workspace.add_channel("sales-inbound", bot_is_member=False)
    bench.card(41)
    delivery_to(workspace, bench).deliver_due()
    assert list(bench.pauses().values()) == ["not_in_channel"]
    workspace.add_channel("sales-inbound", bot_is_member=True)
    bench.drain(delivery_to(workspace, bench))
    assert [message.text for message in workspace.messages("sales-inbound")] == ["about 41"]


def test_a_wrong_token_pauses_everything_until_it_is_right(workspace: Workspace, bench: Bench) -> None:
    bench.card(41)
    delivery_to(workspace, bench, token="xoxb-wrong").deliver_due()
    assert bench.pauses() == {"*": "invalid_auth"}
    bench.drain(delivery_to(workspace, bench))
    assert bench.pauses() == {}
    assert [message.text for message in workspace.messages("sales-inbound")] == ["about 41"]
