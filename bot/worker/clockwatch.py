"""Notices that somebody set the machine's clock."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock

log = structlog.get_logger()

EVERY_SECONDS = 2.0
JUMP = timedelta(seconds=5)
"""How far the clock may be off the time that really passed between two looks."""


class ClockWatch:
    """Compares the machine's clock with one that nobody can set, and tells of a jump either way."""

    def __init__(self, machine_now: Clock, jumped: Callable[[], None]) -> None:
        self._machine_now = machine_now
        self._jumped = jumped
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="clock-watch", daemon=True)

    def start(self) -> None:
        """Watch from now on; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer; a jump that is being told of is told to the end."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        seen = self._look()
        while not self._stopping.wait(EVERY_SECONDS):
            now = self._look()
            by = now[0] - seen[0] - timedelta(seconds=now[1] - seen[1])
            if abs(by) > JUMP:
                log.warning("the machine's clock jumped", seconds=round(by.total_seconds()))
                self._tell()
            seen = now

    def _tell(self) -> None:
        try:
            self._jumped()
        except (
            Exception
        ):  # the watch outlives a database that is away; starting again makes good what is missed
            log.exception("jump not made good")

    def _look(self) -> tuple[datetime, float]:
        return self._machine_now(), time.monotonic()
