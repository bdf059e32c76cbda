"""A worker process whose clock is off by as many seconds as a file says at that moment, and which may hardly ever poll.

Run as `python -m tests.crash.other_worker <file> [<seconds between polls>]`.
"""

import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import apscheduler.schedulers.base
import apscheduler.triggers.date

from bot.app import Running, build, run_until_signalled
from bot.clock import machine_clock
from bot.db import Loop
from bot.logs import configure_logging
from bot.settings import load_settings
from bot.worker.worker import POLL


def main(off: str, *polls: str) -> None:
    def clock() -> datetime:
        return machine_clock() + timedelta(seconds=float(Path(off).read_text()))

    class Off(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock().astimezone(tz)

    # The scheduler reads the machine's clock by itself.
    for part in (apscheduler.schedulers.base, apscheduler.triggers.date):
        part.datetime = Off
    settings = load_settings()
    configure_logging(settings.log_level)
    poll = dict.fromkeys(Loop, float(polls[0])) if polls else POLL
    bot = build(settings, business_now=clock, machine_now=clock, poll=poll)
    run_until_signalled(Running(bot, web=False, worker=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
