"""`/followup lead <lead>`."""

from bot.handlers.command.asked import Asked
from bot.handlers.lookup import NoLeadNamedError, one_lead
from bot.messages.lead_view import lead_view
from bot.messages.leads import title
from bot.messages.load import lead_view_of
from bot.messages.mrkdwn import literal
from bot.outbox.rendering import SlackMessage


def show_lead(asked: Asked) -> SlackMessage:
    """The lead's card and timeline. Raises NoSuchLeadError, SeveralLeadsError."""
    with asked.edge.database.read() as session:
        rep = asked.rep(session)
        if not asked.words:
            raise NoLeadNamedError("lead")
        lead = one_lead(session, asked.words)
        blocks = lead_view(lead_view_of(session, lead, rep, asked.edge.business_now()))
        return SlackMessage(f"{lead.ref} {literal(title(lead), 150)}", blocks)
