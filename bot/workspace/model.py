"""What a workspace holds, as values: a change makes a new one, so a reader needs no lock."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = dict[str, Any]
Guest = Literal["no", "multi", "single"]
"""Whether somebody is a guest: in several channels, or in a single one."""

HELPER = "USLACKBOT"
"""Who tells a person, privately, that a command did not work."""


class ApiError(Exception):
    """A refusal by its name in Slack's documentation; `details` become `response_metadata.messages`."""

    def __init__(self, error: str, *details: str, extra: Json | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.details = details
        self.extra = extra or {}


class RateLimitedError(ApiError):
    """Too soon: the call may be made again after so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


@dataclass(frozen=True)
class User:
    """`quiet_from` and `quiet_until` bound the next time without notifications, in seconds since 1970."""

    id: str
    name: str
    real_name: str
    email: str
    tz: str
    manager: bool = False
    is_bot: bool = False
    deactivated: bool = False
    guest: Guest = "no"
    away: bool = False
    quiet_from: int = 0
    quiet_until: int = 0

    def is_quiet(self, now: datetime) -> bool:
        return self.quiet_from <= now.timestamp() < self.quiet_until


@dataclass(frozen=True)
class UserGroup:
    """Several people under one handle, without its @."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]
    disabled: bool = False


@dataclass(frozen=True)
class Channel:
    """A channel, or with `is_im` the direct messages between one person and the bot."""

    id: str
    name: str
    members: tuple[str, ...]
    is_im: bool = False
    is_private: bool = False

    @property
    def kind(self) -> Literal["im", "group", "channel"]:
        """Slack's word for it, as in the scope `groups:history` and the event `message.groups`."""
        if self.is_im:
            return "im"
        return "group" if self.is_private else "channel"

    @property
    def shown_name(self) -> str:
        """Its name as interactions tell it."""
        return {"im": "directmessage", "group": "privategroup", "channel": self.name}[self.kind]

    def has(self, user: str) -> bool:
        return user in self.members


@dataclass(frozen=True)
class Message:
    """`at` is real time; `shown_at` is what the page shows: the demo's business time where there is one."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json]
    at: datetime
    shown_at: datetime
    thread_ts: str | None = None
    metadata: Json | None = None
    edited: bool = False
    ephemeral_to: str | None = None
    bot_id: str | None = None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(frozen=True)
class View:
    """A modal or a Home. `state` is block id -> action id -> what was entered, as Slack sends it."""

    id: str
    user: str
    type: str
    blocks: list[Json]
    hash: str
    callback_id: str = ""
    private_metadata: str = ""
    external_id: str = ""
    title: str = ""
    submit: str = ""
    close: str = ""
    clear_on_close: bool = False
    notify_on_close: bool = False
    root_id: str = ""
    previous_id: str | None = None
    state: dict[str, Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    """Why sending it came to nothing, where that was not the person's fault."""


@dataclass(frozen=True)
class Call:
    """One call of the Web API: what was asked, when (UTC), and what was answered."""

    method: str
    args: Json
    at: datetime
    answer: Json


@dataclass(frozen=True)
class Delivery:
    """What became of a delivery to the app: its answer, or why there was none that counts.

    `error` is None, or `operation_timeout` (no answer in time), `dispatch_failed` (nobody reachable),
    `http_service_error` (an answer other than 200), or `invalid_response` (an answer that cannot be used).
    """

    status: int | None
    body: Json | str
    error: str | None = None

    @property
    def ok(self) -> bool:
        return self.error is None
