"""`/followup claim <lead>`."""

from bot.handlers.answers import said
from bot.handlers.claim import claim_or_keep, yours
from bot.handlers.command.asked import Asked
from bot.handlers.lookup import NoLeadNamedError, one_lead
from bot.outbox.rendering import SlackMessage


def claim_lead(asked: Asked) -> SlackMessage:
    """Raises what claiming raises, NoSuchLeadError, SeveralLeadsError."""
    with asked.edge.database.write() as session:
        rep = asked.rep(session)
        if not asked.words:
            raise NoLeadNamedError("claim")
        lead = claim_or_keep(session, one_lead(session, asked.words).id, rep, asked.edge)
        return said(yours(lead))
