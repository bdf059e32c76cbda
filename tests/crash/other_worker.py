"""A worker process whose clock is ahead by some seconds, and which, if a second number is given, hardly ever polls.

Run as `python -m tests.crash.other_worker <seconds ahead> [<seconds between polls>]`.
"""

import sys
from datetime import datetime, timedelta

from bot.app import Running, build, run_until_signalled
from bot.clock import machine_clock
from bot.db import Loop
from bot.logs import configure_logging
from bot.settings import load_settings
from bot.worker.worker import POLL


def main(ahead: str, *polls: str) -> None:
    def clock() -> datetime:
        return machine_clock() + timedelta(seconds=float(ahead))

    settings = load_settings()
    configure_logging(settings.log_level)
    poll = dict.fromkeys(Loop, float(polls[0])) if polls else POLL
    bot = build(settings, business_now=clock, machine_now=clock, poll=poll)
    run_until_signalled(Running(bot, web=False, worker=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
