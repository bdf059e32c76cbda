"""Asking the next rep, and the next one after a pass (D5, D7, D8)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.cadence import LeadClosedError, active_reps, pool_of, rewrite_next_action
from bot.db.models import Activity, ActivityKind, AskState, LadderKind, Lead, Offer, OfferRep, OfferState, Rep
from bot.outbox.enqueue import IntentKind, show, tell, to_pool, to_rep
from bot.routing.availability import members_of
from bot.routing.claims import lock_lead, not_on_offer
from bot.routing.eligibility import Situation, why_skipped
from bot.routing.errors import AlreadyClaimedError, NotYourOfferError
from bot.routing.ladder import start_ladders
from bot.routing.ledger import Ledger, lock_pool
from bot.routing.rotation import Candidate, Decision, choose
from bot.team.live import LiveTeam, live_team, reps_by_key
from bot.team.pools import Pool


def offer_leads(session: Session, leads: Sequence[Lead], live: LiveTeam, now: datetime) -> None:
    """Offer each of these new leads of one pool to whoever is next, and start their ladders.

    With nobody eligible an offer has no assignee, the managers hear of it at once and anybody may claim (D8).
    """
    if not leads:
        return
    session.flush()
    pool = live.team.pool(leads[0].pool)
    lock_pool(session, pool.key)
    members = reps_by_key(session, pool.members)
    ledger = Ledger(session, pool.key, members)
    roster = members_of(session, live.team, pool, members, now)
    decisions = [
        decide(ledger, Situation(session, live, pool, lead, members, (), now, roster)) for lead in leads
    ]
    offers = [_offer(lead, decision, now) for lead, decision in zip(leads, decisions, strict=True)]
    session.add_all(offers)
    session.flush()
    for lead, offer, decision in zip(leads, offers, decisions, strict=True):
        ask(session, ledger, offer, decision, now)
        start_ladders(session, lead, live)
        if offer.assignee_id is None:
            _tell_nobody_is_asked(session, lead, pool, "nobody eligible", now)
    session.flush()
    for lead in leads:
        rewrite_next_action(session, lead)
    for lead in leads:
        show(session, IntentKind.LEAD_CARD, lead.id, to_pool(lead.pool), now)


def pass_offer(session: Session, lead_id: int, rep: Rep, now: datetime) -> Rep | None:
    """Who is asked after `rep`, or None when everybody has passed: then the managers hear of it at once.

    Where several are asked, the others stay asked and nobody new is. A pass spends the turn; the ladder's clock
    runs on from the lead's arrival. Raises NotYourOfferError, AlreadyClaimedError or
    LeadClosedError.
    """
    live = live_team(session)
    lead = lock_lead(session, lead_id)
    lock_pool(session, lead.pool)
    pool = pool_of(session, lead, live)
    offer = open_offer(session, lead.id)
    if offer is None or not _note_pass(session, lead, offer, rep, now):
        raise _nothing_to_pass(session, lead, pool)
    asks = session.scalars(select(OfferRep).where(OfferRep.offer_id == offer.id).order_by(OfferRep.id)).all()
    if others := [one.rep_id for one in asks if one.state is AskState.ASKED]:
        offer.assignee_id = others[0]
        show(session, IntentKind.LEAD_CARD, lead.id, to_pool(lead.pool), now)
        return session.get_one(Rep, others[0])
    passed = {one.rep_id for one in asks}
    members = reps_by_key(session, pool.members)
    ledger = Ledger(session, lead.pool, members)
    decision = decide(ledger, Situation(session, live, pool, lead, members, passed, now))
    offer.assignee_id = decision.chosen.rep_id if decision.chosen else None
    ask(session, ledger, offer, decision, now)
    session.flush()
    asked = session.get_one(Rep, offer.assignee_id) if offer.assignee_id else None
    if asked is None:
        _tell_nobody_is_asked(session, lead, pool, "everybody passed", now)
    else:
        # An updated card notifies nobody, so the next one is told.
        tell(session, IntentKind.CLAIM_NUDGE, f"{lead.id}:passed", to_rep(asked.id), now)
    rewrite_next_action(session, lead)
    show(session, IntentKind.LEAD_CARD, lead.id, to_pool(lead.pool), now)
    return asked


def open_offer(session: Session, lead_id: int) -> Offer | None:
    """The lead's open offer, if it has one."""
    return session.scalar(select(Offer).where(Offer.lead_id == lead_id, Offer.state == OfferState.OPEN))


