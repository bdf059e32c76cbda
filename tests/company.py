"""A whole company for stories: the real bot behind real HTTP, a local workspace, and a clock moved by hand."""

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlalchemy import select

from bot.app import Followup, Running, build, load_first_team_text
from bot.clock import machine_clock
from bot.db.models import Lead, Rep, Task
from bot.demo.walk import walk
from bot.intake import valid_secrets
from bot.manifest import EVENTS, SCOPES
from bot.settings import Settings
from bot.worker.due import next_due
from bot.workspace import Delivery, Message, Workspace

NEW_YORK = ZoneInfo("America/New_York")
CHANNEL = "sales-inbound"
PEOPLE = {"ana": "Ana Ruiz", "ben": "Ben Okafor", "cleo": "Cleo Tan", "mia": "Mia Lindqvist"}

TEAM = """
name: Larkspur
zone: America/New_York
country: US
booking_link: https://cal.example.com/larkspur
sender: {name: Larkspur, email: hello@larkspur.example}
reps:
  ana: {name: Ana Ruiz, email: ana@larkspur.example}
  ben: {name: Ben Okafor, email: ben@larkspur.example}
  cleo: {name: Cleo Tan, email: cleo@larkspur.example}
  mia: {name: Mia Lindqvist, email: mia@larkspur.example}
pools:
  inbound:
    channel: "#sales-inbound"
    members: [ana, ben, cleo]
    managers: [mia]
    fallback: mia
    hours: {mon-fri: "09:00-17:00"}
    holidays: {country: US}
    plan: inbound-48h
sources:
  website: {pool: inbound, auth: bearer}
"""


