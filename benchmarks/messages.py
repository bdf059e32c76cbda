"""A thousand messages over fifty channels, held against the least time that Slack's limits allow."""

import time
from datetime import timedelta
from math import inf

from slack_sdk import WebClient
from sqlalchemy import String, cast, func, literal, select

from benchmarks.place import Place, add_open_touches, now
from benchmarks.report import Line
from bot.clock import machine_clock
from bot.db import Database
from bot.db.models import Intent, Lead
from bot.messages import RENDERERS
from bot.outbox.budgets import POST, Limits
from bot.outbox.delivery import Delivery
from bot.outbox.enqueue import IntentKind, show_many
from bot.worker import Worker
from bot.workspace import Workspace

MESSAGES = 1_000
CHANNELS = 50


def measure(place: Place) -> list[Line]:
    """One worker, all of it waiting at once, at the limits it has in production."""
    rate = Limits().rate(POST)
    floor = (MESSAGES - rate.burst) * rate.every.total_seconds()
    with place.database(CHANNELS) as database, Workspace(rate_limits=True) as workspace:
        for channel in range(CHANNELS):
            workspace.add_channel(f"sales-{channel}", bot_is_member=True, members=[])
        _fill(database)
        took = _delivered(database, workspace, patience=2 * floor)
        posts = workspace.calls(POST)
    refused = sum(not call.answer.get("ok") for call in posts)
    return [
        Line("The least that the budgets allow", f"{floor:.0f} s"),
        Line(
            f"Until all {MESSAGES:,} stood in their channels",
            f"{took:.0f} s, {took / floor:.2f}x",
            "1.1x",
            took <= 1.1 * floor,
        ),
        Line("Refused by Slack", f"{refused} of {len(posts):,} calls", "none", refused == 0),
    ]


def _fill(database: Database) -> None:
    add_open_touches(database, MESSAGES, now() + timedelta(days=3650))
    channel = literal("pool:pool") + cast(Lead.id % CHANNELS, String)
    with database.write() as session:
        show_many(
            session, IntentKind.LEAD_CARD, select(cast(Lead.id, String), channel).order_by(Lead.id), now()
        )


def _delivered(database: Database, workspace: Workspace, patience: float) -> float:
    """Seconds until everything was, or infinity."""
    client = WebClient("xoxb-local", base_url=workspace.api_url, timeout=10, retry_handlers=[])
    delivery = Delivery(database, client, RENDERERS, business_now=machine_clock, machine_now=machine_clock)
    worker = Worker(database, client, delivery, business_now=machine_clock, machine_now=machine_clock)
    started = time.perf_counter()
    worker.start()
    try:
        while waiting := _waiting(database):
            if time.perf_counter() > started + patience:
                break
            time.sleep(0.2)
        return inf if waiting else time.perf_counter() - started
    finally:
        worker.stop()


def _waiting(database: Database) -> int:
    with database.read() as session:
        return (
            session.scalar(select(func.count()).select_from(Intent).where(Intent.done < Intent.wanted)) or 0
        )
