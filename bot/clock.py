"""The two clocks (design: `now` is an argument). Only the edges hold one; rules get an instant.

*Business now* drives every rule and may be moved in the demo and in tests. *Machine now* drives signature tolerance,
Retry-After and timeouts and is never moved.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]
"""Returns the current instant, aware, in UTC."""


def machine_clock() -> datetime:
    """The machine's own clock."""
    return datetime.now(UTC)


class MovableClock:
    """Business time for the demo: the machine's time plus an offset that only grows and outlives a restart."""

    def __init__(self, kept_in: Path) -> None:
        self._kept_in = kept_in
        self._offset = timedelta(seconds=float(kept_in.read_text())) if kept_in.exists() else timedelta()

    def __call__(self) -> datetime:
        return machine_clock() + self._offset

    def advance(self, by: timedelta) -> None:
        """Move time forward by `by`. Raises ValueError for a step back: what was done stays done."""
        if by < timedelta():
            raise ValueError("The clock only moves forward.")
        self._offset += by
        self._kept_in.write_text(str(self._offset.total_seconds()))
