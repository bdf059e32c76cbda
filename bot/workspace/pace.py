"""Slack's rate limits: each method's tier, and a message a second in each channel, with some burst."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from bot.workspace.model import RateLimitedError

_CHANNEL_BURST = 5
_ROUNDING = 1e-6
_MESSAGES = 300
_PER_MINUTE: Mapping[str, int] = {
    "chat.postMessage": _MESSAGES,
    "chat.update": 50,
    "chat.delete": 50,
    "conversations.open": 50,
    "conversations.history": 50,
    "dnd.teamInfo": 20,
    "usergroups.list": 20,
    "users.getPresence": 50,
    "users.lookupByEmail": 50,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
}
"""Calls a minute: tier 2 is 20, tier 3 is 50, tier 4 is 100; several hundred messages for a workspace."""


@dataclass(frozen=True)
class _Rate:
    every: float
    burst: int


class Pace:
    """Counts calls on `clock` (seconds). Refused calls cost nothing."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._next: dict[str, float] = {}

    def check(self, method: str, channel: str | None) -> None:
        """Raises RateLimitedError if this call comes too soon."""
        rates = _rates(method, channel)
        with self._lock:
            now = self._clock()
            waits = [self._wait(key, rate, now) for key, rate in rates.items()]
            if any(wait > _ROUNDING for wait in waits):
                raise RateLimitedError(max(math.ceil(max(waits)), 1))
            for key, rate in rates.items():
                self._next[key] = max(self._next.get(key, now), now) + rate.every

    def _wait(self, key: str, rate: _Rate, now: float) -> float:
        return self._next.get(key, now) - (rate.burst - 1) * rate.every - now


def _rates(method: str, channel: str | None) -> dict[str, _Rate]:
    per_minute = _PER_MINUTE.get(method)
    rates = {method: _Rate(60 / per_minute, per_minute // 4)} if per_minute else {}
    if method == "chat.postMessage" and channel:
        rates[f"{method} {channel}"] = _Rate(1.0, _CHANNEL_BURST)
    return rates
