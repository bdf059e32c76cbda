"""A sales floor in a local workspace: the real listeners behind signed HTTP, the real rules, a clock moved by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient
from sqlalchemy import select

from bot.businesstime import next_opening
from bot.cadence import fire_due_tasks
from bot.clock import machine_clock
from bot.db import Database
from bot.db.models import Lead, Rep, Task, Tier
from bot.handlers import Edge, register
from bot.manifest import EVENTS, SCOPES
from bot.messages import RENDERERS
from bot.outbox.delivery import Delivery
from bot.outbox.people import resolve_people
from bot.routing import fire_due_steps, offer_leads
from bot.team.live import apply_team, live_team
from bot.web.server import HttpServer
from bot.workspace import Delivery as Answer
from bot.workspace import Message, View, Workspace

MONDAY_10 = datetime(2026, 3, 2, 15, tzinfo=UTC)
"""Ten o'clock in New York."""
SECRET = "a-signing-secret"
TOKEN = "xoxb-test"
CHANNEL = "sales-inbound"
PEOPLE = {"ana": "Ana Ruiz", "ben": "Ben Okafor", "mia": "Mia Chen", "zoe": "Zoe Stranger"}
TEAM = """
name: Acme
zone: America/New_York
country: US
booking_link: https://acme.example/book
reps:
  ana: {email: ana@acme.example, name: Ana Ruiz}
  ben: {email: ben@acme.example, name: Ben Okafor}
  mia: {email: mia@acme.example, name: Mia Chen}
pools:
  inbound:
    channel: "#sales-inbound"
    members: [ana, ben]
    managers: [mia]
    hours: {mon-fri: "09:00-17:00"}
"""


@dataclass
class Clocks:
    """Both clocks, moved by hand, and Slack's own, in seconds: what triggers live by."""

    business: datetime = MONDAY_10
    machine: datetime = field(default_factory=machine_clock)
    slack: float = 0.0
    slack_takes: float = 0.0
    """How much of Slack's time passes between one look at its clock and the next."""

    def business_now(self) -> datetime:
        return self.business

    def machine_now(self) -> datetime:
        return self.machine

    def slack_now(self) -> float:
        self.slack += self.slack_takes
        return self.slack


