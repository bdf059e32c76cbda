"""Moments counted in days: calendar time moved on to open hours (D3), and the second call of a day (R6)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.businesstime.arithmetic import add, elapsed, next_opening, utc
from bot.businesstime.calendar import MIDNIGHT, Calendar, first_instant

MINUTES_FOR_TOUCH_TWO = 120
SECONDS_WORTH_A_CALL = 30 * 60


def calendar_shift(anchor: datetime, delta: timedelta, calendar: Calendar) -> datetime:
    """`delta` of calendar time after `anchor`, moved on to the next opening (D3).

    Whole days keep the pool's wall-clock time across DST (24 h are one day); the rest is real time.
    Raises ValueError for a negative delta.
    """
    anchor, zone = utc(anchor), ZoneInfo(calendar.zone)
    if delta < timedelta():
        raise ValueError("A touch lies after its anchor.")
    if delta.days:
        local = anchor.astimezone(zone)
        anchor = first_instant(local.date() + timedelta(days=delta.days), local.time(), zone)
    return next_opening(anchor + (delta - timedelta(days=delta.days)), calendar)


def same_business_day(anchor: datetime, latest: time, calendar: Calendar) -> datetime:
    """A moment later the same business day, before `latest` local time: when touch 3 is due (R6).

    The e-mail before it may take two business hours (R5); the call lies midway through the rest after that.
    With less than half an hour left it lies midway through the next business day.
    """
    ready, zone = add(anchor, MINUTES_FOR_TOUCH_TWO, calendar), ZoneInfo(calendar.zone)
    first = ready.astimezone(zone).date()
    for day in (first + timedelta(days=passed) for passed in range(366)):
        begin = max(ready, first_instant(day, MIDNIGHT, zone))
        left = elapsed(begin, first_instant(day, latest, zone), calendar)
        if left >= SECONDS_WORTH_A_CALL:
            return next_opening(add(begin, left / 120, calendar), calendar)
    return ready
