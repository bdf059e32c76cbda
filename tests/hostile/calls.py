"""Calls of Slack's that Slack would never make, from a seed: commands, clicks, forms and events."""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from bot.cadence import OBJECTIONS, Step
from bot.db.models import LeavePlan, Outcome
from bot.handlers.command import COMMANDS
from bot.messages.modals import SNOOZES
from tests.hostile.bodies import any_value, hostile_text
from tests.hostile.registered import Registered

FIELDS: dict[str, tuple[str, ...]] = {
    "outcome": tuple(Outcome),
    "objection": tuple(OBJECTIONS),
    "when": ("1772550000", "1773064800", "1774000000", "0", "-1", "999999999999"),
    "day": ("2026-03-09", "2026-03-20", "2026-02-30", "0001-01-01", "9999-12-31"),
    "from": ("2026-03-04", "2026-03-09", "0001-01-01", "9999-12-31"),
    "until": ("2026-03-06", "2026-03-13", "2026-03-20", "0001-01-01", "9999-12-31"),
    "snooze": tuple(SNOOZES),
    "step": tuple(Step),
    "leads": tuple(LeavePlan),
    **dict.fromkeys(("note", "promised", "fact", "answer"), ("Wants a quote", "<!channel> *a quote*")),
    **dict.fromkeys(("rep", "who", "cover"), ()),
}
"""The fields that the bot's forms have, with what might be entered; the last are people."""
ABOUT = {"outcome": "tasks", "open_task": "tasks", "un": "deeds", "leave": "leaves"}
"""What the buttons are about whose names begin so; all others are about leads."""
SOME_WORDS = (
    *("done", "held call thu 3pm", "replied", "not interested", "booked tue 9am", "notnow 3w", "nurture"),
    *("held promise a quote by fri", "by fri", "until 14 May cover @ben", "@ana", "@ben", "30d", "7d @ana"),
    *("from mon until fri", "in 2h", "tomorrow", "inbound", "objection price", "no answer", "price"),
)
Ids = dict[str, list[int]]


@dataclass(frozen=True)
class Call:
    """A command's fields, or what else is sent as JSON. `whole`: Slack's own part of it is as Slack sends it."""

    kind: str
    body: dict[str, Any]
    whole: bool = True


@dataclass
class Field:
    """What there is to be attacked: the people, the rows, what was published, what is secret."""

    people: list[str]
    team_id: str
    channel: str
    published: list[str]
    secrets: list[str]
    ids: Ids = field(default_factory=dict)
    ticket: Callable[[str], dict[str, str]] = lambda _user: {}
    """A trigger and an address for the answer, as a click of this person's would bring them."""


