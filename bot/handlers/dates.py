"""The moments that people mean by a day, a span or a choice of snooze."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bot.businesstime import Calendar, next_opening
from bot.db.models import Outcome

MORNING = time(9)
FIRST_DAY, LAST_DAY = date(1971, 1, 1), date(2100, 1, 1)
"""Calendars end somewhere. Days beyond these are refused as passed, or as too far away, and so are these."""
DATED = frozenset({Outcome.BOOKED, Outcome.NOT_NOW, Outcome.SNOOZE})
"""The outcomes that have a date: of the call, to come back, to be asked again."""
_CENTURY = timedelta(days=36525)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks", "mo": "months"}


def morning_of(day: date, calendar: Calendar) -> datetime:
    """Nine o'clock of that day where the pool is, or when it opens next after that; UTC."""
    day = min(max(day, FIRST_DAY), LAST_DAY)
    return next_opening(datetime.combine(day, MORNING, ZoneInfo(calendar.zone)), calendar)


def moment_of(timestamp: int) -> datetime:
    """The instant of a Unix timestamp, kept between the first and the last day; UTC."""
    first, last = (datetime.combine(day, time.min, UTC) for day in (FIRST_DAY, LAST_DAY))
    return datetime.fromtimestamp(min(max(timestamp, first.timestamp()), last.timestamp()), UTC)


def snoozed_until(choice: str, now: datetime, calendar: Calendar) -> datetime:
    """Minutes from now, or with "tomorrow" the pool's next morning."""
    if choice != "tomorrow":
        return now + timedelta(minutes=int(choice))
    return morning_of(now.astimezone(ZoneInfo(calendar.zone)).date() + timedelta(days=1), calendar)


def typed_moment(word: str, now: datetime, calendar: Calendar) -> datetime | None:
    """A moment as people type it, `2h`, `3d`, `2mo`, `tomorrow` or `2026-11-30`; None when it is none of these.

    Days, weeks and months keep the time of day where the pool is.
    """
    if word.lower() == "tomorrow":
        return snoozed_until("tomorrow", now, calendar)
    if span := re.fullmatch(r"(\d{1,3})(mo|[mhdw])", word.lower()):
        return _after(now, _UNITS[span[2]], int(span[1]), calendar)
    try:
        day = date.fromisoformat(word)
    except ValueError:
        return None
    # Far enough for any plan, near enough for any calendar; what is no use nearer is refused when it is logged.
    nearest, farthest = now - _CENTURY, now + _CENTURY
    return morning_of(min(max(day, nearest.date()), farthest.date()), calendar)


def _after(now: datetime, unit: str, number: int, calendar: Calendar) -> datetime:
    if unit in ("minutes", "hours"):
        return now + timedelta(**{unit: number})
    span = {"days": relativedelta(days=number), "weeks": relativedelta(weeks=number)}
    local = now.astimezone(ZoneInfo(calendar.zone)) + span.get(unit, relativedelta(months=number))
    return local.astimezone(UTC)
