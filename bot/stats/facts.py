"""Reading what the figures need to know of single leads."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import (
    Activity,
    ActivityKind,
    Lead,
    Offer,
    OfferRep,
    OfferState,
    Task,
    TaskKind,
    TaskState,
)
from bot.db.sql import among
from bot.stats.counting import ASKED, ASSIGNED, EPOCH, ESCALATED, LATE, OUTCOME, TEAM, TOUCHES, Facts
from bot.stats.queries import DONE_LATE

_Row = tuple[int, int, str, int]
"""Lead, rep or TEAM, name, number."""


def hour_number(instant: datetime) -> int:
    """The hour (UTC) that an instant lies in, counted from 1970."""
    return (instant - EPOCH) // timedelta(hours=1)


def facts_of(session: Session, lead_ids: Collection[int]) -> dict[int, Facts]:
    """These leads as they stand now; those that are gone are left out."""
    rows: defaultdict[int, list[list[Any]]] = defaultdict(list)
    for lead_id, *row in (
        *_asks(session, lead_ids),
        *_touches(session, lead_ids),
        *_assigned(session, lead_ids),
        *_history(session, lead_ids),
    ):
        rows[lead_id].append(row)
    leads = session.execute(
        select(
            Lead.id,
            Lead.received_at,
            Lead.pool,
            Lead.tier,
            Lead.source,
            Lead.owner_id,
            Lead.claimed_by_id,
            Lead.claim_seconds,
            Lead.claim_business_seconds,
            Lead.first_response_seconds,
            Lead.first_response_business_seconds,
        ).where(among(session, Lead.id, lead_ids))
    )
    return {
        lead_id: Facts._make([hour_number(received_at), pool, tier.value, *rest, sorted(rows[lead_id])])
        for lead_id, received_at, pool, tier, *rest in leads
    }


def _asks(session: Session, lead_ids: Collection[int]) -> Iterator[_Row]:
    asks = (
        select(Offer.lead_id, OfferRep.rep_id, OfferRep.state, func.count())
        .join(Offer, Offer.id == OfferRep.offer_id)
        .where(among(session, Offer.lead_id, lead_ids))
        .group_by(Offer.lead_id, OfferRep.rep_id, OfferRep.state)
    )
    for lead_id, rep_id, state, number in session.execute(asks):
        yield lead_id, rep_id, f"{ASKED}:{state}", number


def _touches(session: Session, lead_ids: Collection[int]) -> Iterator[_Row]:
    closed = (
        among(session, Task.lead_id, lead_ids),
        Task.kind == TaskKind.TOUCH,
        Task.state.in_((TaskState.DONE, TaskState.SKIPPED)),
    )
    touches = (
        select(Task.lead_id, Task.owner_id, Task.state, func.count(), func.count(DONE_LATE))
        .where(*closed)
        .group_by(Task.lead_id, Task.owner_id, Task.state)
    )
    for lead_id, rep_id, state, number, late in session.execute(touches):
        yield lead_id, rep_id, f"{TOUCHES}:{state}", number
        if late:
            yield lead_id, rep_id, LATE, late


def _assigned(session: Session, lead_ids: Collection[int]) -> Iterator[_Row]:
    """Those that the fallback person was given because nobody claimed them (D8)."""
    assigned = (
        select(Offer.lead_id)
        .join(Lead, Lead.id == Offer.lead_id)
        .where(
            among(session, Offer.lead_id, lead_ids),
            Offer.state == OfferState.ASSIGNED,
            Lead.claimed_by_id.is_(None),
        )
        .distinct()
    )
    for lead_id in session.scalars(assigned):
        yield lead_id, TEAM, ASSIGNED, 1


def _history(session: Session, lead_ids: Collection[int]) -> Iterator[_Row]:
    kinds = (ActivityKind.OUTCOME, ActivityKind.ESCALATED)
    outcome, ladder = (Activity.facts[name].as_string() for name in ("outcome", "ladder"))
    history = session.execute(
        select(Activity.lead_id, outcome, ladder).where(
            among(session, Activity.lead_id, lead_ids), Activity.kind.in_(kinds), Activity.undone_at.is_(None)
        )
    )
    numbers = Counter(
        (lead_id, f"{OUTCOME}:{reported}" if reported else f"{ESCALATED}:{climbed}")
        for lead_id, reported, climbed in history
    )
    for (lead_id, name), number in numbers.items():
        # A ladder's repeats do not count again.
        yield lead_id, TEAM, name, 1 if name.startswith(ESCALATED) else number
