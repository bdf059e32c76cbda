"""`/followup claim <lead>`."""

from bot.handlers.answers import said
from bot.handlers.claim import claim_or_keep, yours
from bot.handlers.command.asked import Asked
from bot.handlers.lookup import NoLeadNamedError, one_lead
from bot.messages.leads import title
from bot.outbox.rendering import SlackMessage


def claim_lead(asked: Asked) -> SlackMessage:
    """Raises what claiming raises, NoSuchLeadError, SeveralLeadsError."""
    with asked.edge.database.write() as session:
        rep = asked.rep(session)
        if not asked.words:
            raise NoLeadNamedError("claim")
        lead = one_lead(session, asked.words)
        if lead.owner_id == rep.id:
            return said(f"{title(lead)} is yours already. “/followup today” shows what is due.")
        return said(yours(claim_or_keep(session, lead.id, rep, asked.edge)))
