"""Waking the worker's loops after a commit: at once in this process, by NOTIFY in the others.

A wake is a courtesy that saves latency; every loop also polls, so a lost one loses no work.
"""

import enum
from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session


class Loop(enum.StrEnum):
    INBOX = "inbox"
    TIMERS = "timers"
    DELIVERY = "delivery"
    PEOPLE = "people"
    """Finding the Slack users of the team document's people."""
    FIGURES = "figures"
    """Keeping sums of what has changed; nothing wakes it, since figures are right without it."""
    UPKEEP = "upkeep"
    """Throwing away what nobody will ask for again; nothing wakes it."""


def wake(session: Session, loop: Loop) -> None:
    """Have `loop` run as soon as this transaction commits."""
    session.info.setdefault("wakes", set()).add(loop)


def pending_wakes(session: Session) -> set[Loop]:
    wakes: set[Loop] = session.info.get("wakes", set())
    return wakes


class Wakeups:
    """Who in this process wants to hear of wakes."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Loop], None]] = []

    def listen(self, listener: Callable[[Loop], None]) -> None:
        self._listeners.append(listener)

    def send(self, loops: Iterable[Loop]) -> None:
        for loop in loops:
            for listener in self._listeners:
                listener(loop)
