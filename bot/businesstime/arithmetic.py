"""Open or shut, adding and measuring business minutes. Costs grow with the days passed, not the minutes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot.businesstime.calendar import Calendar, Span, open_spans

A_YEAR = timedelta(days=366)


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Whether the pool is open; at the very moment of closing it is not."""
    return next_opening(at, calendar) == at


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """`at` itself when open, else the next moment that is. The start of a lead's clocks (D3)."""
    at = utc(at)
    if calendar.never_closes:
        return at
    return max(at, next(_spans_after(at, calendar)).start)


def closing(at: datetime, calendar: Calendar) -> datetime | None:
    """When the hours open at `at` end, adjoining windows being one. None when shut, or open over a year."""
    at = utc(at)
    if not is_open(at, calendar) or calendar.never_closes:
        return None
    end = at
    for span in _spans_after(at, calendar):
        if span.start > end:
            return end
        end = span.end
        if end - at > A_YEAR:
            break
    return None


def add(start: datetime, minutes: float, calendar: Calendar) -> datetime:
    """The earliest moment by which `minutes` business minutes have passed since `start`.

    No minutes give the next opening. Raises ValueError for negative ones.
    """
    start, left = utc(start), timedelta(minutes=minutes)
    if left < timedelta():
        raise ValueError("Business minutes are only added, never taken away.")
    if calendar.never_closes:
        return start + left
    spans = _spans_after(start, calendar)
    while True:
        opens, closes = next(spans)
        opens = max(opens, start)
        if left <= closes - opens:
            return opens + left
        left -= closes - opens


def elapsed(start: datetime, end: datetime, calendar: Calendar) -> float:
    """Business seconds from `start` to `end`; 0 when `end` is not the later one."""
    start, end = utc(start), utc(end)
    if end <= start:
        return 0.0
    if calendar.never_closes:
        return (end - start).total_seconds()
    total = timedelta()
    for opens, closes in _spans_after(start, calendar):
        if opens >= end:
            break
        total += min(closes, end) - max(opens, start)
    return total.total_seconds()


def utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("Business time needs an instant with its zone.")
    return at.astimezone(UTC)


def _spans_after(at: datetime, calendar: Calendar) -> Iterator[Span]:
    """The open spans that end after `at`, in order and without end."""
    # The day before too: clocks set back across midnight return to a day whose successor has begun.
    eve = at.astimezone(ZoneInfo(calendar.zone)).date() - timedelta(days=1)
    for day in count():
        for span in open_spans(eve + timedelta(days=day), calendar):
            if span.end > at:
                yield span
