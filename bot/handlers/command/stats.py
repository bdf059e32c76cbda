"""`/followup stats [today|7d|30d]`, for managers."""

from bot.errors import FollowupError
from bot.handlers.command.asked import Asked
from bot.handlers.homepage import home_zone, pools_managed
from bot.messages.stats import stats_blocks
from bot.outbox.rendering import SlackMessage
from bot.stats import period, team_stats
from bot.team.live import live_team

USUAL_PERIOD = "7d"


class OnlyForManagersError(FollowupError):
    """Figures about people are for those who manage them."""

    def __str__(self) -> str:
        return "The figures are for managers of a pool. “/followup today” shows your own work."


def show_stats(asked: Asked) -> SlackMessage:
    """The figures of the pools this person manages. Raises OnlyForManagersError, UnknownPeriodError."""
    with asked.edge.database.read() as session:
        rep, live = asked.rep(session), live_team(session)
        managed = pools_managed(live, rep)
        if not managed:
            raise OnlyForManagersError
        zone = home_zone(live, managed).key
        chosen = period(asked.words or USUAL_PERIOD, asked.edge.business_now(), zone)
        return stats_blocks(team_stats(session, managed, chosen.since, chosen.until), chosen.label)