class HandClock:
    """A clock that moves only when told to."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class Company:
    """The bot and its people. Nothing runs by itself but HTTP: `settle` and the clock's moves do the worker's work.

    `restarts` tears the bot down and builds it anew from its database before every step, as a crash would.
    """

    def __init__(
        self,
        database_url: str,
        workspace: Workspace,
        start: datetime,
        *,
        restarts: bool = False,
        machine: HandClock | None = None,
    ) -> None:
        self.workspace = workspace
        # A busy machine says nothing about the bot.
        workspace.ack_seconds = 30
        self.clock = HandClock(start)
        self.machine = machine or HandClock(machine_clock())
        self.patience = timedelta(hours=1)
        self.acknowledged: list[str] = []
        """The e-mail address of each lead that was sent and acknowledged."""
        self._database_url = database_url
        self._restarts = restarts
        self.users = {
            key: workspace.add_user(
                name=key,
                real_name=name,
                email=f"{key}@larkspur.example",
                manager=key == "mia",
                tz="America/New_York",
            )
            for key, name in PEOPLE.items()
        }
        self.channel = workspace.add_channel(CHANNEL, bot_is_member=True, members=list(self.users.values()))
        self._start()
        with self.bot.database.write() as session:
            load_first_team_text(session, TEAM, "the test", self.clock())
        self.bot.worker.find_people()

    # -- the prospect

    def submit_form(self, **fields: Any) -> str:
        """Send a lead as a website does; returns its public reference once it is decided and offered."""
        with self.bot.database.read() as session:
            known = set(session.scalars(select(Lead.id)))
        self.send_form(**fields)
        self.settle()
        with self.bot.database.read() as session:
            (lead,) = [lead for lead in session.scalars(select(Lead)) if lead.id not in known]
            return lead.ref

    def send_form(self, **fields: Any) -> None:
        """Send a lead as a website does; it is stored, and nothing else happens yet."""
        self._maybe_restart()
        with self.bot.database.read() as session:
            key = valid_secrets(session, "website", self.clock())[0]
        request = urllib.request.Request(
            f"{self._server_url}/leads/website",
            data=json.dumps(fields).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert json.load(answer)["status"] == "queued"
        self.acknowledged.append(fields.get("email", ""))

    # -- the people

    def card(self, ref: str) -> Message:
        """The lead's card in the channel; there must be exactly one."""
        return self._one(CHANNEL, ref)

    def direct_messages(self, key: str) -> list[Message]:
        """What the bot has written to this person, oldest first."""
        return self.workspace.messages(self.users[key])

    def touch(self, key: str) -> Message:
        """The newest touch in this person's DM that still asks for an outcome."""
        return self.with_button(key, "outcome:done")

    def with_button(self, key: str, action_id: str) -> Message:
        """The newest message in this person's DM that has this button."""
        return [message for message in self.direct_messages(key) if action_id in actions(message)][-1]

    def click(self, key: str, message: Message, action_id: str, value: int | None = None) -> Delivery:
        """Click a button of a message, of several the one with this value; the click must be answered."""
        self._maybe_restart()
        which = None if value is None else str(value)
        delivery = self.workspace.click(self.users[key], message.channel, message.ts, action_id, which)
        assert delivery.error is None, delivery
        self.settle()
        return delivery

    def window(self, key: str) -> str:
        """All the text of the window this person has open: it opens after the click is acknowledged."""
        assert self.workspace.wait_for(lambda: self.workspace.modal(self.users[key]))
        view = self.workspace.modal(self.users[key])
        assert view is not None
        return _texts(view.blocks)

    def submit(self, key: str, values: dict[str, Any]) -> Delivery:
        """Submit the modal this person has open."""
        self._maybe_restart()
        delivery = self.workspace.submit(self.users[key], values)
        assert delivery.error is None, delivery
        self.settle()
        return delivery

    def command(self, key: str, text: str) -> str:
        """Type `/followup <text>`; returns all the text of the private answer."""
        self._maybe_restart()
        before = len(self.workspace.ephemerals(self.users[key]))
        delivery = self.workspace.command(self.users[key], "/followup", text, channel=self.channel)
        assert delivery.error is None, delivery
        self.settle()
        answers = self.workspace.ephemerals(self.users[key])[before:]
        return "\n".join(all_text(answer) for answer in answers)

    def hears(self, key: str, words: str) -> bool:
        """Whether these words are said privately to this person: what is whispered follows the acknowledgement."""
        user = self.users[key]
        return self.workspace.wait_for(
            lambda: any(words in all_text(said) for said in self.workspace.ephemerals(user))
        )

    # -- time

    def settle(self, within: timedelta | None = None) -> None:
        """Do everything that is due now, until nothing is or so much machine time has passed (else `patience`).

        Slack's budgets and refusals are waited out on the machine clock.
        """
        self.bot.worker.decide()
        self.bot.worker.fire()
        end = self.machine() + (within or self.patience)
        while (postponed_to := self.bot.worker.deliver()) is not None and postponed_to <= end:
            self.machine.now = max(postponed_to, self.machine.now)

    def wait(self, **by: float) -> None:
        """Let this much time pass (timedelta's words), stopping at everything that falls due."""
        self.wait_until(self.clock() + timedelta(**by))

    def wait_until(self, instant: datetime) -> None:
        self._maybe_restart()
        walk(self.clock, self.clock.advance, instant, next_due=self._next_due, fire=self.settle)

    # -- looking

    def figures(self) -> dict[str, float]:
        """Every sample of /metrics by its name with labels."""
        lines = [line.rpartition(" ") for line in self._get("/metrics").splitlines() if line[0] != "#"]
        return {name: float(value) for name, _, value in lines}

    def readiness(self) -> dict[str, Any]:
        """What /readyz says; it must say that leads can be stored."""
        answer: dict[str, Any] = json.loads(self._get("/readyz"))
        return answer

    def lead(self, ref: str) -> Lead:
        with self.bot.database.read() as session:
            return next(lead for lead in session.scalars(select(Lead)) if lead.ref == ref)

    def owner(self, ref: str) -> str | None:
        """The key of the rep who owns the lead."""
        with self.bot.database.read() as session:
            owner_id = next(lead for lead in session.scalars(select(Lead)) if lead.ref == ref).owner_id
            return session.scalar(select(Rep.key).where(Rep.id == owner_id))

    def tasks(self, ref: str) -> list[Task]:
        """Every task the lead ever had, in the order they were made."""
        lead_id = self.lead(ref).id
        with self.bot.database.read() as session:
            return list(session.scalars(select(Task).where(Task.lead_id == lead_id).order_by(Task.id)))

    # -- life

    def restart(self) -> None:
        """Stop the bot and build a new one from what it stored."""
        self._running.stop()
        self._start()

    def stop(self) -> None:
        self._running.stop()

    def _start(self) -> None:
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr("xoxb-local"),
            slack_signing_secret=SecretStr("local-signing-secret"),
            slack_app_token=None,
            followup_secret=SecretStr("local-followup-secret"),
            slack_api_url=self.workspace.api_url,
            database_url=self._database_url,
            public_url=None,
            port=0,
        )
        self.bot: Followup = build(settings, business_now=self.clock, machine_now=self.machine)
        self._running = Running(self.bot, web=True, worker=False)
        self._running.start()
        assert self._running.server is not None
        self._server_url = self._running.server.url
        self.workspace.events_url = f"{self._server_url}/slack/events"

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(self._server_url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def _maybe_restart(self) -> None:
        if self._restarts:
            self.restart()

    def _next_due(self) -> datetime | None:
        with self.bot.database.read() as session:
            return next_due(session)

    def _one(self, channel: str, ref: str) -> Message:
        (message,) = [
            message for message in self.workspace.messages(self.channel) if ref in json.dumps(message.blocks)
        ]
        return message


@contextmanager
def company(
    database_url: str, start: datetime, *, restarts: bool = False, rate_limits: bool = False
) -> Iterator[Company]:
    """A running company at business time `start`. With `rate_limits` Slack counts calls, in machine time."""
    machine = HandClock(start if rate_limits else machine_clock())
    clock = (lambda: machine().timestamp()) if rate_limits else time.monotonic
    with Workspace(scopes=SCOPES, events=EVENTS, clock=clock, rate_limits=rate_limits) as workspace:
        running = Company(database_url, workspace, start, restarts=restarts, machine=machine)
        try:
            yield running
        finally:
            running.stop()


def new_york(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """An instant by New York's clocks."""
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)


def all_text(message: Message) -> str:
    """Everything a person reads in a message, blocks included."""
    return f"{message.text}\n{_texts(message.blocks)}"


def actions(message: Message) -> set[str]:
    """The action_id of every button of a message."""
    return {button["action_id"] for button in buttons(message)}


def buttons(message: Message) -> list[dict[str, Any]]:
    """Every button of a message, in its order."""
    elements = [
        element
        for block in message.blocks
        for element in [*block.get("elements", []), block.get("accessory") or {}]
    ]
    return [element for element in elements if "action_id" in element]


def _texts(part: Any) -> str:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return "\n".join(own + [_texts(value) for value in part.values() if isinstance(value, dict | list)])
    if isinstance(part, list):
        return "\n".join(_texts(item) for item in part)
    return ""
