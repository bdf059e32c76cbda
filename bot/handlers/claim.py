"""The Claim button."""

from slack_bolt import App, Args
from sqlalchemy.orm import Session

from bot.db.models import Lead, Rep
from bot.handlers.after import settle
from bot.handlers.answers import answered
from bot.handlers.edge import Edge, lead_pressed, rep_who_acts
from bot.messages.leads import title
from bot.routing import AlreadyClaimedError, claim


def register(bolt: App, edge: Edge) -> None:
    @bolt.action("claim")
    @answered
    def on_claim(args: Args) -> None:
        with edge.database.write() as session:
            rep = rep_who_acts(session, args.context.user_id)
            lead = claim_or_keep(session, lead_pressed(args, session), rep, edge)
            sentence = yours(lead)
        args.ack()
        settle(args, edge, sentence)


def claim_or_keep(session: Session, lead_id: int, rep: Rep, edge: Edge) -> Lead:
    """The lead, now this rep's. Slack delivers clicks twice at times: whoever has it already keeps it."""
    try:
        return claim(session, lead_id, rep, edge.business_now())
    except AlreadyClaimedError:
        lead = session.get_one(Lead, lead_id)
        if lead.owner_id != rep.id:
            raise
        return lead


def yours(lead: Lead) -> str:
    return f"{title(lead)} is yours. Your first touch is on its way to your messages with me."
