"""Taking a lead: by a click, or by being the fallback person (D5, D8)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.businesstime import elapsed
from bot.cadence import LeadClosedError, enrol, latest_offer, pool_of, rewrite_next_action
from bot.db.models import (
    Activity,
    ActivityKind,
    AskState,
    LadderKind,
    Lead,
    Offer,
    OfferRep,
    OfferState,
    Rep,
    TurnReason,
)
from bot.outbox.enqueue import IntentKind, show, to_pool
from bot.routing.errors import AlreadyClaimedError, NotInPoolError
from bot.routing.ladder import end_ladder, give_contact_clock_an_owner
from bot.routing.ledger import debit, return_turn
from bot.team.live import LiveTeam, live_team
from bot.team.pools import Pool


def claim(session: Session, lead_id: int, rep: Rep, now: datetime) -> Lead:
    """The lead, now owned by `rep`: a member of its pool, one of its managers or its fallback person (D5).

    Raises NotInPoolError, LeadClosedError or AlreadyClaimedError, also for who owns it already.
    """
    live = live_team(session)
    lead = lead_under_lock(session, lead_id)
    pool = pool_of(session, lead, live)
    _check_may_claim(session, lead, pool, rep)
    offer = close_offer(session, lead, OfferState.CLAIMED, rep, now)
    if offer is None:
        raise not_on_offer(session, lead, pool)
    settle_turns(session, offer, rep, pool, now)
    asked = session.get(Rep, offer.assignee_id) if offer.assignee_id else None
    session.add(
        Activity(
            lead_id=lead.id,
            at=now,
            kind=ActivityKind.CLAIMED,
            rep_id=rep.id,
            facts={"offered_to": asked.key if asked else None},
        )
    )
    _time_claim(lead, pool, rep, now)
    take_over(session, lead, rep, live, now)
    return lead


def close_offer(session: Session, lead: Lead, state: OfferState, rep: Rep, now: datetime) -> Offer | None:
    """The offer that `rep` has just won, or None. The row decides: of any number at once, one gets it."""
    return session.scalars(
        update(Offer)
        .where(Offer.lead_id == lead.id, Offer.state == OfferState.OPEN)
        .values(state=state, claimed_by_id=rep.id, closed_at=now)
        .returning(Offer),
        execution_options={"populate_existing": True, "synchronize_session": False},
    ).one_or_none()


def take_over(session: Session, lead: Lead, owner: Rep, live: LiveTeam, now: datetime) -> None:
    """Everything that follows from a lead having an owner: its clocks, its cadence, its card."""
    lead.owner_id = owner.id
    end_ladder(session, lead.id, LadderKind.CLAIM, now)
    give_contact_clock_an_owner(session, lead, now)
    session.flush()
    enrol(session, lead, live, now)
    rewrite_next_action(session, lead)
    show(session, IntentKind.LEAD_CARD, lead.id, to_pool(lead.pool), now)


def lead_under_lock(session: Session, lead_id: int) -> Lead:
    """The lead as committed, ours until this transaction ends; nothing else is read anew.

    Whatever writes several of a lead's rows locks the lead first, so that no two wait for each other.
    """
    locked = select(Lead).where(Lead.id == lead_id).with_for_update(key_share=True)
    return session.scalars(locked, execution_options={"populate_existing": True}).one()


def not_on_offer(session: Session, lead: Lead, pool: Pool) -> AlreadyClaimedError | LeadClosedError:
    """Why there is no open offer of this lead."""
    last = latest_offer(session, lead.id)
    if lead.status.is_closed or lead.owner_id is None:
        return LeadClosedError(lead.ref, lead.status)
    since = (last.closed_at if last else None) or lead.claimed_at or lead.received_at
    return AlreadyClaimedError(
        session.get_one(Rep, lead.owner_id).name, since.astimezone(ZoneInfo(pool.calendar.zone))
    )


def _time_claim(lead: Lead, pool: Pool, rep: Rep, now: datetime) -> None:
    """Keep how long it took, for the figures (D3): only the first taking of a lead counts."""
    first = lead.claimed_at is None and lead.owner_id is None
    lead.claimed_at = now
    if first:
        lead.claimed_by_id = rep.id
        lead.claim_seconds = int((now - lead.received_at).total_seconds())
        lead.claim_business_seconds = int(elapsed(lead.received_at, now, pool.calendar))


def _check_may_claim(session: Session, lead: Lead, pool: Pool, rep: Rep) -> None:
    if rep.key in (*pool.members, *pool.managers, pool.fallback):
        return
    asked = select(Offer.assignee_id).where(Offer.lead_id == lead.id, Offer.state == OfferState.OPEN)
    if session.scalar(asked) != rep.id:
        raise NotInPoolError(pool.key)


def settle_turns(
    session: Session,
    offer: Offer,
    claimer: Rep,
    pool: Pool,
    now: datetime,
    reason: TurnReason = TurnReason.CLAIMED_FROM_OTHER,
) -> None:
    """Debit a claimer who was not asked; until the first nudge the assignee then keeps their turn (D5)."""
    asks = session.scalars(select(OfferRep).where(OfferRep.offer_id == offer.id)).all()
    for ask in asks:
        if ask.state is AskState.ASKED:
            ask.state, ask.answered_at = _answer(ask, claimer), now
            if ask.state is AskState.TAKEN:
                return_turn(session, offer, ask.rep_id, now)
    # Whoever passed and claims after all has spent a turn on this lead already.
    if all(ask.rep_id != claimer.id for ask in asks):
        debit(session, offer, claimer, pool, reason, now)


def _answer(ask: OfferRep, claimer: Rep) -> AskState:
    if ask.rep_id == claimer.id:
        return AskState.CLAIMED
    return AskState.MISSED if ask.nudged_at else AskState.TAKEN
