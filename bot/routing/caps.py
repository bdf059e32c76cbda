"""The most leads a rep is offered: how far everybody is from their caps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.db.models import AskState, Lead, Offer, OfferRep, OfferState, Rep, Status, Turn
from bot.team.document import Team
from bot.team.members import Caps
from bot.team.pools import Pool

WORKED_ON = (Status.ACTIVE, Status.FOLLOW_UP, Status.BOOKED)
"""What counts as an open lead here: nurture asks nothing of anybody before it is over."""


@dataclass
class Counted:
    """Leads of a rep."""

    per_day: int = 0
    per_week: int = 0
    open: int = 0

    def one_more(self) -> None:
        self.per_day, self.per_week, self.open = self.per_day + 1, self.per_week + 1, self.open + 1


@dataclass
class Load:
    """What a rep has on their hands, in this pool and in all of them."""

    here: Counted = field(default_factory=Counted)
    everywhere: Counted = field(default_factory=Counted)

    def one_more(self) -> None:
        """They were asked for another lead."""
        self.here.one_more()
        self.everywhere.one_more()


def loads_of(
    session: Session, team: Team, pool: Pool, members: Sequence[Rep], now: datetime
) -> dict[int, Load]:
    """The load of every member who has a cap, by id; three statements, none when nobody has one."""
    loads = {rep.id: Load() for rep in members if has_caps(team, pool, rep)}
    if loads:
        _count_turns(session, pool, loads, now)
        _count_open(session, pool, loads)
    return loads


def measures(team: Team, pool: Pool, rep: Rep, load: Load) -> Iterator[tuple[int, int, str]]:
    """(how many, of how many at most, of what) for each of a rep's caps."""
    for caps, counted, where in (
        (pool.caps, load.here, ""),
        (_own_caps(team, rep), load.everywhere, " in all pools"),
    ):
        for used, most, what in (
            (counted.open, caps.open, "open leads"),
            (counted.per_day, caps.per_day, "leads today"),
            (counted.per_week, caps.per_week, "leads this week"),
        ):
            if most is not None:
                yield used, most, what + where


def has_caps(team: Team, pool: Pool, rep: Rep) -> bool:
    """Whether there is a limit at all to what they are asked for here."""
    return bool(pool.caps or _own_caps(team, rep))


def loads_in_words(
    team: Team, pool: Pool, members: Sequence[Rep], loads: Mapping[int, Load]
) -> dict[int, tuple[str, ...]]:
    """How far each member is from each of their caps, by id."""
    return {
        rep.id: tuple(in_words(*each) for each in measures(team, pool, rep, loads[rep.id]))
        for rep in members
        if rep.id in loads
    }


def in_words(used: int, most: int, what: str) -> str:
    """ "3 of 12 open leads"."""
    return f"{used} of {most} {what}"


def beginnings(pool: Pool, now: datetime) -> tuple[datetime, datetime]:
    """When today began, and this week: by the clock of the pool's zone."""
    local = now.astimezone(ZoneInfo(pool.calendar.zone))
    monday = local.date() - timedelta(days=local.weekday())
    today, week = (datetime.combine(day, time.min, local.tzinfo) for day in (local.date(), monday))
    return today, week


def _own_caps(team: Team, rep: Rep) -> Caps:
    return team.reps[rep.key].caps if rep.key in team.reps else Caps()


def _count_turns(session: Session, pool: Pool, loads: Mapping[int, Load], now: datetime) -> None:
    """Count the leads whose turn they had and kept: a turn that was given back is none."""
    day, week = beginnings(pool, now)
    kept = (
        select(
            Turn.rep_id,
            (Turn.pool == pool.key).label("here"),
            func.max(case((Turn.amount > 0, Turn.at))).label("at"),
        )
        .where(Turn.rep_id.in_(loads), Turn.at >= week, Turn.offer_id.is_not(None))
        .group_by(Turn.rep_id, Turn.pool, Turn.offer_id)
        .having(func.sum(Turn.amount) > 0)
        .subquery()
    )
    today = func.count(case((kept.c.at >= day, 1)))
    counts = select(kept.c.rep_id, kept.c.here, func.count(), today).group_by(kept.c.rep_id, kept.c.here)
    for rep_id, here, in_week, in_day in session.execute(counts):
        for counted in _where(loads[rep_id], here):
            counted.per_week += in_week
            counted.per_day += in_day


def _count_open(session: Session, pool: Pool, loads: Mapping[int, Load]) -> None:
    """Count the leads they own and work on, and those they are being asked about."""
    here = (Lead.pool == pool.key).label("here")
    owned = select(Lead.owner_id, here, func.count()).where(
        Lead.owner_id.in_(loads), Lead.status.in_(WORKED_ON)
    )
    asked_here = (Offer.pool == pool.key).label("here")
    asked = (
        select(OfferRep.rep_id, asked_here, func.count())
        .join(Offer, Offer.id == OfferRep.offer_id)
        .where(Offer.state == OfferState.OPEN, OfferRep.state == AskState.ASKED, OfferRep.rep_id.in_(loads))
    )
    rows = [
        *session.execute(owned.group_by(Lead.owner_id, here)),
        *session.execute(asked.group_by(OfferRep.rep_id, asked_here)),
    ]
    for rep_id, is_here, count in rows:
        for counted in _where(loads[rep_id], is_here):
            counted.open += count


def _where(load: Load, here: bool) -> list[Counted]:
    return [load.here, load.everywhere] if here else [load.everywhere]
