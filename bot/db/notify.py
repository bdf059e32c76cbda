"""Waking other processes on PostgreSQL, after the commit and beside it.

A NOTIFY inside a transaction makes every commit that has one wait for the others, so it has a connection and a moment
of its own. What it loses in a crash is a courtesy: the loops also poll.
"""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.db.wake import Loop

log = structlog.get_logger()

NOTIFY_CHANNEL = "followup"
PAUSE_SECONDS = 0.02
"""Between two notifications: what is committed meanwhile goes into one."""

_NOTIFY = text(f"SELECT pg_notify('{NOTIFY_CHANNEL}', :payload)")


class Notifier:
    """Tells the other processes which loops have work; never waits, never raises.

    The engine commits every statement by itself.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._name = uuid4().hex
        self._lock = threading.Lock()
        self._loops: set[Loop] = set()
        # Python ends only after its thread has sent what was told.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="notifier")

    def tell(self, loop: Loop) -> None:
        with self._lock:
            is_first = not self._loops
            self._loops.add(loop)
        if is_first:
            # While Python ends nobody takes anything more; the others poll.
            with contextlib.suppress(RuntimeError):
                self._thread.submit(self._send)

    def flush(self) -> None:
        """Returns when everything told until now was sent."""
        self._thread.submit(lambda: None).result()

    def heard(self, payload: str) -> list[Loop]:
        """The loops that a notification names; none if it is this process's own, whose loops know already."""
        sender, _, names = payload.partition(" ")
        return [] if sender == self._name else [loop for loop in Loop if loop in names.split(",")]

    def _send(self) -> None:
        with self._lock:
            loops, self._loops = self._loops, set()
        payload = f"{self._name} {','.join(sorted(loops))}"
        try:
            with self._engine.connect() as connection:
                connection.execute(_NOTIFY, {"payload": payload})
        except SQLAlchemyError as error:
            log.warning("other processes were not woken", error=type(error).__name__)
        time.sleep(PAUSE_SECONDS)
