"""Work that waited, laid out over days: a plan to come back to, never a pile (D9, R47)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.businesstime import Calendar, add, elapsed, next_opening

A_DAY = 8
"""Touches that waited, at most, on one day: they come on top of that day's own."""
APART = 30 * 60
"""Business seconds, at least, between two of them."""
_DAYTIME = {day: [(time(9), time(17))] for day in range(7)}


def spread(count: int, start: datetime, calendar: Calendar) -> list[datetime]:
    """`count` moments in working hours from `start` on, in order: at most 8 a day, half an hour apart or more."""
    if calendar.never_closes:
        calendar = Calendar.weekly(calendar.zone, _DAYTIME)
    moments: list[datetime] = []
    opens = next_opening(start, calendar)
    while len(moments) < count:
        midnight = _next_midnight(opens, calendar.zone)
        seconds = elapsed(opens, midnight, calendar)
        today = min(count - len(moments), A_DAY, max(1, int(seconds // APART)))
        step = seconds / 60 / max(today, 1)
        moments += [next_opening(add(opens, step * place, calendar), calendar) for place in range(today)]
        opens = next_opening(midnight, calendar)
    return moments


def _next_midnight(at: datetime, zone: str) -> datetime:
    tomorrow = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, ZoneInfo(zone)).astimezone(UTC)
