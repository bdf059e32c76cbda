"""The one composition root: settings in, a bot that can be started out."""

import contextlib
import gc
import logging
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from flask import Flask
from slack_bolt import App as Bolt
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from sqlalchemy.orm import Session

from bot.cadence import known_plans
from bot.cadence.lint import refuse_errors
from bot.clock import Clock, machine_clock
from bot.db import Database, Loop
from bot.db.migrate import migrate, require_current
from bot.errors import FollowupError
from bot.handlers import Edge, register
from bot.intake import ensure_secrets
from bot.messages import RENDERERS
from bot.outbox.delivery import Delivery
from bot.outbox.refusals import RefusalTally
from bot.settings import Settings
from bot.team.live import NoTeamError, apply_team, live_team
from bot.web import HttpServer, SlackCalls, create_web
from bot.web.server import THREADS as HTTP_THREADS
from bot.web.socket import SlackSocket
from bot.worker import Worker
from bot.worker.worker import POLL

log = structlog.get_logger()


class PortError(FollowupError):
    """The bot cannot listen where it should."""

    def __init__(self, settings: Settings, error: OSError) -> None:
        super().__init__(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
            "Is the bot running already? HOST and PORT in .env choose another place."
        )


@dataclass(frozen=True)
class Followup:
    """Everything the bot is made of, built and connected, nothing started."""

    settings: Settings
    database: Database
    client: WebClient
    bolt: Bolt
    socket: SlackSocket | None
    """In Socket Mode."""
    web: Flask
    worker: Worker
    business_now: Clock


def build(
    settings: Settings,
    *,
    business_now: Clock = machine_clock,
    machine_now: Clock = machine_clock,
    poll: Mapping[Loop, float] = POLL,
) -> Followup:
    """The bot for these settings. Connects to nothing yet."""
    secret = settings.followup_secret
    database = Database(settings.database_url, secret=secret.get_secret_value() if secret else None)
    tally = RefusalTally(database)
    client = _client(settings, tally, settings.slack_bot_token.get_secret_value())
    bolt = _bolt(settings, tally)
    socket = _socket(settings, bolt, tally)
    register(bolt, Edge(database, business_now, machine_now))
    delivery = Delivery(
        database,
        client,
        RENDERERS,
        business_now=business_now,
        machine_now=machine_now,
        messages_per_minute=settings.slack_messages_per_minute,
        lease=timedelta(seconds=settings.lease_seconds),
    )
    worker = Worker(database, client, delivery, business_now=business_now, machine_now=machine_now, poll=poll)
    web = create_web(
        database,
        business_now=business_now,
        machine_now=machine_now,
        slack=_slack_calls(settings, bolt),
        socket_connected=(lambda: socket.connected) if socket else None,
    )
    return Followup(settings, database, client, bolt, socket, web, worker, business_now)


def prepare(bot: Followup) -> None:
    """Bring the schema up to date and, the first time, load the team document.

    Raises TeamDocumentError, or NoTeamError when there is neither a document in the database nor a file.
    """
    migrate(bot.database)
    with bot.database.write() as session:
        load_first_team(session, bot.settings.followup_team, bot.business_now())
        live_team(session)


def load_first_team(session: Session, file: Path, now: datetime) -> None:
    """Make `file` the live document if there is none yet; without the file nothing happens.

    Raises TeamDocumentError.
    """
    if file.exists():
        load_first_team_text(session, file.read_text("utf-8"), str(file), now)


def load_first_team_text(session: Session, text: str, author: str, now: datetime) -> None:
    """Make `text` the live document if there is none yet, with a key for each of its sources.

    Raises TeamDocumentError.
    """
    with contextlib.suppress(NoTeamError):
        live_team(session)
        return
    live = apply_team(session, text, author=author, now=now, known_plans=known_plans())
    refuse_errors(live.team)
    ensure_secrets(session, live.team, now)
    log.info("team document loaded", author=author)


def require_current_schema(bot: Followup) -> None:
    """Raises SchemaError when `migrate` has to run first."""
    require_current(bot.database)


class Running:
    """A started bot: its HTTP edge, its worker, its socket, or some of them."""

    def __init__(self, bot: Followup, *, web: bool, worker: bool) -> None:
        self._bot = bot
        self.server = _server(bot) if web else None
        self._worker = bot.worker if worker else None
        self._socket = bot.socket if web else None

    def start(self) -> None:
        if self._worker:
            self._worker.start()
        if self.server:
            self.server.start()
        if self._socket:
            self._socket.start()

    def stop(self) -> None:
        """Take nothing new, finish what is under way."""
        if self._socket:
            self._socket.stop()
        if self.server:
            self.server.stop()
        if self._worker:
            self._worker.stop()
        self._bot.database.dispose()


def run_until_signalled(running: Running) -> None:
    """Start, wait for SIGTERM or SIGINT, stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    running.start()
    # What is there now stays: to walk all of it for garbage again and again would halt everybody for 0.1 s each time.
    gc.collect()
    gc.freeze()
    stop.wait()
    log.info("stopping")
    running.stop()


def _slack_calls(settings: Settings, bolt: Bolt) -> SlackCalls | None:
    """None in Socket Mode."""
    secret = settings.slack_signing_secret
    if settings.socket_mode or secret is None:
        return None
    return SlackCalls(bolt, SignatureVerifier(secret.get_secret_value()))


def _client(settings: Settings, tally: RefusalTally, token: str | None = None) -> WebClient:
    # Delivery owns retries: the client's own could post a message twice.
    return WebClient(
        token,
        base_url=settings.slack_api_url,
        timeout=settings.slack_timeout_seconds,
        retry_handlers=[tally],
    )


def _bolt(settings: Settings, tally: RefusalTally) -> Bolt:
    secret, token = settings.slack_signing_secret, settings.slack_bot_token.get_secret_value()

    def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_token=token)

    return Bolt(
        # Left to itself Bolt reads the source of whatever called it to find a name, at every start.
        name="followup",
        client=_client(settings, tally),
        signing_secret=secret.get_secret_value() if secret else "",
        # Left to itself Bolt asks Slack about the token before the first click, and while Slack does not answer
        # that click is lost without a word.
        authorize=authorize,
        raise_error_for_unhandled_request=False,
        # Left to itself Bolt names its loggers after the program, where no level of ours reaches them,
        # and writes whole answers, leads and all, at DEBUG.
        logger=logging.getLogger("slack_bolt"),
        listener_executor=ThreadPoolExecutor(HTTP_THREADS, thread_name_prefix="slack"),
    )


def _server(bot: Followup) -> HttpServer:
    try:
        return HttpServer(bot.web, bot.settings.host, bot.settings.port)
    except OSError as error:
        raise PortError(bot.settings, error) from error


def _socket(settings: Settings, bolt: Bolt, tally: RefusalTally) -> SlackSocket | None:
    if settings.slack_app_token is None:
        return None
    return SlackSocket(bolt, settings.slack_app_token.get_secret_value(), _client(settings, tally))
