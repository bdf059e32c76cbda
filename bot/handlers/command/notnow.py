"""`/followup notnow <lead> <when>` (R27)."""

from bot.cadence import Report
from bot.db.models import Outcome
from bot.errors import FollowupError
from bot.handlers.command.asked import Asked
from bot.handlers.lookup import lead_and_rest
from bot.handlers.reading import reader_for
from bot.handlers.reporting import log_report
from bot.handlers.when import EXAMPLES, leading_moment
from bot.outbox.rendering import SlackMessage


class NoDateError(FollowupError):
    """“Not now” without the date to come back."""

    def __str__(self) -> str:
        return f"When do we come back to them? For example: {EXAMPLES}. Nothing was changed."


def not_now(asked: Asked) -> SlackMessage:
    """Raises NoSuchLeadError, SeveralLeadsError, UnclearDateError, NoDateError, and what logging raises."""
    now = asked.edge.business_now()
    with asked.edge.database.write() as session:
        rep = asked.rep(session)
        lead, rest = lead_and_rest(session, asked.words, "notnow")
        until, note = leading_moment(rest, reader_for(session, lead, rep, now))
        if until is None:
            raise NoDateError
        report = Report(Outcome.NOT_NOW, rep, note or None, until, request=asked.request)
        return log_report(session, lead, None, report, now).message
