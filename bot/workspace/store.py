"""The workspace's memory: plain dictionaries under one lock, written through to SQLite when asked to."""

import json
import secrets
import sqlite3
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.workspace.model import ApiError, Call, Channel, Message, User, UserGroup, View

_KEPT_CALLS = 50_000
_KEPT_VERSIONS = 20


def stable_id(prefix: str, name: str) -> str:
    """An id like Slack's that depends on nothing but the name, so a restarted demo keeps its data."""
    digest = sha256(f"{prefix}:{name}".encode()).hexdigest().upper()
    return f"{prefix}0{digest[:9]}"


def fresh_id(prefix: str) -> str:
    return f"{prefix}{secrets.token_hex(5).upper()}"


class Store:
    """Everything in the workspace. Hold `lock` to read or change several things as one.

    `changed` is notified, and `version` raised, at every change that somebody could see.
    """

    def __init__(self, path: Path | None, business_now: Callable[[], datetime]) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.version = 0
        self.business_now = business_now
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        self.messages: dict[str, dict[str, Message]] = defaultdict(dict)
        self.whispers: dict[str, dict[str, Message]] = defaultdict(dict)
        self.earlier: dict[tuple[str, str], list[Message]] = defaultdict(list)
        self.homes: dict[str, View] = {}
        self.modals: dict[str, list[View]] = defaultdict(list)
        self.seen: dict[tuple[str, str], str] = {}
        self.calls: deque[Call] = deque(maxlen=_KEPT_CALLS)
        self._last_ts = 0
        self._file = _open(path) if path else None
        self._load()

    # -- people and places

    def put_user(self, user: User) -> None:
        with self.lock:
            self.users[user.id] = user
            self._keep("user", user.id, user)
            self.touch()

    def put_channel(self, channel: Channel) -> None:
        with self.lock:
            self.channels[channel.id] = channel
            self._keep("channel", channel.id, channel)
            self.touch()

    def put_group(self, group: UserGroup) -> None:
        with self.lock:
            self.groups[group.id] = group
            self._keep("group", group.id, group)
            self.touch()

    def user(self, user_id: str) -> User:
        """The user, or `user_not_found`."""
        with self.lock:
            if user_id not in self.users:
                raise ApiError("user_not_found")
            return self.users[user_id]

    def channel(self, channel_id: str) -> Channel:
        """The channel, or `channel_not_found`."""
        with self.lock:
            if channel_id not in self.channels:
                raise ApiError("channel_not_found")
            return self.channels[channel_id]

    def direct(self, user_id: str) -> Channel:
        """The person's direct messages with the bot, or `user_not_found`."""
        return self.channel(stable_id("D", self.user(user_id).id))

    def place(self, wanted: str) -> str | None:
        """A conversation's id by its id or name, or by the user it is with; None if there is none."""
        with self.lock:
            known = stable_id("D", wanted) if wanted in self.users else wanted
            if known in self.channels:
                return known
            name = wanted.removeprefix("#")
            named = (one.id for one in self.channels.values() if one.name == name and not one.is_im)
            return next(named, None)

    def reachable(self, channel: Channel) -> Channel:
        """The same conversation; `user_disabled` if it is with somebody whose account is deactivated."""
        with self.lock:
            people = [self.users[member] for member in channel.members if member in self.users]
            if channel.is_im and any(person.deactivated for person in people):
                raise ApiError("user_disabled")
            return channel

    # -- messages

    def next_ts(self) -> str:
        """A new time stamp, later than any before it: Slack's id of a message within its channel."""
        with self.lock:
            self._last_ts = max(time.time_ns() // 1000, self._last_ts + 1)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def post(self, channel: str, user: str, text: str, blocks: list[Any], **more: Any) -> Message:
        """A new message, kept: public, or a whisper if `ephemeral_to` names who may see it."""
        with self.lock:
            at, shown_at = datetime.now(UTC), self.business_now()
            message = Message(self.next_ts(), channel, user, text, blocks, at, shown_at, **more)
            self.put_message(message)
            return message

    def put_message(self, message: Message) -> None:
        with self.lock:
            shelf = self._shelf(message)
            if old := shelf.get(message.ts):
                versions = self.earlier[message.channel, message.ts]
                versions.append(old)
                del versions[:-_KEPT_VERSIONS]
            shelf[message.ts] = message
            self._keep("message", f"{message.channel}/{message.ts}", message)
            self.touch()

    def drop_message(self, message: Message) -> None:
        with self.lock:
            self._shelf(message).pop(message.ts, None)
            self.earlier[message.channel, message.ts].append(message)
            self._forget("message", f"{message.channel}/{message.ts}")
            self.touch()

    def find_message(self, channel: str, ts: str, viewer: str | None = None) -> Message | None:
        """The message as it stands; among the viewer's whispers too if one is named."""
        with self.lock:
            whisper = self.whispers[viewer].get(ts) if viewer else None
            return self.messages[channel].get(ts) or whisper

    def timeline(self, channel: str) -> list[Message]:
        with self.lock:
            return list(self.messages[channel].values())

    def whispers_to(self, user: str) -> list[Message]:
        with self.lock:
            return list(self.whispers[user].values())

    def _shelf(self, message: Message) -> dict[str, Message]:
        return self.whispers[message.ephemeral_to] if message.ephemeral_to else self.messages[message.channel]

    # -- views

    def put_home(self, view: View) -> None:
        with self.lock:
            self.homes[view.user] = view
            self._keep("home", view.user, view)
            self.touch()

    def views(self) -> list[View]:
        """Every open modal and every Home."""
        with self.lock:
            return [view for stack in [*self.modals.values(), list(self.homes.values())] for view in stack]

    def find_view(self, view_id: str) -> View | None:
        return next((view for view in self.views() if view.id == view_id), None)

    def put_view(self, view: View) -> None:
        """The view in the place of the one with its id, wherever that stands."""
        with self.lock:
            if view.type == "home":
                self.put_home(view)
            stack = self.modals[view.user]
            stack[:] = [view if old.id == view.id else old for old in stack]
            self.touch()

    # -- the rest

    def mark_seen(self, user: str, channel: str) -> None:
        with self.lock:
            latest = max(self.messages[channel], default="")
            if self.seen.get((user, channel), "") < latest:
                self.seen[user, channel] = latest
                self._keep("seen", f"{user}/{channel}", latest)
                self.touch()

    def record(self, call: Call) -> None:
        with self.changed:
            self.calls.append(call)
            self.changed.notify_all()

    def touch(self) -> None:
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def close(self) -> None:
        with self.lock:
            if self._file:
                self._file.close()
                self._file = None

    def _keep(self, kind: str, key: str, value: Any) -> None:
        if self._file:
            body = value if isinstance(value, str) else json.dumps(asdict(value), default=datetime.isoformat)
            self._file.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (kind, key, body))

    def _forget(self, kind: str, key: str) -> None:
        if self._file:
            self._file.execute("DELETE FROM documents WHERE kind = ? AND key = ?", (kind, key))

    def _load(self) -> None:
        if not self._file:
            return
        for kind, key, body in self._file.execute("SELECT kind, key, body FROM documents ORDER BY key"):
            if kind == "seen":
                user, channel = key.split("/")
                self.seen[user, channel] = body
            else:
                self._restore(kind, json.loads(body))

    def _restore(self, kind: str, body: dict[str, Any]) -> None:
        if kind == "user":
            self.users[body["id"]] = User(**body)
        elif kind == "channel":
            self.channels[body["id"]] = Channel(**{**body, "members": tuple(body["members"])})
        elif kind == "group":
            self.groups[body["id"]] = UserGroup(**{**body, "members": tuple(body["members"])})
        elif kind == "home":
            self.homes[body["user"]] = View(**body)
        elif kind == "message":
            times = {name: datetime.fromisoformat(body[name]) for name in ("at", "shown_at")}
            message = Message(**{**body, **times})
            self._shelf(message)[message.ts] = message
            seconds, micros = message.ts.split(".")
            self._last_ts = max(self._last_ts, int(seconds) * 1_000_000 + int(micros))


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("PRAGMA synchronous = NORMAL")
    file.execute("CREATE TABLE IF NOT EXISTS documents (kind, key, body, PRIMARY KEY (kind, key))")
    return file
