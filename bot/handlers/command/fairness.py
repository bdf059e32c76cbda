"""`/followup fairness [pool]`, for everybody."""

from datetime import timedelta

from bot.errors import FollowupError
from bot.handlers.command.asked import Asked
from bot.handlers.homepage import home_zone, pools_managed
from bot.messages.fairness import fairness_message
from bot.outbox.rendering import SlackMessage
from bot.routing import is_member
from bot.routing.fairness import fairness
from bot.team.fields import did_you_mean
from bot.team.live import live_team

DAYS = 30


class NoSuchPoolError(FollowupError):
    """The word is no pool's name."""

    def __init__(self, asked: str, pools: list[str]) -> None:
        super().__init__(f"There is no pool “{asked[:60]}”.{did_you_mean(asked, pools)}")


def show_fairness(asked: Asked) -> SlackMessage:
    """The turns of the pool named, else of the asker's own, else of the first. Raises NoSuchPoolError."""
    with asked.edge.database.read() as session:
        rep, live = asked.rep(session), live_team(session)
        pools = list(live.team.pools)
        mine = [key for key in pools if is_member(live, key, rep)] or list(pools_managed(live, rep)) or pools
        key = asked.words.lower() or mine[0]
        if key not in pools:
            raise NoSuchPoolError(asked.words, pools)
        since = asked.edge.business_now() - timedelta(days=DAYS)
        others = [other for other in pools if other != key]
        state = fairness(session, live.team.pool(key), since)
        return fairness_message(state, DAYS, others, home_zone(live, [key]))
