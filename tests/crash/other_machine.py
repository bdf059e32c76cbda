"""One of the bot's processes on a machine whose clock is off by as many seconds as a file says at that moment.

Run as `python -m tests.crash.other_machine run|web|worker <file> [<seconds between polls>]`.
"""

import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import apscheduler.schedulers.base
import apscheduler.triggers.date
import slack_sdk.signature
from sqlalchemy import event

from bot.app import Followup, Running, build, prepare, require_current_schema, run_until_signalled
from bot.clock import Clock, machine_clock
from bot.db import Loop
from bot.logs import configure_logging
from bot.settings import load_settings
from bot.worker.worker import POLL


def main(command: str, off: str, *polls: str) -> None:
    def clock() -> datetime:
        return machine_clock() + timedelta(seconds=float(Path(off).read_text()))

    _set_the_clocks_nobody_hands_over(clock)
    settings = load_settings()
    configure_logging(settings.log_level)
    poll = dict.fromkeys(Loop, float(polls[0])) if polls else POLL
    bot = build(settings, business_now=clock, machine_now=clock, poll=poll)
    _set_the_clock_of_sqlite(bot, clock)
    prepare(bot) if command == "run" else require_current_schema(bot)
    run_until_signalled(Running(bot, web=command != "worker", worker=command != "web"))


def _set_the_clocks_nobody_hands_over(clock: Clock) -> None:
    """The scheduler and the check of signatures read the machine's clock by themselves."""

    class Off(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock().astimezone(tz)

    for part in (apscheduler.schedulers.base, apscheduler.triggers.date):
        part.datetime = Off
    slack_sdk.signature.time = lambda: clock().timestamp()  # type: ignore[attr-defined]


def _set_the_clock_of_sqlite(bot: Followup, clock: Clock) -> None:
    """PostgreSQL has a clock of its own; SQLite has the machine's, and says it in the words of `database_now`."""
    if not bot.database.is_sqlite:
        return

    @event.listens_for(bot.database.engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.create_function("strftime", 2, lambda *_: f"{clock():%Y-%m-%d %H:%M:%S.%f}"[:-3])


if __name__ == "__main__":
    main(*sys.argv[1:])
