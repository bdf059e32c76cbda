"""What a click hands to the app for a while: a trigger to open a modal, and a URL to answer at."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import TypeVar

from bot.workspace.model import ApiError

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass(frozen=True)
class Trigger:
    user: str
    made: float
    used: bool = False


@dataclass(frozen=True)
class ResponseUrl:
    """Where answers to one interaction go; `ts` names the message it came from, if it came from one."""

    user: str
    channel: str
    made: float
    ts: str | None = None
    uses: int = 0


Ticket = TypeVar("Ticket", Trigger, ResponseUrl)


class Tickets:
    """Triggers live 3 s and work once, response URLs 30 min and five times, on `clock` (seconds)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponseUrl] = {}

    def new_trigger(self, user: str) -> str:
        key = f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        with self._lock:
            self._purge()
            self._triggers[key] = Trigger(user, self._clock())
        return key

    def use_trigger(self, key: str) -> str:
        """The user it belongs to. Raises `invalid_`, `expired_` or `exchanged_trigger_id`."""
        with self._lock:
            trigger = self._triggers.get(key)
            if trigger is None:
                raise ApiError("invalid_trigger_id")
            if trigger.used:
                raise ApiError("exchanged_trigger_id")
            if self._clock() - trigger.made > TRIGGER_SECONDS:
                raise ApiError("expired_trigger_id")
            self._triggers[key] = replace(trigger, used=True)
            return trigger.user

    def new_response(self, user: str, channel: str, ts: str | None = None) -> str:
        key = secrets.token_urlsafe(18)
        with self._lock:
            self._responses[key] = ResponseUrl(user, channel, self._clock(), ts)
        return key

    def use_response(self, key: str) -> ResponseUrl:
        """Where it leads, one use fewer. Raises `expired_url` or `used_url`."""
        with self._lock:
            ticket = self._responses.get(key)
            if ticket is None or self._clock() - ticket.made > RESPONSE_SECONDS:
                raise ApiError("expired_url")
            if ticket.uses >= RESPONSE_USES:
                raise ApiError("used_url")
            self._responses[key] = replace(ticket, uses=ticket.uses + 1)
            return ticket

    def _purge(self) -> None:
        oldest = self._clock() - RESPONSE_SECONDS
        _forget(self._triggers, oldest)
        _forget(self._responses, oldest)


def _forget(tickets: dict[str, Ticket], oldest: float) -> None:
    # They stand in the order in which they were made.
    while tickets and next(iter(tickets.values())).made <= oldest:
        del tickets[next(iter(tickets))]
