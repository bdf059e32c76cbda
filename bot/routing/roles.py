"""Who may do what in a pool."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Escalation, Lead, Rep
from bot.team.live import LiveTeam, team_version
from bot.team.pools import Pool


def is_member(live: LiveTeam, pool_key: str, rep: Rep) -> bool:
    """Whether the live document names `rep` among the pool's members."""
    return pool_key in live.team.pools and rep.key in live.team.pool(pool_key).members


def is_manager(live: LiveTeam, pool_key: str | None, rep: Rep) -> bool:
    """Whether `rep` manages this pool; with None, any pool."""
    keys = live.team.pools if pool_key is None else {pool_key} & set(live.team.pools)
    return any(rep.key in live.team.pool(key).managers for key in keys)


def pool_of(session: Session, lead: Lead, live: LiveTeam) -> Pool:
    """The lead's pool as it is now, with at least one manager on the team.

    For a pool that left the document: as it was when the lead came, or, when its managers left too, the default one.
    """
    if lead.pool in live.team.pools:
        return live.team.pool(lead.pool)
    version_id = session.scalar(
        select(func.max(Escalation.team_version_id)).where(Escalation.lead_id == lead.id)
    )
    if version_id is not None:
        left = team_version(session, version_id).team.pool(lead.pool)
        if active_reps(session, left.managers):
            return left
    return live.team.pool(live.team.default_pool)


def active_reps(session: Session, keys: tuple[str, ...]) -> list[Rep]:
    """The rows of those who are still on the team, in the order of `keys`."""
    rows = {
        rep.key: rep for rep in session.scalars(select(Rep).where(Rep.key.in_(keys), Rep.active.is_(True)))
    }
    return [rows[key] for key in keys if key in rows]
