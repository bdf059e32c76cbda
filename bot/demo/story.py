"""One prospect, three silences, one live lead (R55): played step by step, each with its reason."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.db import Database
from bot.db.models import Lead
from bot.workspace import Delivery, Message, Workspace

START_OVER = (
    "The story can't go on from here: something else happened to its lead. “make demo RESET=1” starts over."
)


class Theatre(Protocol):
    """What the story needs of the demo."""

    @property
    def zone(self) -> ZoneInfo: ...
    def now(self) -> datetime: ...
    def wait_until(self, moment: datetime) -> None: ...
    def send(self, lead: dict[str, Any]) -> None: ...
    def settle(self) -> None: ...


@dataclass(frozen=True)
class Step:
    """`when` counts from the story's Monday, midnight; None: at once, after the step before."""

    said: str
    why: str
    deed: Callable[["Play"], None]
    when: timedelta | None = None


@dataclass
class Play:
    """The prospect and the rep, as the steps move them."""

    theatre: Theatre
    workspace: Workspace
    database: Database
    channel: str
    rep: str
    monday: datetime

    @property
    def email(self) -> str:
        return f"kim@{self._firm}.example"

    @property
    def _firm(self) -> str:
        """Another one each time: who plays the story again meets somebody new, and no colleague of theirs."""
        return f"weldon-{self.monday:%d%b%y}".lower()

    @property
    def ref(self) -> str:
        """Raises LookupError before the lead is there."""
        with self.database.read() as session:
            lead = session.scalars(select(Lead).where(Lead.email == self.email).order_by(Lead.id)).first()
            if lead is None:
                raise LookupError(self.email)
            return lead.ref

    def opt_in(self) -> None:
        lead = {"email": self.email, "linkedin": f"linkedin.com/in/kim-{self._firm}", "action": "download"}
        self.theatre.send({**lead, "resource": "The Saturday checklist", "page": "/guide", "consent": True})

    def claim(self) -> None:
        ref = self.ref
        (card,) = [one for one in self.workspace.messages(self.channel) if ref in json.dumps(one.blocks)]
        self._done(self.workspace.click(self.rep, card.channel, card.ts, "claim"))

    def log(self, words: str) -> None:
        self._done(self.workspace.command(self.rep, "/followup", f"log {self.ref} {words}", self.channel))

    def send_touch(self) -> None:
        self._press("outcome:done")

    def hold_call(self) -> None:
        self._press("outcome:held")
        self.workspace.wait_for(lambda: self.workspace.modal(self.rep) is not None)
        next_call = int(_at(self.monday, timedelta(days=17, hours=14)).timestamp())
        answers = {
            "step": "call",
            "when": str(next_call),
            "note": "a good talk; not ready before their review",
        }
        self._done(self.workspace.submit(self.rep, answers))
        self.workspace.close_view(self.rep)

    def look(self) -> None:
        """Time alone does it."""

    def _press(self, action_id: str) -> None:
        about = [one for one in self.workspace.messages(self.rep) if _offers(one, action_id)]
        mine = [one for one in about if self.email in json.dumps(one.blocks)]
        if not mine:
            raise LookupError(action_id)
        self._done(self.workspace.click(self.rep, mine[-1].channel, mine[-1].ts, action_id))

    def _done(self, delivery: Delivery) -> None:
        if delivery.error:
            raise LookupError(delivery.error)


def _day(number: int, hour: int, minute: int = 0) -> timedelta:
    return timedelta(days=number, hours=hour, minutes=minute)


