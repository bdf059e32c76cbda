"""The moments that people mean by a day, a span or a choice of snooze."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.businesstime import Calendar, next_opening
from bot.db.models import Outcome

MORNING = time(9)
FIRST_DAY, LAST_DAY = date(1971, 1, 1), date(2100, 1, 1)
"""Calendars end somewhere. Days beyond these are refused as passed, or as too far away, and so are these."""
DATED = frozenset({Outcome.BOOKED, Outcome.NOT_NOW, Outcome.SNOOZE})
"""The outcomes that have a date: of the call, to come back, to be asked again."""


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
