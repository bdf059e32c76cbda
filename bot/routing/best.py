"""The one best thing a rep can do now (R40)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from bot.cadence import is_silent
from bot.db.models import OPEN_STATUSES, Lead, Offer, OfferState, Rep, Task, TaskKind, TaskState, Tier
from bot.db.sql import HEAT

_PROMISED = Task.kind != TaskKind.TOUCH
_UNCONTACTED_HOT = and_(Lead.tier == Tier.HOT, Lead.first_response_at.is_(None))


def next_best(
    session: Session,
    rep: Rep,
    pools: Sequence[str],
    now: datetime,
    *,
    assisted: Sequence[Rep] = (),
    without: Collection[int] = (),
) -> Task | Lead | None:
    """A due task of theirs, or a lead of these pools to claim; None when nothing waits for them.

    Silent threads of the reps they assist count as theirs (R52).

    Callbacks and answers first, then hot leads that nobody has contacted, then by tier, the most recent lead first,
    then what has waited longest. Of leads nobody has, the rep's own offers come first. `without` are ids of leads
    that were put aside for now.
    """
    task = _best_task(session, rep, assisted, now, without)
    lead = _best_unclaimed(session, rep, pools, without)
    if task is None or lead is None:
        return task or lead
    owned = session.get_one(Lead, task.lead_id)
    urgent = task.kind is not TaskKind.TOUCH or (owned.tier is Tier.HOT and owned.first_response_at is None)
    return lead if lead.tier is Tier.HOT and not urgent else task


def _best_task(
    session: Session, rep: Rep, assisted: Sequence[Rep], now: datetime, without: Collection[int]
) -> Task | None:
    due = or_(Task.state == TaskState.DUE, and_(Task.state == TaskState.WAITING, Task.due_at <= now))
    theirs = and_(Task.owner_id.in_([owner.id for owner in assisted]), is_silent())
    mine = (
        select(Task)
        .join(Lead, Lead.id == Task.lead_id)
        .where(or_(Task.owner_id == rep.id, theirs), due, Lead.id.not_in(without))
    )
    urgency = case((_PROMISED, 0), (_UNCONTACTED_HOT, 1), else_=2)
    ranked = mine.order_by(urgency, HEAT, Lead.received_at.desc(), Task.due_at, Task.id)
    return session.scalars(ranked.limit(1)).one_or_none()


def _best_unclaimed(
    session: Session, rep: Rep, pools: Sequence[str], without: Collection[int]
) -> Lead | None:
    mine_first = case((Offer.assignee_id == rep.id, 0), else_=1)
    waiting = (
        select(Lead)
        .join(Offer, and_(Offer.lead_id == Lead.id, Offer.state == OfferState.OPEN))
        .where(Lead.pool.in_(pools), Lead.status.in_(OPEN_STATUSES), Lead.id.not_in(without))
    )
    ranked = waiting.order_by(HEAT, mine_first, Lead.received_at.desc(), Lead.id)
    return session.scalars(ranked.limit(1)).one_or_none()
