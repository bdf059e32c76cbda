"""What the figures are made of: aggregates, and of each lead only what percentiles need."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
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


class TouchCount(NamedTuple):
    owner_id: int
    state: TaskState
    number: int


class OutcomeCount(NamedTuple):
    outcome: Outcome
    owner_id: int | None
    number: int
    leads: int


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


def unanswered_leads(session: Session, scope: Scope, pool: str, *, hot: bool, before: datetime) -> int:
    """How many of a pool's leads received before then had no first response yet."""
    tier = Lead.tier == Tier.HOT if hot else Lead.tier != Tier.HOT
    unanswered = select(func.count()).where(
        Lead.pool == pool,
        tier,
        Lead.first_response_business_seconds.is_(None),
        Lead.received_at < before,
        *scope.received(),
    )
    return session.scalar(unanswered) or 0


def unclaimed_now(session: Session, scope: Scope) -> Unclaimed:
    """Open leads without an owner, whenever they came in."""
    row = session.execute(
        select(func.count(), func.min(Lead.received_at)).where(
            *scope.in_pools(),
            Lead.received_at < scope.until,
            Lead.owner_id.is_(None),
            Lead.status.in_(OPEN_STATUSES),
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
    """Touches done, skipped, and open past due; those cancelled had lost their reason and count nowhere."""
    overdue = Task.state.in_(OPEN_TASKS) & (Task.due_at < scope.until)
    rows = session.execute(
        select(Task.owner_id, Task.state, func.count())
        .join(Lead, Lead.id == Task.lead_id)
        .where(
            Task.kind == TaskKind.TOUCH,
            Task.state.in_((TaskState.DONE, TaskState.SKIPPED)) | overdue,
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


def overdue_by_owner(session: Session, scope: Scope) -> dict[int, int]:
    """Open tasks past due, whenever their leads came in."""
    rows = session.execute(
        select(Task.owner_id, func.count())
        .join(Lead, Lead.id == Task.lead_id)
        .where(Task.state.in_(OPEN_TASKS), Task.due_at < scope.until, *scope.in_pools())
        .group_by(Task.owner_id)
    )
    return dict(rows.all())