def decide(ledger: Ledger, situation: Situation) -> Decision:
    """Who is next, with their turn counted; `ask` stores it. Hold the pool's lock."""
    skips = why_skipped(situation)
    ledger.admit([rep.id for rep in situation.members if rep.id not in skips], situation.now)
    candidates = [
        Candidate(
            one.rep.key, one.rep.id, one.balance, one.last_turn, one.last_offered_at, skips.get(one.rep.id)
        )
        for one in ledger.standings
    ]
    decision = choose(candidates, situation.lead.id)
    if decision.chosen:
        ledger.take_turn(decision.chosen.rep_id, situation.now)
    return decision


def _offer(lead: Lead, decision: Decision, now: datetime) -> Offer:
    assignee_id = decision.chosen.rep_id if decision.chosen else None
    return Offer(
        lead_id=lead.id, pool=lead.pool, opened_at=now, assignee_id=assignee_id, state=OfferState.OPEN
    )


def ask(session: Session, ledger: Ledger, offer: Offer, decision: Decision, now: datetime) -> None:
    """Note who is asked, the decision that chose them, and their turn."""
    chosen = decision.chosen
    if chosen:
        row = OfferRep(offer_id=offer.id, rep_id=chosen.rep_id, asked_at=now, decision=decision.record())
        session.add(row)
        ledger.write_turn(chosen.rep_id, offer, now)
    # With nobody to ask, the timeline is where the decision is kept.
    facts = {"rep": chosen.rep} if chosen else {"rep": None, **decision.record()}
    session.add(Activity(lead_id=offer.lead_id, at=now, kind=ActivityKind.OFFERED, facts=facts))


def _note_pass(session: Session, lead: Lead, offer: Offer, rep: Rep, now: datetime) -> bool:
    """Whether `rep` was asked and has passed now: the row decides, also on a second click."""
    passed = session.execute(
        update(OfferRep)
        .where(OfferRep.offer_id == offer.id, OfferRep.rep_id == rep.id, OfferRep.state == AskState.ASKED)
        .values(state=AskState.PASSED, answered_at=now)
        .returning(OfferRep.id)
    ).one_or_none()
    if passed is None:
        return False
    session.add(Activity(lead_id=lead.id, at=now, kind=ActivityKind.PASSED, rep_id=rep.id))
    return True


def _nothing_to_pass(
    session: Session, lead: Lead, pool: Pool
) -> NotYourOfferError | AlreadyClaimedError | LeadClosedError:
    offer = open_offer(session, lead.id)
    if offer is None:
        return not_on_offer(session, lead, pool)
    return NotYourOfferError(session.get_one(Rep, offer.assignee_id).name if offer.assignee_id else None)


def _tell_nobody_is_asked(session: Session, lead: Lead, pool: Pool, reason: str, now: datetime) -> None:
    """Alert the managers at once: no rep is being asked, for this reason (D8)."""
    managers = active_reps(session, pool.managers)
    for manager in managers:
        tell(session, IntentKind.CLAIM_ALERT, f"{lead.id}:nobody", to_rep(manager.id), now)
    session.add(
        Activity(
            lead_id=lead.id,
            at=now,
            kind=ActivityKind.ESCALATED,
            facts={"ladder": LadderKind.CLAIM.value, "reason": reason, "told": [one.key for one in managers]},
        )
    )
