"""Asking the next rep, and the next one after a pass (D5, D7, D8)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import String, cast, literal, select, update
from sqlalchemy.orm import Session

from bot.cadence import LeadClosedError, active_reps, open_offer, pool_of, rewrite_next_action
from bot.cadence.next_action import rewrite_next_actions
from bot.db.models import Activity, ActivityKind, AskState, LadderKind, Lead, Offer, OfferRep, OfferState, Rep
from bot.outbox.enqueue import IntentKind, in_round, posted_at, show, show_many, tell, to_pool, to_rep
from bot.routing.availability import members_of
from bot.routing.caps import loads_in_words, loads_of
from bot.routing.claims import lead_under_lock, not_on_offer
from bot.routing.eligibility import Situation, screen
from bot.routing.errors import AlreadyClaimedError, NotYourOfferError
from bot.routing.ladder import start_ladders
from bot.routing.ledger import Ledger, lock_pool
from bot.routing.rotation import Decision
from bot.routing.takenback import NO_REACTION, last_taken_back
from bot.team.live import LiveTeam, live_team, reps_by_key
from bot.team.pools import Pool

REASONS_TOLD = 3


def offer_leads(session: Session, leads: Sequence[Lead], live: LiveTeam, now: datetime) -> None:
    """Offer each of these leads of one pool, new or taken back, to whoever is next, and start their ladders.

    With nobody eligible an offer has no assignee, the managers hear of it at once and anybody may claim (D8).
    """
    if not leads:
        return
    session.flush()
    pool = live.team.pool(leads[0].pool)
    lock_pool(session, pool.key)
    turns = Turns(session, live, pool, leads, now)
    decisions = [turns.decide(lead) for lead in leads]
    offers = [_offer(lead, decision, now) for lead, decision in zip(leads, decisions, strict=True)]
    session.add_all(offers)
    session.flush()
    for lead, offer, decision in zip(leads, offers, decisions, strict=True):
        turns.ask(offer, decision)
        start_ladders(session, lead, live, now)
        if decision.chosen is None:
            _tell_nobody_is_asked(session, lead, pool, turns.why_nobody(decision), now)
        elif lead.id in turns.taken_back and _has_a_card(session, lead):
            tell_asked(session, offer, "again", decision.chosen.rep_id, now)
    session.flush()
    rewrite_next_actions(session, leads)
    cards = select(cast(Lead.id, String), literal(to_pool(pool.key)))
    cards = cards.where(Lead.id.in_([lead.id for lead in leads])).order_by(Lead.id)
    show_many(session, IntentKind.LEAD_CARD, cards, now)


def pass_offer(session: Session, lead_id: int, rep: Rep, now: datetime) -> Rep | None:
    """Who is asked after `rep`, or None when everybody has passed: then the managers hear of it at once.

    Where several are asked, the others stay asked and nobody new is. A pass spends the turn; the ladder's clock
    runs on from the lead's arrival. Raises NotYourOfferError, AlreadyClaimedError or
    LeadClosedError.
    """
    live = live_team(session)
    lead = lead_under_lock(session, lead_id)
    lock_pool(session, lead.pool)
    pool = pool_of(session, lead, live)
    offer = open_offer(session, lead.id)
    if offer is None or not _give_back(session, offer, rep, now):
        raise _nothing_to_pass(session, lead, pool)
    session.add(Activity(lead_id=lead.id, at=now, kind=ActivityKind.PASSED, rep_id=rep.id))
    asked = _still_asked(session, offer)
    if asked is None:
        asked = _ask_next(session, lead, offer, pool, live, now)
        if asked is None:
            _tell_nobody_is_asked(session, lead, pool, "everybody passed", now)
        else:
            tell_asked(session, offer, "passed", asked.id, now)
    offer.assignee_id = asked.id if asked else None
    session.flush()
    rewrite_next_action(session, lead)
    show(session, IntentKind.LEAD_CARD, lead.id, to_pool(lead.pool), now)
    return asked


def tell_asked(session: Session, offer: Offer, how: str, rep_id: int, now: datetime) -> None:
    """Tell a rep that they are asked: "passed" on to them, asked "too", or offered "again".

    An updated card notifies nobody.
    """
    subject = in_round(f"{offer.lead_id}:{how}", offer.id)
    tell(session, IntentKind.CLAIM_NUDGE, subject, to_rep(rep_id), now)


class Turns:
    """Deciding about leads of one pool, one after the other; hold the pool's lock.

    The turns spent are those of the leads' own pool, also where `pool` stands in for one that left.
    """

    def __init__(
        self, session: Session, live: LiveTeam, pool: Pool, leads: Sequence[Lead], now: datetime
    ) -> None:
        self._session, self._live, self._pool, self._now = session, live, pool, now
        self._members = reps_by_key(session, pool.members)
        self._ledger = Ledger(session, leads[0].pool, self._members, pool.members.weights)
        self._roster = members_of(session, live.team, pool, self._members, now)
        self._loads = loads_of(session, live.team, pool, self._members, now)
        self.taken_back = last_taken_back(session, leads)

    def decide(self, lead: Lead, asked: Collection[int] = ()) -> Decision:
        """Who gets it, apart from those already asked, by id; the turn is counted, `ask` writes it down."""
        screened = screen(
            Situation(
                self._session,
                self._live,
                self._pool,
                lead,
                self._members,
                asked,
                self._now,
                self._roster,
                self._loads,
                self._let_go(lead),
            )
        )
        words = loads_in_words(self._live.team, self._pool, self._members, self._loads)
        decision = self._ledger.decide(lead.id, screened.skips, screened.gone, self._now, words)
        if decision.chosen and decision.chosen.rep_id in self._loads:
            self._loads[decision.chosen.rep_id].one_more()
        return decision

    def ask(self, offer: Offer, decision: Decision) -> None:
        """Write down who is asked, why, and what it costs them."""
        chosen = decision.chosen
        if chosen:
            ask = OfferRep(offer_id=offer.id, rep_id=chosen.rep_id, asked_at=self._now)
            ask.decision = decision.record()
            self._session.add(ask)
            self._ledger.write_turn(chosen.rep_id, offer.id, self._now)
        # With nobody to ask, the timeline is where the decision is kept.
        facts = {"rep": chosen.rep} if chosen else {"rep": None, **decision.record()}
        self._session.add(
            Activity(lead_id=offer.lead_id, at=self._now, kind=ActivityKind.OFFERED, facts=facts)
        )

    def _let_go(self, lead: Lead) -> int | None:
        last = self.taken_back.get(lead.id)
        return last.rep_id if last and last.facts["reason"] == NO_REACTION else None

    def why_nobody(self, decision: Decision) -> str:
        """Why each of the members cannot be asked; of many, the first few."""
        names = {rep.key: rep.name for rep in self._members}
        told = [f"{names[one.rep]} {one.skipped}" for one in decision.considered[:REASONS_TOLD]]
        more = len(decision.considered) - len(told)
        return "; ".join(told) + (f"; and {more} more" if more else "")


def _offer(lead: Lead, decision: Decision, now: datetime) -> Offer:
    assignee_id = decision.chosen.rep_id if decision.chosen else None
    return Offer(
        lead_id=lead.id, pool=lead.pool, opened_at=now, assignee_id=assignee_id, state=OfferState.OPEN
    )


def _ask_next(
    session: Session, lead: Lead, offer: Offer, pool: Pool, live: LiveTeam, now: datetime
) -> Rep | None:
    asked = session.scalars(select(OfferRep.rep_id).where(OfferRep.offer_id == offer.id)).all()
    turns = Turns(session, live, pool, [lead], now)
    decision = turns.decide(lead, set(asked))
    turns.ask(offer, decision)
    session.flush()
    return session.get_one(Rep, decision.chosen.rep_id) if decision.chosen else None


def _give_back(session: Session, offer: Offer, rep: Rep, now: datetime) -> bool:
    """Whether `rep` was being asked and is no longer: the row decides, also on a second click."""
    given_back = session.execute(
        update(OfferRep)
        .where(OfferRep.offer_id == offer.id, OfferRep.rep_id == rep.id, OfferRep.state == AskState.ASKED)
        .values(state=AskState.PASSED, answered_at=now)
        .returning(OfferRep.id)
    )
    return given_back.one_or_none() is not None


def _still_asked(session: Session, offer: Offer) -> Rep | None:
    """Who else is being asked, the longest first."""
    others = select(Rep).join(OfferRep, OfferRep.rep_id == Rep.id)
    others = others.where(OfferRep.offer_id == offer.id, OfferRep.state == AskState.ASKED)
    return session.scalars(others.order_by(OfferRep.id).limit(1)).one_or_none()


def _nothing_to_pass(
    session: Session, lead: Lead, pool: Pool
) -> NotYourOfferError | AlreadyClaimedError | LeadClosedError:
    offer = open_offer(session, lead.id)
    if offer is None:
        return not_on_offer(session, lead, pool)
    return NotYourOfferError(session.get_one(Rep, offer.assignee_id).name if offer.assignee_id else None)


def _has_a_card(session: Session, lead: Lead) -> bool:
    """Whether its card stands in its pool's channel already."""
    return posted_at(session, IntentKind.LEAD_CARD, lead.id, to_pool(lead.pool)) is not None


def _tell_nobody_is_asked(session: Session, lead: Lead, pool: Pool, reason: str, now: datetime) -> None:
    """Alert the managers at once: no rep is being asked, for this reason (D8)."""
    managers = active_reps(session, pool.managers)
    facts = {"ladder": LadderKind.CLAIM.value, "reason": reason, "told": [one.key for one in managers]}
    escalated = Activity(lead_id=lead.id, at=now, kind=ActivityKind.ESCALATED, facts=facts)
    session.add(escalated)
    session.flush()
    for manager in managers:
        subject = in_round(f"{lead.id}:nobody", escalated.id)
        tell(session, IntentKind.CLAIM_ALERT, subject, to_rep(manager.id), now)
