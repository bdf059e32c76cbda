"""`/followup assign <lead> @rep`."""

from bot.errors import FollowupError
from bot.handlers.answers import said
from bot.handlers.command.asked import Asked
from bot.handlers.giving import handed_over
from bot.handlers.lookup import find_leads, one_lead
from bot.handlers.people import named_rep
from bot.messages.mrkdwn import literal
from bot.outbox.rendering import SlackMessage
from bot.routing import AlreadyTheirsError, give

LONGEST_NAME = 4
"""Nobody's name that anybody types has more words."""


class NothingToAssignError(FollowupError):
    """The command needs a lead and a person."""

    def __init__(self) -> None:
        super().__init__("Which lead, and who gets it? Try “/followup assign L-1042 @ana”.")


def assign_lead(asked: Asked) -> SlackMessage:
    """The lead given to somebody else. Raises what reassigning raises, NoSuchLeadError, NoSuchRepError."""
    now = asked.edge.business_now()
    with asked.edge.database.write() as session:
        by = asked.rep(session)
        words = asked.words.split()
        if len(words) < 2:
            raise NothingToAssignError
        # Both may have several words; the longest name of a lead that exists is the one meant.
        ends = range(len(words) - 1, max(0, len(words) - 1 - LONGEST_NAME), -1)
        end = next((end for end in ends if find_leads(session, " ".join(words[:end]))), len(words) - 1)
        lead = one_lead(session, " ".join(words[:end]))
        to = named_rep(session, " ".join(words[end:]))
        try:
            handed = give(session, lead, to, by, now)
        except AlreadyTheirsError as already:
            # Slack delivers a command twice at times.
            return said(str(already))
        sentence, blocks = handed_over(session, lead, to, handed, now)
        return SlackMessage(literal(sentence, 400), blocks)
