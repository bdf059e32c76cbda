"""Who is there to be asked: working hours, leave, on call, and what Slack says of people (R37, D3)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.businesstime import Calendar, next_opening
from bot.db.models import Presence, Rep
from bot.team.absences import Leave, leave_of
from bot.team.document import Team
from bot.team.pools import Pool

FRESH = timedelta(minutes=5)
"""How long what Slack said of somebody is believed; after that nothing is known, and they count as reachable."""


class Member(NamedTuple):
    """A member of a pool and all that says whether they are there."""

    id: int
    key: str
    calendar: Calendar
    leave: Sequence[Leave] = ()
    quiet: str | None = None
    """Why Slack would not reach them now; None when it would, or when nobody knows."""

    def away_until(self, at: datetime) -> datetime | None:
        """The end of the leave that runs at `at`, if one does."""
        return next((until for starts_at, until in self.leave if starts_at <= at < until), None)


def members_of(session: Session, team: Team, pool: Pool, reps: Sequence[Rep], now: datetime) -> list[Member]:
    """The pool's members with their hours and leave, and their presence where the pool asks for it."""
    leave = leave_of(session, [rep.id for rep in reps], now)
    quiet = _quiet(session, reps, now) if pool.presence else {}
    hours = team.hours_of_members(pool)
    return [Member(rep.id, rep.key, hours[rep.key], leave.get(rep.id, ()), quiet.get(rep.id)) for rep in reps]


def who_is_off(members: Collection[Member], pool: Pool, now: datetime) -> dict[int, str]:
    """Those of `members` who are not to be asked at `now`, by id, each with the reason as a rep reads it.

    Whoever is at work is asked; of these the ones whom Slack reaches, if it reaches any. With nobody at work it is
    whoever is on call; without such a rotation a closed pool's lead goes by turn to those who work when it opens
    (D3). Where nobody is left, nobody is asked (D8).
    """
    hours = _Hours()
    at_work = [one for one in members if hours.works(one, now)]
    asked = [one for one in at_work if one.quiet is None] or at_work
    if not asked:
        asked = _on_call(members, pool, now) or _at_opening(members, pool, now, hours)
    there = {one.id for one in asked}
    return {one.id: _reason(one, now, hours) for one in members if one.id not in there}


def _on_call(members: Collection[Member], pool: Pool, now: datetime) -> list[Member]:
    """Whoever is on call, or the next of the rotation who is not on leave; empty without a rotation."""
    if pool.on_call is None:
        return []
    there = {one.key: one for one in members if one.away_until(now) is None}
    return [there[key] for key in pool.on_call.order(now, pool.calendar.zone) if key in there][:1]


def _at_opening(members: Collection[Member], pool: Pool, now: datetime, hours: "_Hours") -> list[Member]:
    opens = hours.opening(pool.calendar, now)
    return [] if opens == now else [one for one in members if hours.works(one, opens)]


class _Hours:
    """Openings at a few moments, each calendar looked into once: most members share their pool's."""

    def __init__(self) -> None:
        self._openings: dict[tuple[int, datetime], datetime] = {}
        self._words: dict[int, str] = {}

    def opening(self, calendar: Calendar, at: datetime) -> datetime:
        key = id(calendar), at
        if key not in self._openings:
            self._openings[key] = next_opening(at, calendar)
        return self._openings[key]

    def off_until(self, calendar: Calendar, now: datetime) -> str:
        """The reason of whoever is off by this calendar."""
        if id(calendar) not in self._words:
            local = self.opening(calendar, now).astimezone(ZoneInfo(calendar.zone))
            self._words[id(calendar)] = f"off until {local:%a %H:%M}"
        return self._words[id(calendar)]

    def works(self, member: Member, at: datetime) -> bool:
        return member.away_until(at) is None and self.opening(member.calendar, at) == at


def _reason(member: Member, now: datetime, hours: _Hours) -> str:
    opens = hours.opening(member.calendar, now)
    if until := member.away_until(now) or member.away_until(opens):
        local = until.astimezone(ZoneInfo(member.calendar.zone))
        return f"away until {local:%a} {local.day} {local:%b}"
    return hours.off_until(member.calendar, now) if opens > now else member.quiet or "off"


def _quiet(session: Session, reps: Sequence[Rep], now: datetime) -> Mapping[int, str]:
    said = select(Presence).where(
        Presence.rep_id.in_([rep.id for rep in reps]), Presence.seen_at > now - FRESH, Presence.seen_at <= now
    )
    found: dict[int, str] = {}
    for presence in session.scalars(said):
        if presence.quiet_until and presence.quiet_until > now:
            found[presence.rep_id] = "do not disturb"
        elif not presence.active:
            found[presence.rep_id] = "away in Slack"
    return found
