"""`demo`: everything on this machine, nothing to sign up for."""

import argparse
import errno
import secrets
import shutil
from pathlib import Path

from pydantic import SecretStr

from bot.app import Running, build, load_first_team_text, run_until_signalled
from bot.clock import MovableClock
from bot.db.migrate import migrate
from bot.demo.company import SOURCE, TEAM_TEXT, Company, Office
from bot.errors import FollowupError
from bot.intake import valid_secrets
from bot.logs import configure_logging
from bot.manifest import EVENTS, SCOPES
from bot.settings import Settings
from bot.workspace import Workspace

FOLDER = Path(".demo")
PORT = 8010


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reset", action="store_true", help="forget everything and start over")
    parser.add_argument("--port", type=int, default=PORT, help=f"port of the page (default {PORT})")


def run(arguments: argparse.Namespace) -> int:
    try:
        return _run(arguments)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise FollowupError(
            f"Port {arguments.port} is taken. Does the demo run already? Another port: "
            f"python -m bot demo --port {arguments.port + 1}"
        ) from error


def _run(arguments: argparse.Namespace) -> int:
    if arguments.reset and FOLDER.exists():
        shutil.rmtree(FOLDER)
    FOLDER.mkdir(exist_ok=True)
    configure_logging("WARNING")
    clock = MovableClock(FOLDER / "clock")
    company = Company(clock, FOLDER / "story.json")
    company.start_in_working_hours()
    token, signing_secret = f"xoxb-{secrets.token_hex(8)}", secrets.token_hex(16)
    with Workspace(
        FOLDER / "workspace.db",
        port=arguments.port,
        bot_token=token,
        signing_secret=signing_secret,
        controls=company.controls(),
        scopes=SCOPES,
        events=EVENTS,
        rate_limits=True,
        faults_panel=True,
    ) as workspace:
        company.move_in(workspace)
        bot = build(settings_for(workspace.api_url, token, signing_secret), business_now=clock)
        migrate(bot.database)
        with bot.database.write() as session:
            load_first_team_text(session, TEAM_TEXT, "the demo", clock())
            key = valid_secrets(session, SOURCE, clock())[0]
        running = Running(bot, web=True, worker=True)
        assert running.server is not None
        workspace.events_url = f"{running.server.url}/slack/events"
        company.open_office(Office(bot, f"{running.server.url}/leads/{SOURCE}", key), workspace)
        print(f"\n  Followup is running. Open  {workspace.url}\n")
        print("  Ctrl-C stops it; what happened is kept (make demo RESET=1 starts over).\n", flush=True)
        run_until_signalled(running)
    return 0


def settings_for(slack_api_url: str, token: str, signing_secret: str, folder: Path = FOLDER) -> Settings:
    """Given in full, so that no .env or variable of a real installation reaches the demo."""
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(token),
        slack_signing_secret=SecretStr(signing_secret),
        slack_app_token=None,
        slack_api_url=slack_api_url,
        database_url=f"sqlite:///{folder / 'followup.db'}",
        public_url=None,
        host="127.0.0.1",
        port=0,
    )
