"""A lead's pool, whom it offers the lead to, and who is still there to look after it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Escalation, Lead, Offer, OfferState, Rep
from bot.team.live import LiveTeam, team_version
from bot.team.pools import Pool


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


def open_offer(session: Session, lead_id: int) -> Offer | None:
    """The lead's offer while nobody has claimed it."""
    return session.scalar(select(Offer).where(Offer.lead_id == lead_id, Offer.state == OfferState.OPEN))


def latest_offer(session: Session, lead_id: int) -> Offer | None:
    """The lead's last offer, open or not; None where it never was on offer."""
    offers = select(Offer).where(Offer.lead_id == lead_id).order_by(Offer.id.desc())
    return session.scalars(offers.limit(1)).one_or_none()
