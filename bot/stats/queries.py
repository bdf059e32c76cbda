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

_TAKEN = (OfferState.CLAIMED, OfferState.ASSIGNED)


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
    received_at: datetime
    claimed_at: datetime | None
    response_seconds: int | None
    response_business_seconds: int | None
    taken: OfferState | None
    taker_id: int | None

    @property
    def was_assigned(self) -> bool:
        """Nobody claimed it: it went to the fallback person."""
        return self.taken is OfferState.ASSIGNED

    @property
    def was_claimed(self) -> bool:
        """Somebody took it of their own accord."""
        return self.claimed_at is not None and not self.was_assigned

    @property
    def claimer_id(self) -> int | None:
        """Who that was, whoever owns it now."""
        return self.taker_id if self.was_claimed else None


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
    """One row a lead, with what gave it its first owner."""
    takings = _takings(session, scope)
    rows = session.execute(
        select(
            Lead.id,
            Lead.pool,
            Lead.tier,
            Lead.source,
            Lead.owner_id,
            Lead.received_at,
            Lead.claimed_at,
            Lead.first_response_seconds,
            Lead.first_response_business_seconds,
        ).where(*scope.received())
    )
    nobody = (None, None)
    return [LeadRow._make((*facts, *takings.get(lead_id, nobody))) for lead_id, *facts in rows]


def _takings(session: Session, scope: Scope) -> dict[int, tuple[OfferState, int | None]]:
    """How each lead's first offer to be taken ended, and who took it."""
    # Apart from the leads' own query: joined to it, each lead would search all offers.
    rows = session.execute(
        select(Offer.lead_id, Offer.state, Offer.claimed_by_id)
        .join(Lead, Lead.id == Offer.lead_id)
        .where(Offer.state.in_(_TAKEN), *scope.received())
        .order_by(Offer.id.desc())
    )
    return {lead_id: (state, taker_id) for lead_id, state, taker_id in rows}


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
