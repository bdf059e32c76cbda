"""What the figures are made of: aggregates, and of each lead only what percentiles need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session

from bot.db.models import (
    OPEN_STATUSES,
    OPEN_TASKS,
    Activity,
    ActivityKind,
    AskState,
    LadderKind,
    Lead,
    Offer,
    OfferRep,
    OfferState,
    Outcome,
    Task,
    TaskKind,
    TaskState,
    Tier,
)
from bot.db.types import UtcDateTime


@dataclass(frozen=True)
class Scope:
    """Which leads: these pools (None is all), received in [since, until)."""

    pools: tuple[str, ...] | None
    since: datetime
    until: datetime

    def in_pools(self) -> list[ColumnElement[bool]]:
        return [] if self.pools is None else [Lead.pool.in_(self.pools)]

    def received(self) -> list[ColumnElement[bool]]:
        return [*self.in_pools(), Lead.received_at >= self.since, Lead.received_at < self.until]


class LeadRow(NamedTuple):
    """What the figures need of one lead."""

    pool: str
    tier: Tier
    source: str
    owner_id: int | None
    claimer_id: int | None
    """Who took it of their own accord, whoever owns it now."""
    claim_seconds: int | None
    claim_business_seconds: int | None
    response_seconds: int | None
    response_business_seconds: int | None


class Unclaimed(NamedTuple):
    number: int
    oldest_at: datetime | None


class AskCount(NamedTuple):
    rep_id: int
    state: AskState
    number: int


class Overdue(NamedTuple):
    tasks: int
    touches: int
    """Only those of leads that were received in the period, and only once the day they were due is over."""


class TouchCount(NamedTuple):
    owner_id: int
    state: TaskState
    number: int
    late: int
    """Of those done."""


class OutcomeCount(NamedTuple):
    outcome: Outcome
    owner_id: int | None
    number: int
    leads: int


DONE_LATE = case((and_(Task.state == TaskState.DONE, Task.late.is_(True)), 1))
"""Counts touches that were done, but not by the day they were due (R53)."""


def lead_rows(session: Session, scope: Scope) -> list[LeadRow]:
    """One row a lead: percentiles need them all."""
    rows = session.execute(
        select(
            Lead.pool,
            Lead.tier,
            Lead.source,
            Lead.owner_id,
            Lead.claimed_by_id,
            Lead.claim_seconds,
            Lead.claim_business_seconds,
            Lead.first_response_seconds,
            Lead.first_response_business_seconds,
        ).where(*scope.received())
    )
    return [LeadRow._make(row) for row in rows]


def assigned_leads(session: Session, scope: Scope) -> int:
    """How many the fallback person was given because nobody claimed them (D8)."""
    assigned = (
        select(func.count(Lead.id.distinct()))
        .join(Offer, Offer.lead_id == Lead.id)
        .where(Offer.state == OfferState.ASSIGNED, Lead.claimed_by_id.is_(None), *scope.received())
    )
    return session.scalar(assigned) or 0


def undecided_leads(
    session: Session, scope: Scope, decided_before: Mapping[tuple[str, bool], datetime]
) -> dict[tuple[str, bool], int]:
    """By pool and whether hot, leads without a first response that were received no earlier than given."""
    if not decided_before:
        return {}
    hot = (Lead.tier == Tier.HOT).label("hot")
    later = (
        and_(Lead.pool == pool, hot.is_(is_hot), Lead.received_at >= since)
        for (pool, is_hot), since in decided_before.items()
    )
    rows = session.execute(
        select(Lead.pool, hot, func.count())
        .where(
            Lead.received_at >= min(decided_before.values()),
            Lead.received_at < scope.until,
            Lead.first_response_business_seconds.is_(None),
            or_(*later),
        )
        .group_by(Lead.pool, "hot")
    )
    return {(pool, bool(is_hot)): number for pool, is_hot, number in rows}


def answered_within(session: Session, scope: Scope, pool: str, *, hot: bool, seconds: float) -> int:
    """How many of a pool's leads had a first response in so many business seconds."""
    tier = Lead.tier == Tier.HOT if hot else Lead.tier != Tier.HOT
    within = select(func.count()).where(
        Lead.pool == pool, tier, Lead.first_response_business_seconds <= seconds, *scope.received()
    )
    return session.scalar(within) or 0


