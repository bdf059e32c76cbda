"""The bot as `run` starts it: its own threads, woken by commits; nothing here moves it along."""

import json
import urllib.request
from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.app import Followup, Running, build, load_first_team_text
from bot.clock import machine_clock
from bot.db import Database
from bot.db.models import Lead, Rep
from bot.intake import valid_secrets
from bot.settings import Settings
from bot.workspace import Workspace
from tests.company import CHANNEL, PEOPLE, TEAM, actions, all_text


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as workspace:
        yield workspace


@pytest.mark.parametrize("app_token", [None, "xapp-local"], ids=["signed-http", "socket-mode"])
def test_a_lead_sent_is_offered_claimed_and_handed_its_first_touch(
    workspace: Workspace, database_url: str, app_token: str | None
) -> None:
    users = {
        key: workspace.add_user(name=key, real_name=name, email=f"{key}@larkspur.example")
        for key, name in PEOPLE.items()
    }
    channel = workspace.add_channel(CHANNEL, bot_is_member=True, members=list(users.values()))
    bot = build(_settings(workspace, database_url, app_token))
    with bot.database.write() as session:
        load_first_team_text(session, TEAM, "the test", machine_clock())
    running = Running(bot, web=True, worker=True)
    assert running.server is not None
    workspace.events_url = None if app_token else f"{running.server.url}/slack/events"
    running.start()
    try:
        assert workspace.wait_for(lambda: app_token is None or workspace.socket_connected, 10)
        _send_lead(bot, running.server.url)
        assert workspace.wait_for(lambda: workspace.messages(channel), 10)
        card = workspace.messages(channel)[0]
        assert "Dana Lee" in all_text(card)

        assert workspace.click(users["ben"], channel, card.ts, "claim").error is None
        assert workspace.wait_for(lambda: workspace.messages(users["ben"]), 10)
        assert "outcome:done" in actions(workspace.messages(users["ben"])[0])

        assert workspace.command(users["ben"], "/followup", "today").error is None
        assert "Dana Lee" in all_text(workspace.ephemerals(users["ben"])[-1])
    finally:
        running.stop()
    assert _owner(database_url) == "ben"


def _settings(workspace: Workspace, database_url: str, app_token: str | None) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr("xoxb-local"),
        slack_signing_secret=None if app_token else SecretStr("local-signing-secret"),
        slack_app_token=SecretStr(app_token) if app_token else None,
        slack_api_url=workspace.api_url,
        database_url=database_url,
        public_url=None,
        port=0,
    )


def _send_lead(bot: Followup, url: str) -> None:
    with bot.database.read() as session:
        key = valid_secrets(session, "website", machine_clock())[0]
    request = urllib.request.Request(
        f"{url}/leads/website",
        data=json.dumps({"name": "Dana Lee", "email": "dana@brightfields.com", "action": "demo"}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.load(answer)["status"] == "queued"


def _owner(database_url: str) -> str | None:
    database = Database(database_url)
    with database.read() as session:
        owner = session.scalar(select(Rep.key).join(Lead, Lead.owner_id == Rep.id))
    database.dispose()
    return owner
