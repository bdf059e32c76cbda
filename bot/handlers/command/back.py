"""`/followup back [@rep]`: the leave ends now, or the next one is called off."""

from bot.handlers.answers import said
from bot.handlers.command.asked import Asked
from bot.handlers.leaving import check_may_plan
from bot.handlers.people import named_rep
from bot.messages.leave import came_back
from bot.messages.leave_state import leave_state
from bot.outbox.rendering import SlackMessage
from bot.routing import come_back
from bot.team.live import live_team


def be_back(asked: Asked) -> SlackMessage:
    """Raises NotAwayError, NoSuchRepError, NotYourTeamError."""
    with asked.edge.database.write() as session:
        by = asked.rep(session)
        rep = named_rep(session, asked.words) if asked.words else by
        check_may_plan(live_team(session), by, rep)
        now = asked.edge.business_now()
        sentence, more = came_back(leave_state(session, come_back(session, rep, now)), by, now)
        message = said(sentence)
        return SlackMessage(message.text, [*message.blocks, *more])
