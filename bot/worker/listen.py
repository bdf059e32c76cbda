"""Hearing of other processes' commits on PostgreSQL."""

import threading
from collections.abc import Callable

import psycopg
import structlog

from bot.db import Database, Loop
from bot.db.notify import NOTIFY_CHANNEL

log = structlog.get_logger()

RECONNECT_SECONDS = 5


class Listener:
    """A connection of its own that LISTENs; on SQLite, which has one process, it does nothing."""

    def __init__(self, database: Database, wake: Callable[[Loop], None]) -> None:
        self._database = database
        self._wake = wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)

    def start(self) -> None:
        if not self._database.is_sqlite:
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _listen(self) -> None:
        url = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stopping.is_set():
            try:
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(f"LISTEN {NOTIFY_CHANNEL}")
                    # What was committed before this moment was said to nobody.
                    for loop in Loop:
                        self._wake(loop)
                    while not self._stopping.is_set():
                        for notification in connection.notifies(timeout=1.0):
                            self._wake_all(notification.payload)
            except psycopg.Error as error:
                # The loops poll meanwhile, so work is late by seconds, not lost.
                log.warning("listener lost its connection", error=type(error).__name__)
                self._stopping.wait(RECONNECT_SECONDS)

    def _wake_all(self, payload: str) -> None:
        for loop in self._database.notifier.heard(payload):
            self._wake(loop)
