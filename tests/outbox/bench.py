"""What every test of delivery stands on: a team, an outbox, a tiny Slack, and clocks moved by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.db import Database, database_now
from bot.db.models import Intent, Pause, Rep
from bot.outbox.delivery import Delivery
from bot.outbox.enqueue import IntentKind, refresh, show, tell, to_pool, to_rep
from bot.outbox.rendering import SlackMessage
from bot.team.live import apply_team
from tests.outbox.scripted import ScriptedSlack

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SALES, PARTNERS = to_pool("inbound"), to_pool("partners")

TEAM = """
name: Larkspur
zone: America/New_York
country: US
booking_link: https://cal.example.com/larkspur
sender: {name: Larkspur, email: hello@larkspur.example}
default_pool: inbound
reps:
  ana: {name: Ana Ruiz, email: ana@larkspur.example}
  ben: {name: Ben Okafor, email: ben@larkspur.example}
  mia: {name: Mia Lindqvist, email: mia@larkspur.example}
pools:
  inbound: {channel: "#sales-inbound", members: [ana, ben], managers: [mia]}
  partners: {channel: CPARTNERS, members: [ana, ben], managers: [mia]}
sources:
  website: {pool: inbound, auth: bearer}
"""


@dataclass
class HandClock:
    """A clock that moves only when told to."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Bench:
    """An outbox and the Slack it is delivered to. `state` is what the renderers show, by subject."""

    database: Database
    slack: ScriptedSlack
    machine: HandClock = field(default_factory=HandClock)
    business: HandClock = field(default_factory=HandClock)
    state: dict[str, str | None] = field(default_factory=dict)
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    """What happens, each thing once, while messages are on their way."""

    def __post_init__(self) -> None:
        self.slack.channels = {"#sales-inbound": "CSALES"}
        self.slack.users = {f"{key}@larkspur.example": f"U{key.upper()}" for key in ("ana", "ben", "mia")}
        with self.database.write() as session:
            apply_team(session, TEAM, author="the test", now=NOON)

    def delivery(self, *, timeout: float = 0.5, threads: int = 8) -> Delivery:
        return Delivery(
            self.database,
            self.slack.client(timeout),
            dict.fromkeys(IntentKind, self.render),
            business_now=self.business,
            machine_now=self.machine,
            threads=threads,
        )

    def render(self, session: Session, subject: str, destination: str, now: datetime) -> SlackMessage | None:
        if self.meanwhile:
            self.meanwhile.pop()()
        text = self.state.get(subject, f"about {subject}")
        if text is None:
            return None
        return SlackMessage(text, [{"type": "section", "text": {"type": "plain_text", "text": text}}])

    def rep(self, key: str) -> str:
        """The destination that means this person."""
        with self.database.read() as session:
            return to_rep(session.scalars(select(Rep.id).where(Rep.key == key)).one())

    def card(self, subject: int | str, pool: str = SALES) -> None:
        with self.database.write() as session:
            show(session, IntentKind.LEAD_CARD, subject, pool, self.business())

    def task(self, subject: int | str, key: str = "ana") -> None:
        destination = self.rep(key)
        with self.database.write() as session:
            show(session, IntentKind.TASK, subject, destination, self.business())

    def nudge(self, subject: int | str, key: str = "ana") -> None:
        destination = self.rep(key)
        with self.database.write() as session:
            tell(session, IntentKind.CLAIM_NUDGE, subject, destination, self.business())

    def refresh(self, kind: IntentKind, subject: int | str) -> None:
        with self.database.write() as session:
            refresh(session, kind, subject, now=self.business())

    def intent(self, subject: int | str) -> Intent:
        """The row of the only message about this subject."""
        with self.database.read() as session:
            return session.scalars(select(Intent).where(Intent.subject == str(subject))).one()

    def pauses(self) -> dict[str, str]:
        """What is paused, and Slack's reason."""
        with self.database.read() as session:
            return {pause.destination: pause.error for pause in session.scalars(select(Pause))}

    def change(self, subject: int | str, **values: Any) -> None:
        """Put the row of this subject into a state that a crash leaves behind."""
        with self.database.write() as session:
            session.execute(update(Intent).where(Intent.subject == str(subject)).values(**values))

    def crash_while_delivering(self, subject: int | str) -> None:
        """Leave a lease behind that nobody gave back and that has run out."""
        with self.database.write() as session:
            ran_out = database_now(session) - timedelta(seconds=1)
        self.change(subject, lease="of the dead", leased_until=ran_out, attempts=1)

    def drain(self, delivery: Delivery | None = None, *, within: timedelta = timedelta(minutes=30)) -> int:
        """Deliver, wait for what is postponed, deliver: until nothing waits or so much machine time has passed."""
        delivery = delivery or self.delivery()
        end = self.machine() + within
        delivered = delivery.deliver_due()
        while (due := delivery.next_due()) is not None and due <= end:
            self.machine.now = max(due, self.machine.now)
            delivered += delivery.deliver_due()
        return delivered
