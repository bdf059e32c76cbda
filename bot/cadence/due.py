"""When something is due (D3, D9)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import businesstime
from bot.businesstime import Calendar
from bot.team.cadences import Plan, Touch

_COUNTED_IN_BUSINESS_TIME = timedelta(hours=2)
_MORNING = time(9)
_SOON = timedelta(days=14)
_NEAR = timedelta(days=45)


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
    polite: Sequence[Calendar] = (),
    facts: Mapping[str, Any] | None = None,
) -> datetime:
    """The later of the touch's own time and the last touch + its gap (D9), in opening hours, never in the past.

    It also falls into every `polite` calendar, such as the lead's day, where these ever meet the pool's hours.
    """
    due = max(_own_time(touch, anchor, last_touch_at, calendar, facts or {}), now)
    if last_touch_at is not None:
        due = max(due, shift(last_touch_at, plan.gap_before(touch), calendar))
    return polite_opening(due, calendar, polite)


def polite_opening(at: datetime, calendar: Calendar, polite: Sequence[Calendar]) -> datetime:
    """The first moment from `at` on that is open in all of them; where none comes soon, in `calendar` alone.

    A pool in New York and a lead in Tokyo hardly ever meet; better an early call than none (R20).
    """
    found = at
    while found - at < _SOON:
        before = found
        for each in (calendar, *polite):
            found = businesstime.next_opening(found, each)
        if found == before:
            return found
    return businesstime.next_opening(at, calendar)


def next_business_morning(now: datetime, calendar: Calendar) -> datetime:
    """The opening of the next business day; nine o'clock where the pool never closes."""
    zone = ZoneInfo(calendar.zone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    at = _MORNING if calendar.hours is None else time.min
    return businesstime.next_opening(datetime.combine(tomorrow, at, zone), calendar)


def next_business_day(at: datetime, calendar: Calendar) -> str:
    """The name of the first day after `at` on which the pool opens, such as "Thursday"."""
    return f"{next_business_morning(at, calendar).astimezone(ZoneInfo(calendar.zone)):%A}"


def _own_time(
    touch: Touch, anchor: datetime, last: datetime | None, calendar: Calendar, facts: Mapping[str, Any]
) -> datetime:
    if touch.same_business_day is not None:
        return businesstime.same_business_day(anchor, touch.same_business_day, calendar)
    if touch.after_last is not None:
        return shift(last or anchor, touch.after_last, calendar)
    assert touch.after is not None
    planned = shift(anchor, touch.after, calendar)
    return _milestone(touch, facts, planned, calendar) or planned


def _milestone(
    touch: Touch, facts: Mapping[str, Any], planned: datetime, calendar: Calendar
) -> datetime | None:
    """The morning of the lead's own date, where it lies near the planned one (R26)."""
    try:
        day = date.fromisoformat(str(facts.get(touch.milestone or "")))
    except ValueError:
        return None
    at = datetime.combine(day, _MORNING, ZoneInfo(calendar.zone))
    return businesstime.next_opening(at, calendar) if abs(at - planned) <= _NEAR else None
