"""A record to count: rows as they stand after things have happened."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.businesstime import elapsed
from bot.db import Database
from bot.db.models import (
    Activity,
    ActivityKind,
    AskState,
    LadderKind,
    Lead,
    Offer,
    OfferRep,
    OfferState,
    Outcome,
    Rep,
    Status,
    Task,
    TaskKind,
    TaskState,
    Tier,
)
from bot.stats import RepStats, TeamStats, team_stats
from bot.stats.team import FROM_ROWS
from bot.team.live import LiveTeam, apply_team
from tests.people import rep_by_key

TEAM = """
name: Acme
zone: America/New_York
country: US
booking_link: https://acme.example/book
default_pool: always
reps:
  ana: {email: ana@acme.example, name: Ana Ruiz}
  ben: {email: ben@acme.example, name: Ben <& Sons>}
  cleo: {email: cleo@acme.example, name: Cleo Wu}
  mia: {email: mia@acme.example, name: Mia Roth}
pools:
  always:
    channel: "#sales-inbound"
    members: [ana, ben]
    managers: [mia]
  office:
    channel: "#sales-office"
    members: [cleo]
    managers: [mia]
    hours: {mon-fri: "09:00-17:00"}
    contact_target: {hot: 3, rest: 30}
"""
NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)
"""A Wednesday, noon in New York."""
A_WEEK = timedelta(days=7)


@dataclass
class Record:
    """Writes what happened, reads the figures."""

    session: Session
    live: LiveTeam = field(init=False)
    people: dict[str, Rep] = field(init=False)

    def __post_init__(self) -> None:
        self.live = apply_team(self.session, TEAM, author="test", now=NOW)
        self.people = {key: rep_by_key(self.session, key) for key in self.live.team.reps}

    def lead(
        self,
        received_at: datetime,
        *,
        pool: str = "always",
        tier: Tier = Tier.WARM,
        source: str = "website",
        status: Status = Status.ACTIVE,
    ) -> Lead:
        lead = Lead(
            pool=pool,
            tier=tier,
            source=source,
            status=status,
            received_at=received_at,
            clock_started_at=received_at,
        )
        self._add(lead)
        return lead

    def ask(self, lead: Lead, who: str, state: AskState) -> None:
        offer = Offer(lead_id=lead.id, pool=lead.pool, state=OfferState.WITHDRAWN, opened_at=lead.received_at)
        self._add(offer)
        self._add(OfferRep(offer_id=offer.id, rep_id=self.people[who].id, asked_at=NOW, state=state))

    def claim(self, lead: Lead, who: str, after: float) -> None:
        lead.claimed_at = lead.received_at + timedelta(seconds=after)
        if lead.owner_id is None:
            lead.claimed_by_id, lead.claim_seconds = self.people[who].id, int(after)
            calendar = self.live.team.pool(lead.pool).calendar
            lead.claim_business_seconds = int(elapsed(lead.received_at, lead.claimed_at, calendar))
        self._take(lead, who, OfferState.CLAIMED, lead.claimed_at)

    def assign(self, lead: Lead, who: str) -> None:
        self._take(lead, who, OfferState.ASSIGNED, lead.received_at)

    def _take(self, lead: Lead, who: str, state: OfferState, at: datetime) -> None:
        rep_id = lead.owner_id = self.people[who].id
        self._add(
            Offer(
                lead_id=lead.id,
                pool=lead.pool,
                state=state,
                opened_at=lead.received_at,
                closed_at=at,
                claimed_by_id=rep_id,
            )
        )

    def respond(self, lead: Lead, after: int) -> None:
        at = lead.received_at + timedelta(seconds=after)
        lead.first_response_at, lead.first_response_seconds = at, after
        calendar = self.live.team.pool(lead.pool).calendar
        lead.first_response_business_seconds = int(elapsed(lead.received_at, at, calendar))

    def touch(
        self,
        lead: Lead,
        who: str,
        state: TaskState,
        *,
        due_at: datetime = NOW,
        kind: TaskKind = TaskKind.TOUCH,
        late: bool = False,
    ) -> None:
        self._add(
            Task(
                lead_id=lead.id,
                kind=kind,
                owner_id=self.people[who].id,
                due_at=due_at,
                state=state,
                late=late,
                created_at=NOW,
            )
        )

    def outcome(
        self, lead: Lead, outcome: Outcome, *, undone_at: datetime | None = None, by: str = "mia"
    ) -> None:
        self._note(lead, ActivityKind.OUTCOME, {"outcome": outcome.value}, by=by, undone_at=undone_at)

    def escalate(self, lead: Lead, ladder: LadderKind) -> None:
        self._note(lead, ActivityKind.ESCALATED, {"ladder": ladder.value})

    def _note(
        self,
        lead: Lead,
        kind: ActivityKind,
        facts: dict[str, object],
        by: str | None = None,
        undone_at: datetime | None = None,
    ) -> None:
        rep_id = self.people[by].id if by else None
        self._add(
            Activity(lead_id=lead.id, at=NOW, kind=kind, rep_id=rep_id, facts=facts, undone_at=undone_at)
        )

    def figures(
        self,
        *pools: str,
        since: datetime = NOW - A_WEEK,
        until: datetime = NOW,
        from_rows: int = FROM_ROWS,
    ) -> TeamStats:
        self.session.flush()
        return team_stats(self.session, pools or None, since, until, from_rows=from_rows)

    def part_of(self, who: str, *pools: str) -> RepStats:
        return next(rep for rep in self.figures(*pools).reps if rep.rep_id == self.people[who].id)

    def _add(self, row: object) -> None:
        self.session.add(row)
        self.session.flush()


@pytest.fixture
def record(database: Database) -> Iterator[Record]:
    with database.read() as session:
        yield Record(session)
