"""When something is due (D3, D9)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import businesstime
from bot.businesstime import Calendar
from bot.cadence.plans import Plan, Touch

_COUNTED_IN_BUSINESS_TIME = timedelta(hours=2)
_MORNING = time(9)


def shift(start: datetime, span: timedelta, calendar: Calendar) -> datetime:
    """`start` plus `span`: business time up to two hours, else calendar time, moved to an opening (D3)."""
    if span <= _COUNTED_IN_BUSINESS_TIME:
        return businesstime.add(start, span.total_seconds() / 60, calendar)
    return businesstime.calendar_shift(start, span, calendar)


def touch_due(
    plan: Plan,
    touch: Touch,
    *,
    anchor: datetime,
    last_touch_at: datetime | None,
    now: datetime,
    calendar: Calendar,
) -> datetime:
    """The later of anchor + offset and last touch + minimum gap (D9), in opening hours, never in the past."""
    due = max(_offset(touch, anchor, calendar), now)
    if last_touch_at is not None:
        due = max(due, shift(last_touch_at, plan.gap_before(touch), calendar))
    return businesstime.next_opening(due, calendar)


def next_business_morning(now: datetime, calendar: Calendar) -> datetime:
    """The opening of the next business day; nine o'clock where the pool never closes."""
    zone = ZoneInfo(calendar.zone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    at = _MORNING if calendar.hours is None else time.min
    return businesstime.next_opening(datetime.combine(tomorrow, at, zone), calendar)


def next_business_day(at: datetime, calendar: Calendar) -> str:
    """The name of the first day after `at` on which the pool opens, such as "Thursday"."""
    return f"{next_business_morning(at, calendar).astimezone(ZoneInfo(calendar.zone)):%A}"


def _offset(touch: Touch, anchor: datetime, calendar: Calendar) -> datetime:
    if touch.after is not None:
        return shift(anchor, touch.after, calendar)
    assert touch.same_business_day is not None
    return businesstime.same_business_day(anchor, touch.same_business_day, calendar)