class Malice:
    """Makes the calls. The same seed on the same field makes the same ones."""

    def __init__(self, ground: Field, seed: str) -> None:
        self.chance = random.Random(seed)
        self.ground = ground
        self.known = Registered()

    def calls(self) -> Iterator[Call]:
        """Everything published in every place first, then without end."""
        for text in self.ground.published:
            yield from (self._command(text), self._click(text), self._form(carried=text), self._form(text))
        while True:
            made = self.chance.choice((self._command, self._click, self._form) * 12 + (self._event,))()
            yield self._spoiled(made) if self.chance.random() < 0.25 else made

    # -- the kinds

    def _command(self, text: str | None = None) -> Call:
        pick = self.chance.choice
        words = [pick(["", *COMMANDS]), *(pick([self._thing, self._text])() for _ in range(pick([1, 2, 3])))]
        user = self._user()
        said = text if text is not None else " ".join(words)
        fields = {"command": "/followup", "text": said, "user_id": user, "team_id": self.ground.team_id}
        place = {"channel_id": self.ground.channel, "api_app_id": "A1"}
        return Call("command", fields | place | self._ticket(user))

    def _click(self, value: Any = None) -> Call:
        pick, user = self.chance.choice, self._user()
        row = {"action_id": pick(self.known.clicks), "block_id": pick(["b", "next:0", self._text()])}
        about = next((of for begins, of in ABOUT.items() if row["action_id"].startswith(begins)), "leads")
        sound = (lambda: self._id(about),) * 6
        said = value if value is not None else pick([*sound, self._id, self._ids, self._text])()
        action = {"type": "button", "value": said, "action_ts": "1.1", **row}
        places: tuple[dict[str, Any], ...] = (
            {"container": {"type": "message", "is_ephemeral": pick([True, False])}},
            {"container": {"type": "view"}, "view": self._view("home", user)},
            {"container": {"type": "view"}, "view": self._view("modal", user)},
            {},
        )
        return Call("click", self._who("block_actions", user) | {"actions": [action], **pick(places)})

    def _form(self, text: Any = None, carried: str | None = None) -> Call:
        user = self._user()
        view = self._view("modal", user)
        view["callback_id"] = self.chance.choice([*self.known.forms, self._text()])
        view["private_metadata"] = self._carried() if carried is None else carried
        view["blocks"] = self._inputs()
        entries = self._entries(text)
        # Slack's own part stays as it is; what was entered does not.
        view["state"] = {"values": self._bent(entries) if entries and self.chance.random() < 0.3 else entries}
        kind = "view_closed" if self.chance.random() < 0.1 else "view_submission"
        return Call("form", self._who(kind, user) | {"view": view, "response_urls": []})

    def _event(self) -> Call:
        user = self.chance.choice(self.ground.people)
        inner = {"type": self.chance.choice(self.known.events), "user": user, "tab": "home"}
        body = {"type": "event_callback", "team_id": self.ground.team_id, "event_id": "Ev1", "event": inner}
        return Call("event", body)

    # -- their parts

    def _who(self, kind: str, user: str) -> dict[str, Any]:
        team = self.ground.team_id
        return {
            "type": kind,
            "team": {"id": team},
            "user": {"id": user, "team_id": team},
            **self._ticket(user),
        }

    def _user(self) -> str:
        return self.chance.choice([*self.ground.people * 6, "U0STRANGER", ""])

    def _ticket(self, user: str) -> dict[str, str]:
        given = self.ground.ticket(user)
        kept = {name: each for name, each in given.items() if self.chance.random() < 0.95}
        return kept if self.chance.random() < 0.95 else kept | {"trigger_id": "1.1.expired"}

    def _view(self, kind: str, user: str) -> dict[str, Any]:
        del user
        return {
            "id": "V0GONE",
            "type": kind,
            "hash": "H0",
            "blocks": [],
            "private_metadata": "",
            "callback_id": "",
        }

    def _carried(self) -> str:
        pick = self.chance.choice
        facts = {
            "task": int(self._id("tasks")),
            "lead": int(self._id("leads")),
            "from": pick(["message", "home", "list", self._text()]),
            "outcome": pick([None, None, *Outcome, self._text()]),
            "fact": pick(["problem", "timeline", None, self._text()]),
        }
        made = json.dumps(facts)
        return pick([*[made] * 6, json.dumps(self._bent(facts)), json.dumps(self._value()), self._text()])

    def _inputs(self) -> list[Any]:
        names = self.chance.sample(sorted(FIELDS), self.chance.randint(0, 8))
        return [
            {"type": "section", "block_id": "s"},
            *({"type": "input", "block_id": name} for name in names),
        ]

    def _entries(self, text: Any = None) -> dict[str, Any]:
        few = self.chance.random() < 0.3
        names = self.chance.sample(sorted(FIELDS), self.chance.randint(0, 8)) if few else FIELDS
        if text is not None or self.chance.random() < 0.4:
            return {name: {name: self._entry(text)} for name in names}
        return {name: {name: self._sound_entry(name)} for name in names}

    def _entry(self, text: Any) -> dict[str, Any]:
        pick = self.chance.choice
        words = text if text is not None else pick([self._id, self._text, self._text])()
        return pick(
            [
                {"type": "plain_text_input", "value": words},
                {"type": "static_select", "selected_option": {"value": words}},
                {"type": "datepicker", "selected_date": words},
                {"type": "datetimepicker", "selected_date_time": pick([0, 10**12, words])},
                {"type": "users_select", "selected_user": words},
                {"type": "plain_text_input", "value": None},
            ]
        )

    def _sound_entry(self, name: str) -> dict[str, Any]:
        if name in ("who", "cover"):
            return {"type": "users_select", "selected_user": self.chance.choice([self._user(), None])}
        if name == "rep":
            return {"type": "static_select", "selected_option": {"value": self._id("reps")}}
        value = str(self.chance.choice(FIELDS[name]))
        return {"type": "plain_text_input", "value": value if self.chance.random() < 0.9 else self._text()}

    def _thing(self) -> str:
        pick = self.chance.choice
        return pick([f"L-{1000 + int(self._id('leads')) % 10**9}", *SOME_WORDS])

    def _id(self, of: str | None = None) -> str:
        pick, ids = self.chance.choice, self.ground.ids
        rows = ids.get(of or pick(sorted(ids)) if ids else "", [])
        gone = self.chance.random() < 0.1 or not rows
        return str(pick((0, 999_999, 10**18 - 1) if gone else rows))

    def _ids(self) -> str:
        return ",".join(self._id("leads") for _ in range(self.chance.randint(1, 200)))

    def _text(self) -> str:
        others = (*self.ground.secrets, *self.ground.published)
        return self.chance.choice(others) if self.chance.random() < 0.1 else hostile_text(self.chance)

    def _value(self) -> Any:
        return any_value(self.chance)

    # -- what spoils them

    def _spoiled(self, call: Call) -> Call:
        """With one part of it missing, of another kind, or somebody else's."""
        return replace(call, body=self._bent(call.body), whole=False)

    def _bent(self, tree: Any) -> Any:
        tree = deepcopy(tree)
        places = list(_places(tree))
        if not places:
            return self._value()
        holder, name = self.chance.choice(places)
        if self.chance.random() < 0.4:
            del holder[name]
        else:
            holder[name] = self._value()
        return tree


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for name, value in inner:
        yield tree, name
        yield from _places(value)
