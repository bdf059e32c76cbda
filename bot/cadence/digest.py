"""Every morning each rep hears what their day holds, and managers what is overdue (R52)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.cadence.due import next_business_morning
from bot.cadence.reminders import reminder_of
from bot.db.models import (
    OPEN_STATUSES,
    OPEN_TASKS,
    Activity,
    ActivityKind,
    Lead,
    Outcome,
    Rep,
    Task,
)
from bot.db.sql import due_between
from bot.outbox.enqueue import IntentKind, tell, to_rep
from bot.team.live import LiveTeam, live_team

_ANSWERS = (Outcome.REPLIED.value, Outcome.BOOKED.value)


@dataclass(frozen=True)
class Overdue:
    """What one rep has left undone: how many tasks were due before today, the oldest since when."""

    rep: Rep
    tasks: int
    since: datetime


@dataclass(frozen=True)
class Digest:
    """A rep's morning: tasks due today and earlier, who answered since the last one, what their team left undone."""

    rep: Rep
    morning: datetime
    zone: ZoneInfo
    today: Sequence[Task] = ()
    overdue: Sequence[Task] = ()
    answered: Sequence[Lead] = ()
    team_overdue: Sequence[Overdue] = ()
    unclaimed: int = 0
    """Leads of the pools they manage that nobody has."""
    oldest_unclaimed: Lead | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.today or self.overdue or self.answered or self.team_overdue or self.unclaimed)


def fire_due_digests(
    session: Session, now: datetime, limit: int = 100, *, since: datetime | None = None
) -> int:
    """How many people's morning has come, at `since` or later: each is told once, and today's reminder and the next
    morning are planned."""
    due = select(Rep).where(Rep.digest_at.is_not(None), *due_between(Rep.digest_at, since, now))
    reps = session.scalars(
        due.order_by(Rep.digest_at, Rep.id).limit(limit).with_for_update(skip_locked=True),
        execution_options={"populate_existing": True},
    ).all()
    if not reps:
        return 0
    live = live_team(session)
    for rep in reps:
        if rep.active and rep.digested_at:
            subject = f"{int(rep.digested_at.timestamp())}:{int(now.timestamp())}"
            tell(session, IntentKind.DIGEST, subject, to_rep(rep.id), now)
        rep.digested_at = now
        calendar = live.team.calendar_of(rep.key)
        rep.digest_at = next_business_morning(now, calendar) if rep.active else None
        rep.remind_at = reminder_of(now, calendar, live.team.remind_at) if rep.active else None
    return len(reps)


def digest(session: Session, rep: Rep, live: LiveTeam, last: datetime, morning: datetime) -> Digest:
    """This rep's digest of the day of `morning`, as things stand now; `last` is when they had the one before."""
    zone = ZoneInfo(live.team.calendar_of(rep.key).zone)
    day = morning.astimezone(zone).date()
    starts = datetime.combine(day, time.min, zone)
    ends = datetime.combine(day + timedelta(days=1), time.min, zone)
    mine = select(Task).where(Task.owner_id == rep.id, Task.state.in_(OPEN_TASKS), Task.due_at < ends)
    tasks = session.scalars(mine.order_by(Task.due_at, Task.id)).all()
    managed = tuple(key for key, pool in live.team.pools.items() if rep.key in pool.managers)
    unclaimed, oldest = _unclaimed(session, managed)
    return Digest(
        rep,
        morning,
        zone,
        today=[task for task in tasks if task.due_at >= starts],
        overdue=[task for task in tasks if task.due_at < starts],
        answered=_answered(session, rep, last),
        team_overdue=_team_overdue(session, managed, starts),
        unclaimed=unclaimed,
        oldest_unclaimed=oldest,
    )


def _answered(session: Session, rep: Rep, since: datetime) -> Sequence[Lead]:
    answers = select(Activity.lead_id).where(
        Activity.kind.in_([ActivityKind.OUTCOME, ActivityKind.WROTE_AGAIN]),
        Activity.undone_at.is_(None),
        Activity.at >= since,
        or_(Activity.kind == ActivityKind.WROTE_AGAIN, Activity.facts["outcome"].as_string().in_(_ANSWERS)),
    )
    mine = select(Lead).where(Lead.owner_id == rep.id, Lead.id.in_(answers))
    return session.scalars(mine.order_by(Lead.id)).all()


def _team_overdue(session: Session, pools: Sequence[str], starts: datetime) -> Sequence[Overdue]:
    late = (
        select(Task.owner_id, func.count(), func.min(Task.due_at))
        .join(Lead, Lead.id == Task.lead_id)
        .where(Lead.pool.in_(pools), Task.state.in_(OPEN_TASKS), Task.due_at < starts)
        .group_by(Task.owner_id)
        .order_by(func.count().desc(), Task.owner_id)
    )
    found = session.execute(late) if pools else ()
    return [Overdue(session.get_one(Rep, rep_id), count, since) for rep_id, count, since in found]


def _unclaimed(session: Session, pools: Sequence[str]) -> tuple[int, Lead | None]:
    """How many open leads nobody has, and the one that has waited longest."""
    if not pools:
        return 0, None
    nobodys = (Lead.owner_id.is_(None), Lead.pool.in_(pools), Lead.status.in_(OPEN_STATUSES))
    count = session.scalar(select(func.count()).select_from(Lead).where(*nobodys)) or 0
    oldest = select(Lead).where(*nobodys).order_by(Lead.received_at, Lead.id).limit(1)
    return count, session.scalars(oldest).one_or_none()
