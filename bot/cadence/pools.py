"""A lead's pool, which may have left the team document since the lead came."""

from bot.db.models import Lead
from bot.team.live import LiveTeam
from bot.team.pools import Pool


def pool_of(lead: Lead, live: LiveTeam) -> Pool:
    """The lead's pool; the default one when its own is gone, so that nothing due is lost with it."""
    return live.team.pools.get(lead.pool) or live.team.pool(live.team.default_pool)
