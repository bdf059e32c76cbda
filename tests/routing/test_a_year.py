"""A year of random days over three zones, with every change of the clocks: each decision, and the whole ledger."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.businesstime import add, elapsed
from bot.db import Database
from bot.db.models import (
    Absence,
    Escalation,
    LadderKind,
    Lead,
    LeavePlan,
    Offer,
    OfferRep,
    Rep,
    Turn,
    TurnReason,
)
from bot.routing import Candidate, choose, offer_leads
from bot.routing.rotation import reweighed, turn_of
from bot.team.live import apply_team, live_team

SHIFTS = {
    "ana": ("America/New_York", 9, 17),
    "dave": ("America/New_York", 9, 17),
    "ben": ("Europe/Berlin", 8, 16),
    "bea": ("Europe/Berlin", 8, 16),
    "cleo": ("Australia/Sydney", 9, 17),
}
"""Who works when, Monday to Friday. Ben and Bea are never away and keep their weights: 1 and 2."""
POOL = ZoneInfo("America/New_York")
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
CHANGES = [(3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1)]
"""The Sundays of 2026 on which the clocks change in one of the three zones, both ways in each."""


def document(weights: dict[str, int]) -> str:
    reps = "\n".join(
        f'  {key}: {{email: {key}@x.example, zone: {zone}, hours: {{mon-fri: "{opens:02}:00-{closes}:00"}}}}'
        for key, (zone, opens, closes) in SHIFTS.items()
    )
    members = ", ".join(f"{key}: {weight}" for key, weight in weights.items())
    return f"""
name: Acme
zone: {POOL.key}
reps:
{reps}
  mia: {{email: mia@x.example}}
pools:
  inbound:
    channel: "#sales"
    members: {{{members}}}
    managers: [mia]
    hours: {{mon-fri: "09:00-17:00"}}
    on_call: {{reps: [cleo, ana], handover: "mon 09:00", starts: 2025-12-29}}
