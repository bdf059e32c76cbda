"""A small sales floor: a pool of three, a manager and a fallback person, and what befell its leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.businesstime import next_opening
from bot.cadence import open_offer
from bot.db import Database
from bot.db.models import (
    Activity,
    ActivityKind,
    Escalation,
    Intent,
    LadderKind,
    Lead,
    Offer,
    OfferRep,
    Rep,
    Tier,
    Turn,
)
from bot.outbox.enqueue import IntentKind, to_rep, without_round
from bot.routing import claim, fire_due_steps, offer_leads, pass_offer
from bot.team.live import apply_team, live_team
from tests.people import rep_by_key

NEW_YORK = ZoneInfo("America/New_York")
MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=NEW_YORK).astimezone(UTC)

PEOPLE = ("ana", "ben", "cleo", "dave", "mia", "finn", "otto")


def team_text(
    members: Sequence[str] = ("ana", "ben", "cleo"),
    *,
    hours: bool = False,
    managers: str = "mia",
    fallback: str = "finn",
    pool: str = "inbound",
) -> str:
    """A team document with everybody on it, and `members` in its pool."""
    reps = "\n".join(f"  {key}: {{email: {key}@acme.example, name: {key.title()} Ruiz}}" for key in PEOPLE)
    opening = 'hours: {mon-fri: "09:00-17:00"}' if hours else ""
    return f"""
name: Acme
zone: America/New_York
country: US
booking_link: https://acme.example/book
reps:
{reps}
pools:
  {pool}:
    channel: "#sales-inbound"
    members: [{", ".join(members)}]
    managers: [{managers}]
    fallback: {fallback}
    {opening}
"""


@dataclass
class Floor:
    """Every call is one transaction, as at an edge."""

    database: Database

    def apply(self, text: str) -> None:
        with self.database.write() as session:
            apply_team(session, text, author="test", now=MONDAY_NOON)

    def rep(self, key: str) -> Rep:
        with self.database.read() as session:
            return rep_by_key(session, key)

    def arrive(
        self, at: datetime = MONDAY_NOON, count: int = 1, *, tier: Tier = Tier.WARM, pool: str = "inbound"
    ) -> list[int]:
        """The ids of new leads that came in together and were offered."""
        with self.database.write() as session:
            live = live_team(session)
            starts = next_opening(at, live.team.pool(pool).calendar)
            leads = [
                Lead(
                    source="website",
                    name="Dana Lee",
                    email="dana@lee.example",
                    phone="+12125550100",
                    pool=pool,
                    tier=tier,
                    received_at=at,
                    clock_started_at=starts,
                    consent_at=at,
                    consent_where="website",
                )
                for _ in range(count)
            ]
            session.add_all(leads)
            offer_leads(session, leads, live, at)
            return [lead.id for lead in leads]

    def claim(self, lead_id: int, key: str, at: datetime) -> None:
        rep = self.rep(key)
        with self.database.write() as session:
            claim(session, lead_id, rep, at)

    def pass_on(self, lead_id: int, key: str, at: datetime) -> str | None:
        rep = self.rep(key)
        with self.database.write() as session:
            following = pass_offer(session, lead_id, rep, at)
            return following.key if following else None

    def tick(self, at: datetime, limit: int = 100) -> int:
        with self.database.write() as session:
            return fire_due_steps(session, at, limit)

    def run(self, since: datetime, minutes: int) -> None:
        """The worker, every minute."""
        for minute in range(minutes + 1):
            self.tick(since + timedelta(minutes=minute))

    def assignee(self, lead_id: int) -> str | None:
        """Who is asked now."""
        with self.database.read() as session:
            offer = open_offer(session, lead_id)
            assert offer is not None
            return session.get_one(Rep, offer.assignee_id).key if offer.assignee_id else None

    def lead(self, lead_id: int) -> Lead:
        with self.database.read() as session:
            return session.get_one(Lead, lead_id)

    def owner(self, lead_id: int) -> str | None:
        with self.database.read() as session:
            owner_id = session.get_one(Lead, lead_id).owner_id
            return session.get_one(Rep, owner_id).key if owner_id else None

    def ladder(self, lead_id: int, kind: LadderKind) -> Escalation:
        with self.database.read() as session:
            return session.scalars(
                select(Escalation).where(Escalation.lead_id == lead_id, Escalation.kind == kind)
            ).one()

    def offer(self, lead_id: int) -> Offer:
        with self.database.read() as session:
            return session.scalars(select(Offer).where(Offer.lead_id == lead_id)).one()

    def asks(self, lead_id: int) -> list[OfferRep]:
        """Who was asked, in order."""
        with self.database.read() as session:
            asked = (
                select(OfferRep).join(Offer, Offer.id == OfferRep.offer_id).where(Offer.lead_id == lead_id)
            )
            return list(session.scalars(asked.order_by(OfferRep.id)))

    def balances(self, pool: str = "inbound") -> dict[str, int]:
        """What the ledger says of everybody in it, in units."""
        with self.database.read() as session:
            rows = session.execute(
                select(Rep.key, func.sum(Turn.amount))
                .join(Rep, Rep.id == Turn.rep_id)
                .where(Turn.pool == pool)
                .group_by(Rep.key)
            )
            return {key: int(balance) for key, balance in rows}

    def story(self, lead_id: int, *kinds: ActivityKind) -> list[Activity]:
        with self.database.read() as session:
            told = select(Activity).where(Activity.lead_id == lead_id, Activity.kind.in_(kinds))
            return list(session.scalars(told.order_by(Activity.id)))

    def told(self, key: str, kind: IntentKind) -> list[str]:
        """Subjects of what this person was or is to be told, in order, apart from the lead's rounds."""
        destination = to_rep(self.rep(key).id)
        with self.database.read() as session:
            rows = select(Intent.subject).where(Intent.destination == destination, Intent.kind == kind.value)
            return [without_round(subject) for subject in session.scalars(rows.order_by(Intent.id))]


@pytest.fixture
def floor(database: Database) -> Floor:
    floor = Floor(database)
    floor.apply(team_text())
    return floor
