"""`/followup why <lead>`, for everybody."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Activity, ActivityKind, Lead, Offer, OfferRep
from bot.handlers.command.asked import Asked
from bot.handlers.lookup import NoLeadNamedError, one_lead
from bot.messages.load import people, zone_of
from bot.messages.why import Why, why_message
from bot.outbox.rendering import SlackMessage
from bot.routing import next_step

TOLD = (
    ActivityKind.RECEIVED,
    ActivityKind.WROTE_AGAIN,
    ActivityKind.TAKEN_BACK,
    ActivityKind.NUDGED,
    ActivityKind.ESCALATED,
    ActivityKind.CONTACT_MISSED,
    ActivityKind.PASSED,
    ActivityKind.CLAIMED,
    ActivityKind.ASSIGNED,
    ActivityKind.REASSIGNED,
    ActivityKind.FIRST_RESPONSE,
)


def explain_lead(asked: Asked) -> SlackMessage:
    """Every decision about whose lead it is. Raises NoSuchLeadError, SeveralLeadsError."""
    with asked.edge.database.read() as session:
        asked.rep(session)
        if not asked.words:
            raise NoLeadNamedError("why")
        return why_message(why_of(session, one_lead(session, asked.words)))


def why_of(session: Session, lead: Lead) -> Why:
    """The decisions as they were recorded, and what followed."""
    asks = session.scalars(
        select(OfferRep).join(Offer, Offer.id == OfferRep.offer_id).where(Offer.lead_id == lead.id)
    )
    told = select(Activity).where(
        Activity.lead_id == lead.id, Activity.kind.in_((*TOLD, ActivityKind.OFFERED))
    )
    events = session.scalars(told.order_by(Activity.id)).all()
    unasked = [
        each.facts for each in events if each.kind is ActivityKind.OFFERED and not each.facts.get("rep")
    ]
    everybody = people(session)
    only = [everybody[key].name for key in getattr(lead, "members", None) or () if key in everybody]
    return Why(
        lead=lead,
        zone=zone_of(session, lead),
        owner=everybody.get(lead.owner_id) if lead.owner_id else None,
        asks=sorted(asks, key=lambda ask: ask.id),
        unasked=unasked[-1] if unasked else None,
        events=[each for each in events if each.kind is not ActivityKind.OFFERED],
        next_step=next_step(session, lead.id),
        people=everybody,
        rule=getattr(lead, "rule", None),
        only=only,
        reasons=[(int(points), str(words)) for points, words in getattr(lead, "reasons", None) or ()],
    )
