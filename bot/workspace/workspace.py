"""The local workspace: a stand-in for Slack that an app talks to over HTTP exactly as it talks to Slack."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from flask import Flask

from bot.workspace import api, page
from bot.workspace.blockkit.state import Entry
from bot.workspace.context import Context
from bot.workspace.controls import Controls
from bot.workspace.delivery import Courier
from bot.workspace.delivery.payloads import Identity
from bot.workspace.delivery.socketmode import SocketMode
from bot.workspace.faults import Faults
from bot.workspace.model import Call, Channel, Delivery, Guest, Json, Message, User, UserGroup, View
from bot.workspace.pace import Pace
from bot.workspace.people import People
from bot.workspace.server import WebServer
from bot.workspace.store import Store, stable_id
from bot.workspace.tickets import Tickets

APP_NAME = "Followup"


class Workspace:
    """Users, channels and one app. Everything is safe to call from any number of threads.

    `store` is a SQLite file that keeps people, messages and Homes across restarts; None keeps them
    in memory. Deliveries go over Socket Mode while the app is connected, else to `events_url`.
    `clock` (seconds) drives triggers, response URLs and rate limits; `ack_seconds` is how long the app
    may take. `scopes` are what the app was granted (None: everything), `events` what it subscribed to; with
    `rate_limits` it is held to Slack's; `faults_panel` puts the faults on the page.
    """

    def __init__(
        self,
        store: Path | None = None,
        *,
        signing_secret: str = "local-signing-secret",  # noqa: S107  a stand-in's secret is none
        bot_token: str = "xoxb-local",  # noqa: S107
        app_token: str = "xapp-local",  # noqa: S107
        host: str = "127.0.0.1",
        port: int = 0,
        events_url: str | None = None,
        controls: Controls | None = None,
        clock: Callable[[], float] = time.monotonic,
        ack_seconds: float = 3.0,
        scopes: Iterable[str] | None = None,
        events: Iterable[str] = ("app_home_opened",),
        rate_limits: bool = False,
        faults_panel: bool = False,
    ) -> None:
        self._store = Store(store, controls.now if controls else _real_now)
        self._sockets = SocketMode(host, _IDENTITY.app_id, self._store.touch)
        self.faults = Faults(self._store.place, self._store.touch)
        self._courier = Courier(self._sockets, self.faults, signing_secret, events_url, ack_seconds)
        self._context = Context(
            self._store,
            Tickets(clock),
            _IDENTITY,
            self._sockets,
            self._courier,
            bot_token,
            app_token,
            None if scopes is None else frozenset(scopes),
            self.faults,
            Pace(clock) if rate_limits else None,
        )
        self._people = People(self._context, events)
        self._store.put_user(
            User(self.bot_user_id, APP_NAME.lower(), APP_NAME, "", "America/New_York", is_bot=True)
        )
        self._web = WebServer(self._flask(controls, faults_panel), host, port)

    # -- life

    def start(self) -> Self:
        self._sockets.start()
        self._web.start()
        self._context.base_url = self.url
        return self

    def stop(self) -> None:
        """Nothing listens any more, no fault stands. What was kept in memory stays; it can be started again."""
        self.faults.clear()
        self._sockets.stop()
        self._web.stop()

    def close(self) -> None:
        """Stopped for good, the file closed."""
        self.stop()
        self._store.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The page's address, once started."""
        return f"http://{self._web.host}:{self._web.port}"

    @property
    def api_url(self) -> str:
        """What a WebClient takes as base_url."""
        return f"{self.url}/api/"

    @property
    def bot_user_id(self) -> str:
        return _IDENTITY.bot_user_id

    @property
    def team_id(self) -> str:
        return _IDENTITY.team_id

    @property
    def events_url(self) -> str | None:
        return self._courier.url

    @events_url.setter
    def events_url(self, url: str | None) -> None:
        self._courier.url = url

    @property
    def ack_seconds(self) -> float:
        """How long the app may take to acknowledge a delivery; Slack gives it 3 seconds."""
        return self._courier.seconds

    @ack_seconds.setter
    def ack_seconds(self, seconds: float) -> None:
        self._courier.seconds = seconds

    @property
    def subscriptions(self) -> set[str]:
        """The events that the app subscribed to; change the set to change them."""
        return self._people.subscriptions

    @property
    def socket_connected(self) -> bool:
        return self._sockets.connected

    @property
    def scopes(self) -> frozenset[str] | None:
        """What the app was granted; None is everything. Set it as if the app were installed anew."""
        return self._context.scopes

    @scopes.setter
    def scopes(self, scopes: Iterable[str] | None) -> None:
        self._context.scopes = None if scopes is None else frozenset(scopes)

    def disconnect_sockets(self, reason: Literal["warning", "refresh_requested", "link_disabled"]) -> None:
        """Tell the app to connect anew: soon after a warning, at once otherwise."""
        self._sockets.disconnect(reason)

    # -- setting up

    def add_user(
        self,
        name: str,
        real_name: str,
        email: str,
        *,
        manager: bool = False,
        tz: str = "America/New_York",
        guest: Guest = "no",
    ) -> str:
        """The user's id; the same one for a known name or e-mail address."""
        with self._store.lock:
            known = [user for user in self._store.users.values() if name == user.name or email == user.email]
            user_id = known[0].id if known else stable_id("U", name)
            fresh = User(user_id, name, real_name, email, tz, manager, guest=guest)
            # A demo that starts again finds people as they were: away, or not to be disturbed.
            kept = (
                {part: getattr(known[0], part) for part in ("away", "quiet_from", "quiet_until")}
                if known
                else {}
            )
            self._store.put_user(replace(fresh, **kept))
            members = (user_id, self.bot_user_id)
            self._store.put_channel(Channel(stable_id("D", user_id), name, members, is_im=True))
            return user_id

    def add_channel(
        self, name: str, bot_is_member: bool = True, members: Iterable[str] = (), *, private: bool = False
    ) -> str:
        """The channel's id. For a known name, members join those it has; the bot comes or goes as said.

        Raises ValueError for a single-channel guest who would be in two.
        """
        with self._store.lock:
            channel_id = stable_id("C", name)
            known = self._store.channels.get(channel_id)
            everybody = [*(known.members if known else ()), *members]
            people = [member for member in dict.fromkeys(everybody) if member != self.bot_user_id]
            self._keep_guests_in_one(channel_id, people)
            bot = [self.bot_user_id] if bot_is_member else []
            self._store.put_channel(Channel(channel_id, name, (*people, *bot), is_private=private))
            return channel_id

    def add_group(self, handle: str, name: str, members: Iterable[str]) -> str:
        """The user group's id; for a known handle, its people and name anew, and it is enabled again."""
        group = UserGroup(stable_id("S", handle), handle, name, tuple(dict.fromkeys(members)))
        self._store.put_group(group)
        return group.id

    def disable_group(self, group: str) -> None:
        """Nobody can be reached by its handle any more. `add_group` undoes it."""
        with self._store.lock:
            self._store.put_group(replace(self._store.groups[group], disabled=True))

    def set_away(self, user: str, away: bool = True) -> None:
        """What users.getPresence says of the person."""
        self._people.set_away(user, away=away)

    def set_do_not_disturb(self, user: str, hours: tuple[datetime, datetime] | None) -> None:
        """The next time, from and until, in which the person gets no notifications; None: there is none."""
        self._people.set_quiet(user, hours)

    def deactivate(self, user: str) -> None:
        """The person's account is closed: nobody finds them, nothing reaches them. `add_user` undoes it."""
        with self._store.lock:
            self._store.put_user(replace(self._store.user(user), deactivated=True))

    # -- acting as a person

    def click(self, user: str, channel: str, ts: str, action_id: str, value: str | None = None) -> Delivery:
        """A button in a message, `value` telling twins apart. A button just gone can still be pressed."""
        return self._people.act_in_message(user, self._place(channel), ts, action_id, value)

    def choose(self, user: str, channel: str, ts: str, action_id: str, option_value: Entry) -> Delivery:
        """A choice in a menu, or an entry in any other input, of a message."""
        return self._people.act_in_message(user, self._place(channel), ts, action_id, option_value)

    def click_home(self, user: str, action_id: str, value: Entry | None = None) -> Delivery:
        return self._people.act_in_view(user, self.home(user), action_id, value)

    def click_view(self, user: str, action_id: str, value: Entry | None = None) -> Delivery:
        return self._people.act_in_view(user, self.modal(user), action_id, value)

    def command(self, user: str, name: str, text: str = "", channel: str | None = None) -> Delivery:
        """A slash command, typed in the person's messages with the bot unless a channel is named."""
        return self._people.command(user, name, text, self._place(channel or user))

    def submit(self, user: str, values: Mapping[str, Entry] | None = None) -> Delivery:
        """The open modal, sent with values by action id. A required field left empty is `incomplete`."""
        return self._people.submit(user, values or {})

    def close_view(self, user: str) -> Delivery | None:
        return self._people.close_view(user)

    def open_home(self, user: str) -> Delivery:
        return self._people.open_home(user)

    def event(self, event: Json) -> Delivery:
        return self._people.event(event)

    def type_message(self, user: str, where: str, text: str) -> Message:
        """A plain message; writing to the bot's own id, or to one's own, is a direct message to the bot."""
        place = user if where == self.bot_user_id else where
        return self._people.say(user, self._place(place), text)

    # -- looking

    def messages(self, where: str) -> list[Message]:
        """Everything said in a channel (id or name) or, by a user's id, in that person's direct messages."""
        return self._store.timeline(self._place(where).id)

    def versions(self, message: Message) -> list[Message]:
        """All that this message has shown, oldest first, up to how it stands; of many changes the latest ones."""
        with self._store.lock:
            stands = self._store.find_message(message.channel, message.ts)
            return [
                *self._store.earlier.get((message.channel, message.ts), []),
                *([stands] if stands else []),
            ]

    def ephemerals(self, user: str) -> list[Message]:
        """What only this person was shown, wherever it was."""
        return self._store.whispers_to(user)

    def modal(self, user: str) -> View | None:
        with self._store.lock:
            return self._store.modals[user][-1] if self._store.modals[user] else None

    def home(self, user: str) -> View | None:
        with self._store.lock:
            return self._store.homes.get(user)

    def calls(self, method: str | None = None) -> list[Call]:
        """Every call of the Web API since the start, oldest first."""
        with self._store.lock:
            return [call for call in self._store.calls if method in {None, call.method}]

    def wait_for(self, condition: Callable[[], object], seconds: float = 5.0) -> bool:
        """Whether the condition came true in time. It is asked again whenever something changes here."""
        with self._store.changed:
            return self._store.changed.wait_for(lambda: bool(condition()), seconds)

    # -- inside

    def _place(self, where: str) -> Channel:
        place = self._store.place(where)
        if place is None:
            raise LookupError(f"no channel {where}")
        return self._store.channel(place)

    def _keep_guests_in_one(self, channel_id: str, people: Iterable[str]) -> None:
        guests = {user.id for user in self._store.users.values() if user.guest == "single"}
        for other in self._store.channels.values():
            if (
                not other.is_im
                and other.id != channel_id
                and (twice := guests & {*people} & {*other.members})
            ):
                raise ValueError(f"{', '.join(sorted(twice))} may be in #{other.name} only")

    def _flask(self, controls: Controls | None, faults_panel: bool) -> Flask:
        app = Flask("bot.workspace.page", static_url_path="/static")
        app.register_blueprint(api.blueprint(self._context))
        app.register_blueprint(
            page.blueprint(self._context, self._people, controls, faults_panel=faults_panel)
        )
        return app


_IDENTITY = Identity(
    team_id=stable_id("T", "local"),
    team_domain="local",
    app_id=stable_id("A", APP_NAME),
    bot_id=stable_id("B", APP_NAME),
    bot_user_id=stable_id("U", APP_NAME),
    app_name=APP_NAME,
)


def _real_now() -> datetime:
    return datetime.now(UTC)
