"""What one person sees: the page's parts as HTML, each with a mark that changes when it does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from flask import render_template

from bot.workspace.context import Context
from bot.workspace.model import HELPER, Channel, Json, Message, User, View
from bot.workspace.page import dates
from bot.workspace.page.charts import chart
from bot.workspace.page.mrkdwn import Lens
from bot.workspace.page.rich import rich

HOME, DIRECT = "home", "dm"
_MOST_SHOWN = 80
_TINTS = 8


@dataclass(frozen=True)
class Seat:
    """Who is looking, and at what: a channel, or the app's Home (None)."""

    user: User
    place: Channel | None


@dataclass(frozen=True)
class Row:
    """A channel in the sidebar."""

    place: Channel
    label: str
    unread: int
    current: bool


class Painter:
    """Draws scenes. `now` is the business time that relative dates count from; `first_step` fills empty places."""

    def __init__(self, context: Context, now: Callable[[], datetime], first_step: str = "") -> None:
        self._context = context
        self._store = context.store
        self._now = now
        self._first_step = first_step

    # -- who and where

    def people(self) -> list[User]:
        with self._store.lock:
            return [user for user in self._store.users.values() if not user.is_bot]

    def seat(self, name: str, place: str) -> Seat | None:
        """Who asks, by id or name (else the first), at a channel by id or name, `dm` or `home`."""
        people = self.people()
        if not people:
            return None
        user = next((one for one in people if name in {one.id, one.name}), people[0])
        places = self.places(user)
        if place == HOME or not places:
            return Seat(user, None)
        known = {name: one for one in places for name in (one.id, DIRECT if one.is_im else one.name)}
        return Seat(user, known.get(place, places[0]))

    def places(self, user: User) -> list[Channel]:
        """The person's channels, then their messages with the app."""
        with self._store.lock:
            mine = [channel for channel in self._store.channels.values() if channel.has(user.id)]
        return sorted(mine, key=lambda channel: (channel.is_im, channel.name))

    # -- what is there

    def scene(self, seat: Seat) -> Json:
        """Everything that can change, ready for the browser to compare with what it shows."""
        with self._store.lock:
            version = self._store.version
        items = self._home(seat) if seat.place is None else self._talk(seat, seat.place)
        return {
            "version": version,
            "sidebar": self._draw("sidebar.html", seat, rows=self._rows(seat), quiet=self._quiet(seat)),
            "heading": self._draw("heading.html", seat),
            "items": items,
            "modal": self._modal(seat),
        }

    def _rows(self, seat: Seat) -> list[Row]:
        app = self._context.who.app_name
        return [
            Row(
                place, app if place.is_im else place.name, self._unread(seat.user, place), place == seat.place
            )
            for place in self.places(seat.user)
        ]

    def _quiet(self, seat: Seat) -> bool:
        return seat.user.is_quiet(self._store.business_now())

    def _unread(self, user: User, place: Channel) -> int:
        with self._store.lock:
            seen = self._store.seen.get((user.id, place.id), "")
            return sum(1 for one in self._store.timeline(place.id) if one.ts > seen and one.user != user.id)

    def _talk(self, seat: Seat, place: Channel) -> list[Json]:
        """Days, and under each its messages with their replies."""
        said = self._store.timeline(place.id)
        whispered = [one for one in self._store.whispers_to(seat.user.id) if one.channel == place.id]
        everything = sorted([*said, *whispered], key=lambda message: message.ts)
        tops = [one for one in everything if not one.is_reply][-_MOST_SHOWN:]
        items: list[Json] = []
        for day, messages in groupby(tops, lambda message: self._local(seat, message.shown_at).date()):
            words = self._lens(seat.user).day(day)
            items.append(_item(f"day-{day}", self._draw("day.html", seat, words=words)))
            for message in messages:
                replies = [one for one in everything if one.is_reply and one.thread_ts == message.ts]
                items.append(self._message(seat, message, replies))
        return items or [_item("empty", self._draw("empty.html", seat, first_step=self._first_step))]

    def _message(self, seat: Seat, message: Message, replies: list[Message]) -> Json:
        html = self._draw("message.html", seat, message=message, replies=replies)
        return _item(message.ts, html)

    def _home(self, seat: Seat) -> list[Json]:
        home = self._store.homes.get(seat.user.id)
        return [_item("home", self._draw("home.html", seat, view=home))]

    def _modal(self, seat: Seat) -> Json | None:
        with self._store.lock:
            stack = self._store.modals[seat.user.id]
            view: View | None = stack[-1] if stack else None
        if view is None:
            return None
        return {"id": view.id, **_item("modal", self._draw("modal.html", seat, view=view))}

    # -- how it is drawn

    def _draw(self, template: str, seat: Seat, **values: Any) -> str:
        lens = self._lens(seat.user)
        return render_template(
            template,
            seat=seat,
            lens=lens,
            app=self._context.who,
            home=HOME,
            direct=DIRECT,
            author=self._author,
            rich=lambda block: rich(block, lens),
            chart=chart,
            tint=tint,
            initials=initials,
            picked=picked,
            people=self.people(),
            at=lambda moment: dates.clock(self._local(seat, moment)),
            stamp=lambda moment: f"{self._local(seat, moment):%A, %B %d %Y, %H:%M}",
            local=lambda seconds: f"{datetime.fromtimestamp(seconds, zone_of(seat.user)):%Y-%m-%dT%H:%M}",
            **values,
        )

    def _author(self, user_id: str) -> User:
        if user_id == HELPER:
            return User(HELPER, "slackbot", "Workspace", "", "UTC", is_bot=True)
        return self._store.user(user_id)

    def _lens(self, user: User) -> Lens:
        with self._store.lock:
            users = {one.id: one.real_name for one in self._store.users.values()}
            channels = {one.id: one.name for one in self._store.channels.values()}
            groups = {one.id: one.handle for one in self._store.groups.values()}
            mine = frozenset(one.id for one in self._store.groups.values() if user.id in one.members)
        return Lens(users, channels, self._now(), zone_of(user), user.id, groups, mine)

    def _local(self, seat: Seat, moment: datetime) -> datetime:
        return moment.astimezone(zone_of(seat.user))


def zone_of(user: User) -> ZoneInfo:
    return ZoneInfo(user.tz)


def tint(user_id: str) -> int:
    """Which of the avatar colours is theirs."""
    return crc32(user_id.encode()) % _TINTS


def initials(name: str) -> str:
    words = name.split() or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def picked(state: Json, element: Json) -> list[str]:
    """The values chosen in a menu: as entered, or as the element starts where nothing is kept."""
    options = [state.get("selected_option"), *state.get("selected_options", [])]
    if not state:
        options = [element.get("initial_option"), *element.get("initial_options", [])]
    ids = [state.get("selected_user"), element.get("initial_user"), *state.get("selected_users", [])]
    return [option["value"] for option in options if option] + [one for one in ids if one]


def _item(key: str, html: str) -> Json:
    return {"key": key, "rev": f"{crc32(html.encode()):08x}", "html": html}
