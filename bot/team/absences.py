"""Who is on leave, and who stands in for them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.db.models import Absence, AbsenceState, LeavePlan, Rep

Leave = tuple[datetime, datetime]
"""From the first moment away to the first moment back."""


def leave_of(session: Session, rep_ids: Collection[int], now: datetime) -> Mapping[int, Sequence[Leave]]:
    """The leave of each of these reps that is not over at `now`, running or to come."""
    found: defaultdict[int, list[Leave]] = defaultdict(list)
    for absence in session.scalars(_not_over(now).where(Absence.rep_id.in_(rep_ids))):
        found[absence.rep_id].append((absence.starts_at, absence.until))
    return found


def leave_ever(session: Session, rep_ids: Collection[int]) -> Mapping[int, Sequence[Leave]]:
    """All leave each of these reps ever had or has planned, as it was in the end."""
    found: defaultdict[int, list[Leave]] = defaultdict(list)
    for absence in session.scalars(select(Absence).where(Absence.rep_id.in_(rep_ids))):
        found[absence.rep_id].append((absence.starts_at, absence.until))
    return found


def absences_now(session: Session, now: datetime) -> dict[int, Absence]:
    """Everybody's leave that runs at `now`, by rep id."""
    running = session.scalars(_not_over(now).where(Absence.starts_at <= now))
    return {absence.rep_id: absence for absence in running}


def stand_in_of(session: Session, rep_id: int, now: datetime) -> int:
    """Who looks after this rep's leads at `now`: the rep, or while they are away whoever covers for them.

    Where a cover is away too, it is their cover. The rep where nobody covers.
    """
    away = absences_now(session, now)
    at, seen = rep_id, {rep_id}
    while (absence := away.get(at)) is not None:
        following = absence.cover_id
        if absence.plan is LeavePlan.WAIT or following is None or following in seen:
            return rep_id
        at = following
        seen.add(at)
    return at if _is_active(session, at) else rep_id


def stands_in(session: Session, rep: Rep, owner_id: int | None, now: datetime) -> bool:
    """Whether `rep` looks after this owner's leads at `now`, being somebody else."""
    return owner_id not in (None, rep.id) and stand_in_of(session, owner_id or 0, now) == rep.id


def _is_active(session: Session, rep_id: int) -> bool:
    return session.get_one(Rep, rep_id).active


def _not_over(now: datetime) -> Select[Absence]:
    return select(Absence).where(Absence.state != AbsenceState.OVER, Absence.until > now)
