"""What the browser asks for, done as the person it is seated as."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.workspace.blockkit.state import Entry
from bot.workspace.context import Context
from bot.workspace.model import Delivery, Json
from bot.workspace.page.scene import Seat, zone_of
from bot.workspace.people import People

PAUSE = timedelta(hours=1)


class Deeds:
    def __init__(self, people: People, context: Context) -> None:
        self._people = people
        self._store = context.store

    def do(self, seat: Seat, body: Mapping[str, Any]) -> Delivery | None:
        """Raises LookupError for what cannot be done, or is not known."""
        deeds: dict[str, Callable[[Seat, Json], Delivery | None]] = {
            "press": self._press,
            "say": self._say,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "away": lambda seat, _: self._people.set_away(seat.user.id, away=True),
            "back": lambda seat, _: self._people.set_away(seat.user.id, away=False),
            "pause": self._pause,
            "resume": lambda seat, _: self._people.set_quiet(seat.user.id, None),
        }
        if body.get("do") not in deeds:
            raise LookupError(f"nobody can {body.get('do')}")
        return deeds[body["do"]](seat, dict(body))

    def _press(self, seat: Seat, body: Json) -> Delivery:
        """A button, or an entry in any other element: `in` says whether of a message, the modal or Home."""
        user, action_id, value = seat.user.id, str(body["action"]), _entry(seat, body.get("value"))
        if body.get("in") == "modal":
            return self._people.act_in_view(user, self._people.top_modal(user), action_id, value)
        if body.get("in") == "home":
            return self._people.act_in_view(user, self._store.homes.get(user), action_id, value)
        if seat.place is None:
            raise LookupError("that message is not here")
        return self._people.act_in_message(user, seat.place, str(body["ts"]), action_id, value)

    def _say(self, seat: Seat, body: Json) -> Delivery | None:
        """A line typed in the composer. One that begins with a slash is a command."""
        text = str(body.get("text", "")).strip()
        if seat.place is None or not text:
            raise LookupError("there is nothing to send")
        if not text.startswith("/"):
            self._people.say(seat.user.id, seat.place, text)
            return None
        name, _, rest = text.partition(" ")
        # What became of a command, a failure too, is told in the conversation itself.
        self._people.command(seat.user.id, name, rest.strip(), seat.place)
        return None

    def _submit(self, seat: Seat, body: Json) -> Delivery:
        given = dict(body.get("values") or {})
        values = {str(name): _entry(seat, value) or "" for name, value in given.items()}
        return self._people.submit(seat.user.id, values)

    def _close(self, seat: Seat, _body: Json) -> Delivery | None:
        return self._people.close_view(seat.user.id)

    def _home(self, seat: Seat, _body: Json) -> Delivery:
        return self._people.open_home(seat.user.id)

    def _pause(self, seat: Seat, _body: Json) -> None:
        now = self._store.business_now()
        self._people.set_quiet(seat.user.id, (now, now + PAUSE))


def _entry(seat: Seat, value: Any) -> Entry | None:
    """What was entered. A date with a time comes as {"local": ...} and means the person's own zone."""
    if isinstance(value, dict):
        local = str(value.get("local") or "")
        zone = zone_of(seat.user)
        return str(int(datetime.fromisoformat(local).replace(tzinfo=zone).timestamp())) if local else ""
    if value is None or isinstance(value, str):
        return value
    return [str(part) for part in value]
