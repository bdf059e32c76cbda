"""`/followup stats [today|7d|30d] [@rep]`: managers see everybody, a rep sees their own part."""

from bot.db.models import Rep
from bot.errors import FollowupError
from bot.handlers.command.asked import Asked
from bot.handlers.homepage import home_zone, pools_managed
from bot.handlers.people import named_rep
from bot.messages.stats import rep_stats_blocks, stats_blocks
from bot.outbox.rendering import SlackMessage
from bot.routing import is_member
from bot.stats import period, rep_stats, team_stats
from bot.team.live import LiveTeam, live_team

USUAL_PERIOD = "7d"


class OnlyForManagersError(FollowupError):
    """Figures about other people are for those who manage them."""

    def __str__(self) -> str:
        return "The figures of other people are for their managers. “/followup stats” shows yours."


def show_stats(asked: Asked) -> SlackMessage:
    """The figures of the pools this person manages, or of one rep; a rep's own without asking.

    Raises OnlyForManagersError, UnknownPeriodError, NoSuchRepError.
    """
    word, at, name = asked.words.partition("@")
    with asked.edge.database.snapshot() as session:
        rep, live = asked.rep(session), live_team(session)
        managed = pools_managed(live, rep)
        chosen = period(word or USUAL_PERIOD, asked.edge.business_now(), home_zone(live, managed).key)
        if managed and not at:
            return stats_blocks(team_stats(session, managed, chosen.since, chosen.until), chosen.label)
        whose = named_rep(session, name) if at else rep
        pools = _pools_to_see(live, rep, whose)
        return rep_stats_blocks(rep_stats(session, whose, pools, chosen.since, chosen.until), chosen.label)


def _pools_to_see(live: LiveTeam, asking: Rep, whose: Rep) -> tuple[str, ...] | None:
    """All of one's own (None), and of another what one manages. Raises OnlyForManagersError."""
    if asking.id == whose.id:
        return None
    managed = pools_managed(live, asking)
    if not any(is_member(live, key, whose) for key in managed):
        raise OnlyForManagersError
    return managed
