"""Faults on demand: what Slack, its people and the network between can do to an app."""

import enum
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace


class FaultKind(enum.StrEnum):
    """What goes wrong. All but the last befall calls of the Web API."""

    RATELIMITED = "ratelimited"
    """429; `seconds` is the Retry-After."""
    SERVER_ERROR = "server_error"
    """503 with a page instead of JSON; nothing is done."""
    NOT_JSON = "not_json"
    """200 with a page instead of JSON; nothing is done."""
    HANG = "hang"
    """Nothing for `seconds`, then the connection is cut; with `applied`, what was asked is done first."""
    REPLY_LOST = "reply_lost"
    """What was asked is done, and the connection is cut inside the answer."""
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    ACCOUNT_INACTIVE = "account_inactive"
    ARCHIVED = "archived"
    """The channel is archived: it can be read, not written to."""
    KICKED = "kicked"
    """The bot is no member of the channel any more."""
    DUPLICATE = "duplicate"
    """A delivery to the app is made twice; `method` names the kind: events_api, interactive, slash_commands."""


@dataclass(frozen=True)
class Fault:
    """One fault: in which method ("*": all), for how many calls (None: until cleared), in which channel."""

    method: str
    kind: FaultKind
    times: int | None = None
    channel: str | None = None
    """A channel's id or name, or a user's id for their direct messages; None: everywhere."""
    seconds: float = 1.0
    applied: bool = False

    def __post_init__(self) -> None:
        if self.kind in (FaultKind.ARCHIVED, FaultKind.KICKED) and self.channel is None:
            raise ValueError(f"{self.kind} needs a channel")


_WRITES = frozenset({"chat.postMessage", "chat.update", "chat.delete"})
_READS = frozenset({"conversations.history"})
_BEFALLS = {FaultKind.ARCHIVED: _WRITES, FaultKind.KICKED: _WRITES | _READS}
_APP_TOKEN = frozenset({"apps.connections.open"})
"""Methods that take the app's token, with which nothing is wrong."""


class Faults:
    """The faults that stand. The first that fits a call befalls it."""

    def __init__(self, place: Callable[[str], str | None], on_change: Callable[[], None]) -> None:
        """`place` gives a conversation's id for whatever names it."""
        self._place = place
        self._on_change = on_change
        self._lock = threading.Lock()
        self._standing: list[Fault] = []
        self._released = threading.Event()

    def add(self, fault: Fault) -> None:
        """Stands from now on, after those that stand already."""
        with self._lock:
            self._standing.append(fault)
        self._on_change()

    def clear(self) -> None:
        """No faults any more; what hangs is cut off."""
        with self._lock:
            self._standing = []
            self._released.set()
            self._released = threading.Event()
        self._on_change()

    @property
    def standing(self) -> tuple[Fault, ...]:
        """What still stands, with the times that are left."""
        with self._lock:
            return tuple(self._standing)

    def take(self, method: str, channel: str | None) -> Fault | None:
        """The fault that befalls this call of the Web API, one time fewer; None: all goes well."""
        return self._take(lambda fault: self._befalls(fault, method, channel))

    def take_duplicate(self, kind: str) -> bool:
        """Whether this delivery is made twice."""
        return (
            self._take(lambda one: one.kind is FaultKind.DUPLICATE and one.method in ("*", kind)) is not None
        )

    def hang(self, seconds: float) -> None:
        """Return after so long, or as soon as the faults are cleared."""
        with self._lock:
            released = self._released
        released.wait(seconds)

    def _take(self, fits: Callable[[Fault], bool]) -> Fault | None:
        with self._lock:
            taken = next((fault for fault in self._standing if fits(fault)), None)
            if taken is None or taken.times is None:
                return taken
            at = self._standing.index(taken)
            self._standing[at : at + 1] = [replace(taken, times=taken.times - 1)] if taken.times > 1 else []
        self._on_change()
        return taken

    def _befalls(self, fault: Fault, method: str, channel: str | None) -> bool:
        if fault.kind is FaultKind.DUPLICATE or fault.method not in ("*", method):
            return False
        if fault.kind in (FaultKind.TOKEN_REVOKED, FaultKind.ACCOUNT_INACTIVE) and method in _APP_TOKEN:
            return False
        in_place = fault.channel is None or (channel is not None and self._place(fault.channel) == channel)
        return in_place and method in _BEFALLS.get(fault.kind, {method})
