"""One loop of the worker."""

import threading
from collections.abc import Callable
from datetime import datetime

import structlog

log = structlog.get_logger()

Work = Callable[[], datetime | None]
"""Does everything there is to do now and returns when there will be more (machine time), or None if nobody knows."""


class WorkLoop:
    """Runs its work when asked, never twice at once; being asked during a run makes it run once more."""

    def __init__(self, name: str, work: Work) -> None:
        self.name = name
        self._work = work
        self._asked = threading.Event()
        self._running = threading.Lock()
        self._stopped = threading.Event()

    def ask(self) -> bool:
        """Have the work done once more; False when somebody has asked already and the run is still to come."""
        if self._asked.is_set():
            return False
        self._asked.set()
        return True

    def run(self) -> datetime | None:
        """Do the work now, unless another thread is at it and so will see that it was asked again.

        Returns when to run next, if that is known.
        """
        next_at: datetime | None = None
        self._asked.set()
        # Asked again only after the release, so that a wake between the last look and the release is not lost.
        while self._wanted() and self._running.acquire(blocking=False):
            try:
                while self._wanted():
                    self._asked.clear()
                    next_at = self._attempt()
            finally:
                self._running.release()
        return next_at

    def stop(self) -> None:
        """Run never again; returns once a run that is under way has ended."""
        self._stopped.set()
        with self._running:
            pass

    def _wanted(self) -> bool:
        return self._asked.is_set() and not self._stopped.is_set()

    def _attempt(self) -> datetime | None:
        try:
            return self._work()
        except (
            Exception
        ):  # a loop outlives whatever goes wrong in one run; its work stays stored and is tried again
            log.exception("loop failed", loop=self.name)
            return None
