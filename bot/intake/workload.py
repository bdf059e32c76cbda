"""What everybody would have on their hands in a replay: their caps count there, too."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Activity, ActivityKind, Lead, Rep
from bot.routing.caps import WORKED_ON, Load, beginnings, has_caps
from bot.team.document import Team
from bot.team.pools import Pool


@dataclass(frozen=True)
class _Had:
    pool: str
    since: datetime
    until: datetime | None
    """When the work on it ended; None while it goes on."""
    asked: bool = True
    """Whether it was their turn; not for what they have beside the leads that are replayed."""


class Workload:
    """Whose the leads are as the replay goes on: whoever is asked first has a lead until it was really done with.

    All other leads are their owners', from arrival.
    """

    def __init__(self, session: Session, replayed: Collection[Lead]) -> None:
        self._ends = _ends(session)
        self._had: defaultdict[str, list[_Had]] = defaultdict(list)
        ids = {lead.id for lead in replayed}
        owned = select(Lead.id, Rep.key, Lead.pool, Lead.received_at).join(Rep, Rep.id == Lead.owner_id)
        for lead_id, key, pool, received_at in session.execute(owned):
            if lead_id not in ids:
                self._had[key].append(_Had(pool, received_at, self._ends.get(lead_id), asked=False))

    def add(self, rep: str, lead: Lead) -> None:
        """`rep` was asked first for this lead, in the pool it is in now."""
        self._had[rep].append(_Had(lead.pool, lead.received_at, self._ends.get(lead.id)))

    def loads(self, team: Team, pool: Pool, members: Sequence[Rep], now: datetime) -> dict[int, Load]:
        """The load of every member who has a cap, by id."""
        return {rep.id: self._load(rep.key, pool, now) for rep in members if has_caps(team, pool, rep)}

    def _load(self, rep: str, pool: Pool, now: datetime) -> Load:
        load, (today, week) = Load(), beginnings(pool, now)
        # What is over and of no week that still runs in any zone is never looked at again.
        oldest = week - timedelta(days=1)
        had = [one for one in self._had[rep] if one.until is None or one.until > now or one.since >= oldest]
        self._had[rep] = had
        for one in had:
            for counted in (load.here, load.everywhere) if one.pool == pool.key else (load.everywhere,):
                counted.open += one.since <= now and (one.until is None or one.until > now)
                counted.per_day += one.asked and one.since >= today
                counted.per_week += one.asked and one.since >= week
        return load


def _ends(session: Session) -> Mapping[int, datetime]:
    """When the work on each lead ended that nobody works on any more: closed, or at rest since its last event."""
    last = (
        select(Activity.lead_id, func.max(Activity.at).label("at"))
        .where(Activity.kind.in_((ActivityKind.OUTCOME, ActivityKind.PLAN_FINISHED)))
        .group_by(Activity.lead_id)
        .subquery()
    )
    done = (
        select(Lead.id, func.coalesce(Lead.closed_at, last.c.at, Lead.received_at))
        .outerjoin(last, last.c.lead_id == Lead.id)
        .where(Lead.status.not_in(WORKED_ON))
    )
    return dict(session.execute(done).all())