@dataclass
class Desk:
    """What people do at their desks, and what they see. `step` delivers what is due, as the worker would."""

    database: Database
    workspace: Workspace
    delivery: Delivery
    users: dict[str, str]
    clock: Clocks

    @property
    def now(self) -> datetime:
        return self.clock.business

    def arrives(self, name: str | None = "Dana Lee", **columns: Any) -> int:
        """The id of a new lead that was offered."""
        known: dict[str, Any] = {
            "source": "website",
            "email": "dana@lee.example",
            "phone": "+12125550142",
            "company": "Brightfields",
            "action": "demo",
            "message": "We lose web leads over the weekend.",
            "pool": "inbound",
            "tier": Tier.HOT,
            "consent_at": self.now,
            "consent_where": "website",
        }
        with self.database.write() as session:
            live = live_team(session)
            opens = next_opening(self.now, live.team.pool("inbound").calendar)
            facts = known | {"name": name, "first_name": name and name.split()[0]} | columns
            lead = Lead(received_at=self.now, clock_started_at=opens, **facts)
            session.add(lead)
            offer_leads(session, [lead], live, self.now)
            lead_id = lead.id
        self.step()
        return lead_id

    def step(self, **by: float) -> None:
        """Let time pass, then do what is due."""
        self.clock.business += timedelta(**by)
        with self.database.write() as session:
            fire_due_steps(session, self.now)
            fire_due_tasks(session, self.now)
        self.delivery.deliver_due()
        while (due := self.delivery.next_due()) is not None:
            self.clock.machine = max(self.clock.machine, due)
            self.delivery.deliver_due()

    def card(self) -> Message:
        (card,) = self.workspace.messages(CHANNEL)
        return card

    def direct(self, who: str) -> list[Message]:
        return self.workspace.messages(self.users[who])

    def click(self, who: str, message: Message, action_id: str, value: str | None = None) -> Answer:
        answer = self.workspace.click(self.users[who], message.channel, message.ts, action_id, value)
        assert answer.error is None, answer
        self.step()
        return answer

    def window(self, who: str) -> View:
        """The window this person has open: it opens after the click is acknowledged."""
        assert self.workspace.wait_for(lambda: self.workspace.modal(self.users[who]))
        view = self.workspace.modal(self.users[who])
        assert view is not None
        return view

    def submit(self, who: str, values: dict[str, str]) -> Answer:
        """Send the form this person has open."""
        self.window(who)
        answer = self.workspace.submit(self.users[who], values)
        self.step()
        return answer

    def followup(self, who: str, text: str) -> str:
        """What the person reads after `/followup <text>`, all of it."""
        return read(self.answer(who, text))

    def answer(self, who: str, text: str) -> Message:
        known = len(self.workspace.ephemerals(self.users[who]))
        answer = self.workspace.command(self.users[who], "/followup", text, channel=CHANNEL)
        assert answer.error is None, answer
        self.step()
        (shown,) = self.workspace.ephemerals(self.users[who])[known:]
        return shown

    def whispers(self, who: str) -> list[str]:
        """Everything said privately to this person."""
        return [read(message) for message in self.workspace.ephemerals(self.users[who])]

    def hears(self, who: str, words: str) -> bool:
        """Whether these words are said privately to this person: what is whispered follows the acknowledgement."""
        return self.workspace.wait_for(lambda: any(words in said for said in self.whispers(who)))

    def lead(self, lead_id: int) -> Lead:
        with self.database.read() as session:
            return session.get_one(Lead, lead_id)

    def owner(self, lead_id: int) -> str | None:
        with self.database.read() as session:
            return session.scalar(
                select(Rep.key).join(Lead, Lead.owner_id == Rep.id).where(Lead.id == lead_id)
            )

    def tasks(self, lead_id: int) -> list[Task]:
        with self.database.read() as session:
            return list(session.scalars(select(Task).where(Task.lead_id == lead_id).order_by(Task.id)))


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    clock = Clocks()
    with Workspace(
        signing_secret=SECRET, bot_token=TOKEN, scopes=SCOPES, events=EVENTS, clock=clock.slack_now
    ) as workspace:
        users = {key: workspace.add_user(key, name, f"{key}@acme.example") for key, name in PEOPLE.items()}
        workspace.add_channel(CHANNEL, members=users.values())
        client = WebClient(TOKEN, base_url=workspace.api_url, timeout=5, retry_handlers=[])
        delivery = Delivery(
            database, client, RENDERERS, business_now=clock.business_now, machine_now=clock.machine_now
        )
        desk = Desk(database, workspace, delivery, users, clock)
        with database.write() as session:
            apply_team(session, TEAM, author="test", now=desk.now)
        resolve_people(database, client, machine_clock)
        bolt = App(name="desk", client=client, signing_secret=SECRET, token_verification_enabled=False)
        register(bolt, Edge(database, clock.business_now, clock.machine_now))
        with served(bolt) as url:
            workspace.events_url = url
            yield desk


@contextmanager
def served(bolt: App) -> Iterator[str]:
    """The address at which Slack reaches this app."""
    flask, handler = Flask("edge"), SlackRequestHandler(bolt)

    def events() -> Response:
        return handler.handle(request)

    flask.add_url_rule("/slack/events", view_func=events, methods=["POST"])
    server = HttpServer(flask, "127.0.0.1", 0)
    server.start()
    try:
        yield f"{server.url}/slack/events"
    finally:
        server.stop()


def read(message: Message) -> str:
    """Everything a person reads in a message."""
    return f"{message.text}\n{texts(message.blocks)}"


def texts(part: Any) -> str:
    """Every text in a block, one below the other."""
    if isinstance(part, list):
        return "\n".join(filter(None, map(texts, part)))
    if not isinstance(part, dict):
        return ""
    if part.get("type") in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
        return "".join(
            each.get("text") or each.get("fallback") or f"<@{each['user_id']}>" for each in part["elements"]
        )
    own = part.get("text") if isinstance(part.get("text"), str) else ""
    return "\n".join(
        filter(None, [own, *(texts(value) for value in part.values() if not isinstance(value, str))])
    )


def buttons(message: Message) -> list[str]:
    """The action ids of a message's buttons."""
    elements = [
        each for block in message.blocks for each in block.get("elements", []) if block["type"] == "actions"
    ]
    elements += [block["accessory"] for block in message.blocks if "accessory" in block]
    return [element["action_id"] for element in elements if element["type"] == "button"]
