"""Moving business time the way it would have passed: stopping at everything that falls due on the way."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import Clock

MAX_STOPS = 10_000
"""More than any real walk meets; a row that stays due after it fired would otherwise hold the walk forever."""


def walk(
    now: Clock,
    advance: Callable[[timedelta], None],
    to: datetime,
    *,
    next_due: Callable[[], datetime | None],
    fire: Callable[[], object],
) -> None:
    """Move the clock to `to`, calling `fire` at each instant at which something falls due and at the end.

    Raises RuntimeError if the same rows stay due forever.
    """
    fire()
    for _ in range(MAX_STOPS):
        due = next_due()
        if due is None or due >= to:
            advance(max(to - now(), timedelta()))
            fire()
            return
        advance(max(due - now(), timedelta()))
        fire()
    raise RuntimeError(f"still something due after {MAX_STOPS} stops: {next_due()}")
