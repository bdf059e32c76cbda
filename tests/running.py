"""The bot as `run` starts it, in this process: its own threads, woken by commits; nothing here moves it along."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pydantic import SecretStr

from bot.app import Followup, Running, build, load_first_team_text
from bot.clock import machine_clock
from bot.intake import valid_secrets
from bot.settings import Settings
from bot.workspace import Workspace
from tests.company import CHANNEL, PEOPLE, TEAM


@dataclass
class RunningBot:
    """The bot and its people; `acknowledged` are the e-mail addresses of the leads it took."""

    bot: Followup
    workspace: Workspace
    users: dict[str, str]
    channel: str
    url: str
    acknowledged: list[str] = field(default_factory=list)

    def send_lead(self, name: str, email: str) -> None:
        with self.bot.database.read() as session:
            key = valid_secrets(session, "website", machine_clock())[0]
        request = urllib.request.Request(
            f"{self.url}/leads/website",
            data=json.dumps({"name": name, "email": email, "action": "demo"}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert json.load(answer)["status"] == "queued"
        self.acknowledged.append(email)


@contextmanager
def running_bot(workspace: Workspace, database_url: str, app_token: str | None) -> Iterator[RunningBot]:
    """Reached by Socket Mode with an app token, else over signed HTTP."""
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
        assert workspace.wait_for(lambda: app_token is None or workspace.socket_connected, 60)
        yield RunningBot(bot, workspace, users, channel, running.server.url)
    finally:
        running.stop()


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