def has_more_leads_than(session: Session, scope: Scope, number: int) -> bool:
    """Whether the scope holds more leads than that; stops counting there."""
    some = select(Lead.id).where(*scope.received()).limit(number + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) > number


def unclaimed_now(session: Session, scope: Scope) -> Unclaimed:
    """Open leads without an owner, whenever they came in."""
    # Not a condition on rows: SQLite would go through all leads by that, instead of the few that nobody owns.
    in_time = Lead.received_at < scope.until
    row = session.execute(
        select(func.count().filter(in_time), func.min(Lead.received_at).filter(in_time)).where(
            *scope.in_pools(), Lead.owner_id.is_(None), Lead.status.in_(OPEN_STATUSES)
        )
    ).one()
    return Unclaimed._make(row)


def escalated_leads(session: Session, scope: Scope) -> dict[LadderKind, int]:
    """How many leads the managers were alerted about on each ladder; repeats do not count again."""
    ladder = Activity.facts["ladder"].as_string().label("ladder")
    rows = session.execute(
        select(ladder, func.count(Lead.id.distinct()))
        .join(Lead, Lead.id == Activity.lead_id)
        .where(Activity.kind == ActivityKind.ESCALATED, *scope.received())
        .group_by("ladder")
    )
    return {LadderKind(name): number for name, number in rows}


def outcome_counts(session: Session, scope: Scope) -> list[OutcomeCount]:
    """Reported outcomes that stand, by the lead's owner."""
    outcome = Activity.facts["outcome"].as_string().label("outcome")
    rows = session.execute(
        select(outcome, Lead.owner_id, func.count(), func.count(Lead.id.distinct()))
        .join(Lead, Lead.id == Activity.lead_id)
        .where(Activity.kind == ActivityKind.OUTCOME, Activity.undone_at.is_(None), *scope.received())
        .group_by("outcome", Lead.owner_id)
    )
    return [OutcomeCount(Outcome(name), *rest) for name, *rest in rows]


def touch_counts(session: Session, scope: Scope) -> list[TouchCount]:
    """Touches done and skipped; those cancelled had lost their reason and count nowhere."""
    rows = session.execute(
        select(Task.owner_id, Task.state, func.count(), func.count(DONE_LATE))
        .join(Lead, Lead.id == Task.lead_id)
        .where(
            Task.kind == TaskKind.TOUCH,
            Task.state.in_((TaskState.DONE, TaskState.SKIPPED)),
            *scope.received(),
        )
        .group_by(Task.owner_id, Task.state)
    )
    return [TouchCount._make(row) for row in rows]


def ask_counts(session: Session, scope: Scope) -> list[AskCount]:
    """How often each rep was asked, by what came of it."""
    rows = session.execute(
        select(OfferRep.rep_id, OfferRep.state, func.count())
        .join(Offer, Offer.id == OfferRep.offer_id)
        .join(Lead, Lead.id == Offer.lead_id)
        .where(*scope.received())
        .group_by(OfferRep.rep_id, OfferRep.state)
    )
    return [AskCount._make(row) for row in rows]


# Written out: SQLite uses an index of open tasks only where it sees the very states.
_OPEN: BindParameter[list[TaskState]] = bindparam(
    "open_states", list(OPEN_TASKS), expanding=True, literal_execute=True
)


def overdue_by_owner(
    session: Session, scope: Scope, today: Mapping[str, datetime], owner_id: int | None = None
) -> dict[int, Overdue]:
    """Open tasks past due, whenever their leads came in, and how many are touches of the scope's leads.

    `today`: when the day began where each pool is; touches that are due today may still be done in time.
    """
    begun = case(
        *((Lead.pool == pool, literal(began, UtcDateTime)) for pool, began in today.items()),
        else_=literal(max(today.values()), UtcDateTime),
    )
    touch = case((and_(Task.kind == TaskKind.TOUCH, Task.due_at < begun, *scope.received()), 1))
    whose = [] if owner_id is None else [Task.owner_id == owner_id]
    rows = session.execute(
        select(Task.owner_id, func.count(), func.count(touch))
        .join(Lead, Lead.id == Task.lead_id)
        .where(Task.state.in_(_OPEN), Task.due_at < scope.until, *whose, *scope.in_pools())
        .group_by(Task.owner_id)
    )
    return {each_id: Overdue(*numbers) for each_id, *numbers in rows}
