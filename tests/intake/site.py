"""A company's HTTP edge on a real port, with both clocks in hand, and senders that talk to it."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

from sqlalchemy import select

from bot.db import Database
from bot.db.models import InboxEntry, InboxItem, Intent, Lead
from bot.intake import create_secret, decide_inbox
from bot.outbox.enqueue import IntentKind
from bot.team.live import apply_team
from bot.web import HttpServer, create_web

MONDAY_10 = datetime(2026, 3, 2, 15, tzinfo=UTC)
"""Ten o'clock in New York, in the team's hours."""

TEAM = """
name: Acme
zone: America/New_York
country: US
reps:
  ana: {email: ana@acme.example, name: Ana Ruiz}
  ben: {email: ben@acme.example, name: Ben Okafor}
  mia: {email: mia@acme.example, name: Mia Lindqvist}
pools:
  inbound:
    channel: "#sales-inbound"
    members: [ana, ben]
    managers: [mia]
    hours: {mon-fri: "09:00-17:00"}
  partners:
    channel: "#partners"
    members: [ben]
    managers: [mia, ana]
default_pool: inbound
sources:
  website: {pool: inbound, auth: bearer}
  form: {pool: inbound, auth: url_token}
  signed: {pool: inbound, auth: signature}
  partner:
    pool: partners
    map: {email: contact.work_email, company: "answers.1.value", message: "What do you need?"}
    defaults: {action: demo, country: DE}
    consent: partner programme
"""


class HandClock:
    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Site:
    """The server under test. `send` posts a lead with the right bearer token unless told otherwise."""

    def __init__(self, database: Database, url: str) -> None:
        self.database = database
        self.url = url
        self.business = HandClock(MONDAY_10)
        self.machine = HandClock(MONDAY_10)
        self.secrets: dict[str, str] = {}

    def secret(self, source: str, value: str | None = None) -> str:
        """A new secret of this source; the one before ends at once."""
        with self.database.write() as session:
            self.secrets[source] = create_secret(session, source, self.machine(), value=value)
        return self.secrets[source]

    def call(self, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Underscores in the names of `headers` are hyphens."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data=body, headers=names)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read().decode())

    def send(self, lead: Any, source: str = "website", **headers: str) -> Answer:
        """Send a lead: a dict or list as JSON, bytes as they are."""
        body = lead if isinstance(lead, bytes) else json.dumps(lead).encode()
        secret = self.secrets.get(source) or self.secret(source)
        defaults = {"Content_Type": "application/json", "Authorization": f"Bearer {secret}"}
        return self.call(f"/leads/{source}", body, **(defaults | headers))

    def ask(self, public_id: str, source: str = "website") -> Answer:
        return self.call(f"/leads/{source}/{public_id}", Authorization=f"Bearer {self.secrets[source]}")

    def decide(self) -> int:
        with self.database.write() as session:
            return decide_inbox(session, self.business())

    def entries(self) -> list[InboxEntry]:
        with self.database.read() as session:
            return list(session.scalars(select(InboxEntry).order_by(InboxEntry.id)))

    def items(self) -> list[InboxItem]:
        with self.database.read() as session:
            return list(session.scalars(select(InboxItem).order_by(InboxItem.inbox_id, InboxItem.position)))

    def leads(self) -> list[Lead]:
        with self.database.read() as session:
            return list(session.scalars(select(Lead).order_by(Lead.id)))

    def told(self, kind: IntentKind) -> list[Intent]:
        with self.database.read() as session:
            return list(session.scalars(select(Intent).where(Intent.kind == kind.value).order_by(Intent.id)))

    def apply(self, team: str) -> None:
        with self.database.write() as session:
            apply_team(session, team, author="ops", now=self.business())


@contextmanager
def open_site(database: Database, team: str | None = TEAM) -> Iterator[Site]:
    """A site with this team document, or none yet."""
    site = Site(database, "")
    if team:
        site.apply(team)
    web = create_web(database, business_now=site.business, machine_now=site.machine)
    server = HttpServer(web, "127.0.0.1", 0)
    site.url = server.url
    server.start()
    try:
        yield site
    finally:
        server.stop()