"""


@dataclass
class Year:
    """What happens to a pool, and by the clocks on the wall who should be asked."""

    session: Session
    chance: Random
    weights: dict[str, int] = field(default_factory=lambda: {"ana": 2, "ben": 1, "bea": 2, "cleo": 1})
    leave: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))

    def arrivals(self) -> list[datetime]:
        """At any quarter of an hour, and some around every change of the clocks."""
        found = [YEAR + timedelta(minutes=15 * self.chance.randrange(365 * 96)) for _ in range(130)]
        for month, day in CHANGES:
            sunday = datetime(2026, month, day, tzinfo=UTC)
            found += [sunday + timedelta(minutes=15 * self.chance.randrange(-96, 192)) for _ in range(5)]
        return sorted(found)

    def plan_leave(self) -> None:
        reps = {rep.key: rep.id for rep in self.session.scalars(select(Rep))}
        for key in ("ana", "dave", "cleo"):
            for _ in range(5):
                start = YEAR + timedelta(hours=self.chance.randrange(365 * 24))
                until = start + timedelta(hours=self.chance.randrange(1, 400))
                self.leave[key].append((start, until))
                row = Absence(rep_id=reps[key], starts_at=start, until=until, next_at=start, created_at=YEAR)
                row.plan, row.created_by_id = LeavePlan.WAIT, reps[key]
                self.session.add(row)

    def change_the_document(self, now: datetime) -> None:
        self.weights |= {key: self.chance.choice((1, 2, 3)) for key in ("ana", "cleo")}
        if self.weights.pop("dave", None) is None:
            self.weights["dave"] = self.chance.choice((1, 2))
        apply_team(self.session, document(self.weights), author="test", now=now)

    def at_work(self, key: str, at: datetime) -> bool:
        zone, opens, closes = SHIFTS[key]
        local = at.astimezone(ZoneInfo(zone))
        return local.weekday() < 5 and opens <= local.hour < closes and not self.away(key, at)

    def away(self, key: str, at: datetime) -> bool:
        return any(start <= at < until for start, until in self.leave[key])

    def opening(self, at: datetime) -> datetime:
        while not ((local := at.astimezone(POOL)).weekday() < 5 and 9 <= local.hour < 17):
            at += timedelta(minutes=15)
        return at

    def to_be_asked(self, at: datetime) -> set[str]:
        if working := {key for key in self.weights if self.at_work(key, at)}:
            return working
        # Within one zone Python subtracts what the clocks show, which is what a handover goes by.
        weeks = (at.astimezone(POOL) - datetime(2025, 12, 29, 9, tzinfo=POOL)).days // 7
        rotation = ("cleo", "ana") if weeks % 2 == 0 else ("ana", "cleo")
        if on_call := [key for key in rotation if not self.away(key, at)][:1]:
            return set(on_call)
        opens = self.opening(at)
        return {key for key in self.weights if opens > at and self.at_work(key, opens)}

    def arrive(self, at: datetime) -> Lead:
        lead = Lead(source="website", email="x@x.example", pool="inbound", received_at=at)
        lead.clock_started_at = self.opening(at)
        self.session.add(lead)
        offer_leads(self.session, [lead], live_team(self.session), at)
        return lead


@pytest.fixture(scope="module")
def empty(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("year") / "year.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@settings(max_examples=1, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_a_year_of_random_days_keeps_every_rule_of_turns_hours_and_clocks(empty: Database, seed: int) -> None:
    with empty.read() as session:
        year = Year(session, Random(seed))
        apply_team(session, document({**year.weights, "dave": 1}), author="test", now=YEAR)
        apply_team(session, document(year.weights), author="test", now=YEAR)
        year.plan_leave()
        month = 1
        for at in year.arrivals():
            if at.month != month:
                month = at.month
                year.change_the_document(at)
            assert_decided_rightly(session, year, year.arrive(at))
        assert_every_row_is_due(session, year)


def assert_decided_rightly(session: Session, year: Year, lead: Lead) -> None:
    at = lead.received_at
    expected = year.to_be_asked(at)
    ask = session.scalars(select(OfferRep).join(Offer).where(Offer.lead_id == lead.id)).one_or_none()
    assert (ask is None) == (not expected)
    if ask is None:
        return
    assert ask.decision is not None
    considered = ask.decision["considered"]
    eligible = [one for one in considered if one["skipped"] is None]
    assert {one["rep"] for one in considered} == set(year.weights)
    assert {one["rep"] for one in eligible} == expected
    chosen = session.get_one(Rep, ask.rep_id).key
    assert chosen == eligible[0]["rep"]
    assert eligible[0]["balance"] == min(one["balance"] for one in eligible)
    shuffled = [
        Candidate(one["rep"], 0, one["balance"], one["last_turn"], skipped=one["skipped"])
        for one in considered
    ]
    year.chance.shuffle(shuffled)
    again = choose(shuffled, lead.id).chosen
    assert again is not None
    assert again.rep == chosen
    # Always there together, never away, never on call: what they have had differs by a turn of the lighter at most.
    ben, bea = (one["balance"] for key in ("ben", "bea") for one in considered if one["rep"] == key)
    assert abs(ben - bea) <= turn_of(1)
    assert_clocks(session, lead)


def assert_clocks(session: Session, lead: Lead) -> None:
    """Both ladders start at the opening, and run on the wall clock from there; business minutes add up."""
    calendar = live_team(session).team.pool("inbound").calendar
    start = lead.clock_started_at
    ladders = session.scalars(select(Escalation).where(Escalation.lead_id == lead.id)).all()
    due = {ladder.kind: ladder.next_step_at for ladder in ladders}
    assert due == {
        LadderKind.CLAIM: start + timedelta(minutes=5),
        LadderKind.CONTACT: start + timedelta(minutes=15),
    }
    assert elapsed(lead.received_at, start, calendar) == 0
    assert elapsed(start, add(start, 1000, calendar), calendar) == 60_000


def assert_every_row_is_due(session: Session, year: Year) -> None:
    """The ledger read from its first row to its last: each row is what the rules say, and there is no other."""
    keys = {rep.id: rep.key for rep in session.scalars(select(Rep))}
    balances: defaultdict[str, int] = defaultdict(int)
    present: dict[str, int] = {}
    batch, average = None, 0
    for row in session.scalars(select(Turn).order_by(Turn.id)):
        key = keys[row.rep_id]
        if batch != (row.reason, row.at):
            # What happens to several at once goes by the average before any of it.
            peers = [balances[other] for other in present]
            batch, average = (row.reason, row.at), sum(peers) // len(peers) if peers else 0
        before, balances[key] = balances[key], balances[key] + row.amount
        if row.reason is TurnReason.OFFERED:
            assert row.amount == turn_of(present[key])
            assert not year.away(key, row.at)
        elif row.reason is TurnReason.LEFT:
            assert row.amount == 0
            del present[key]
        elif row.reason is TurnReason.REWEIGHTED:
            assert row.weight is not None
            assert balances[key] == reweighed(before, average, present[key], row.weight)
            assert abs(balances[key] - average) <= abs(before - average) + 1
            present[key] = row.weight
        else:
            assert row.reason in (TurnReason.JOINED, TurnReason.CAME_BACK)
            assert row.weight is not None
            assert key not in present
            assert not peers or balances[key] == average
            present[key] = row.weight
    assert len(balances) == len(SHIFTS)
