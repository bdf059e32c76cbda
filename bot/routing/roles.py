"""Who may do what in a pool."""

from bot.db.models import Rep
from bot.team.live import LiveTeam


def is_member(live: LiveTeam, pool_key: str, rep: Rep) -> bool:
    """Whether the live document names `rep` among the pool's members."""
    return pool_key in live.team.pools and rep.key in live.team.pool(pool_key).members


def is_manager(live: LiveTeam, pool_key: str | None, rep: Rep) -> bool:
    """Whether `rep` manages this pool; with None, any pool."""
    keys = live.team.pools if pool_key is None else {pool_key} & set(live.team.pools)
    return any(rep.key in live.team.pool(key).managers for key in keys)