MONDAY, WEDNESDAY, THURSDAY, SATURDAY, NEXT_MONDAY, NEXT_THURSDAY = 0, 2, 3, 5, 7, 10
STEPS = (
    Step(
        "Monday. Somebody known by an address and a LinkedIn handle downloads the Saturday checklist.",
        "The arrival itself sets everything off: the lead is offered at once (R2, R30).",
        Play.opt_in,
        _day(MONDAY, 10),
    ),
    Step(
        "Ana claims it and gets the first touch, which names what they asked for.",
        "Who claims it owns it; no script is drafted from nothing (R10, R14).",
        Play.claim,
    ),
    Step("Ana sends it. No reply.", "One unanswered message is never the end (R20).", Play.send_touch),
    Step(
        "Wednesday. The second touch is due; Ana sends it.",
        "Two days apart, another reason to answer (R47).",
        Play.send_touch,
        _day(WEDNESDAY, 11),
    ),
    Step(
        "They reply with their problem.",
        "The plan stops and answering is due at once, with a clock of its own (R45).",
        lambda play: play.log("replied their Saturday leads wait until Monday"),
        _day(WEDNESDAY, 14),
    ),
    Step(
        "Thursday. Two questions are answered, and a call is welcome.",
        "The stage moves to the call-ask; the booking link is in every message from here (R44, R48).",
        lambda play: play.log("agreed 15 minutes will do"),
        _day(THURSDAY, 11),
    ),
    Step(
        "Ana sends the link. Silence again.",
        "It is their turn now, and the bot watches for it (R44).",
        Play.send_touch,
    ),
    Step(
        "Saturday. The calendar is open, and the call-ask's own plan has begun by itself; Ana sends it.",
        "Silence at each stage starts its plan; nobody has to notice (R2, R44).",
        Play.send_touch,
        _day(SATURDAY, 13),
    ),
    Step(
        "Monday. A nudge is due; Ana sends it.",
        "The next reason to answer, two days later (R46).",
        Play.send_touch,
        _day(NEXT_MONDAY, 14),
    ),
    Step(
        "They book Thursday at two.",
        "A booked slot stops everything that ran for their silence (R33).",
        lambda play: play.log("booked thursday 2pm"),
    ),
    Step(
        "Thursday. Half an hour before the call Ana reads who it is and what they said.",
        "Nobody asks twice (R25).",
        Play.look,
        _day(NEXT_THURSDAY, 13, 45),
    ),
    Step(
        "A good talk, but not ready. The next call, a week later, is set before this one is logged.",
        "No call is held without a dated next step (R45).",
        Play.hold_call,
        _day(NEXT_THURSDAY, 14, 45),
    ),
)


class Story:
    """Where the story is, kept in a file, so that it goes on after a restart."""

    def __init__(self, theatre: Theatre, channel: str, file: Path) -> None:
        self._theatre, self._channel, self._file = theatre, channel, file
        self._open: Callable[[datetime], Play] | None = None

    def open(self, workspace: Workspace, database: Database, rep: str) -> None:
        """From now on it can be played; `rep` is the Slack user who claims the lead."""
        self._open = partial(Play, self._theatre, workspace, database, self._channel, rep)

    def play(self) -> str:
        """Play the next step; returns what happened and why. Raises ValueError with a sentence."""
        if self._open is None:
            raise ValueError("The bot is still starting. Try again in a second.")
        number, monday = self._where()
        if number == len(STEPS):
            number, monday = 0, self._coming_monday()
        step, play = STEPS[number], self._open(monday)
        if step.when is not None:
            self._theatre.wait_until(_at(monday, step.when))
        try:
            step.deed(play)
        except LookupError as missing:
            raise ValueError(START_OVER) from missing
        self._theatre.settle()
        self._file.write_text(json.dumps({"played": number + 1, "monday": monday.isoformat()}))
        end = " Three silences, one live lead." if number + 1 == len(STEPS) else ""
        return f"{number + 1}/{len(STEPS)}  {step.said} {step.why}{end}"

    def _where(self) -> tuple[int, datetime]:
        if not self._file.exists():
            return 0, self._coming_monday()
        kept = json.loads(self._file.read_text())
        return kept["played"], datetime.fromisoformat(kept["monday"]).astimezone(self._theatre.zone)

    def _coming_monday(self) -> datetime:
        local = self._theatre.now().astimezone(self._theatre.zone)
        days = (7 - local.weekday()) % 7 if local.time() < time(9) or local.weekday() else 7
        return datetime.combine(local.date() + timedelta(days=days), time.min, self._theatre.zone)


def _at(monday: datetime, offset: timedelta) -> datetime:
    """By the clocks on the wall, whatever they do in between."""
    day = monday.date() + timedelta(days=offset.days)
    hour, seconds = divmod(offset.seconds, 3600)
    return datetime.combine(day, time(hour, seconds // 60), monday.tzinfo)


def _offers(message: Message, action_id: str) -> bool:
    return any(
        element.get("action_id") == action_id
        for block in message.blocks
        for element in block.get("elements", [])
    )
