"""Asking the next rep besides those who are asked already (D1): one more who may claim, not another offer."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence import open_offer
from bot.db.models import Lead, OfferRep, Rep
from bot.routing.ledger import lock_pool
from bot.routing.offers import Turns, tell_asked
from bot.team.live import LiveTeam
from bot.team.pools import Pool


def ask_next_too(session: Session, lead: Lead, pool: Pool, live: LiveTeam, now: datetime) -> Rep | None:
    """Who is asked now besides the others, or None when there is nobody left to ask. Hold the lead's lock.

    It costs them a turn like any other offer; it comes back if somebody takes the lead before they are nudged.
    """
    offer = open_offer(session, lead.id)
    if offer is None or lead.pool not in live.team.pools:
        return None
    lock_pool(session, lead.pool)
    asked = set(session.scalars(select(OfferRep.rep_id).where(OfferRep.offer_id == offer.id)))
    turns = Turns(session, live, pool, [lead], now)
    decision = turns.decide(lead, asked)
    if decision.chosen is None:
        return None
    if offer.assignee_id is None:
        offer.assignee_id = decision.chosen.rep_id
    turns.ask(offer, decision)
    tell_asked(session, offer, "too", decision.chosen.rep_id, now)
    return session.get_one(Rep, decision.chosen.rep_id)
