"""What waited is laid out over days: a plan, never a pile."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.businesstime import Calendar, is_open
from bot.cadence.spread import A_DAY, APART, spread

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Sydney")
SHIFTS = st.tuples(st.integers(0, 22), st.integers(1, 23)).filter(lambda shift: shift[0] < shift[1])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    zone, (opens, closes) = draw(st.sampled_from(ZONES)), draw(SHIFTS)
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    weekly = Calendar.weekly(zone, {day: [(time(opens), time(closes))] for day in days})
    return draw(st.sampled_from([weekly, Calendar.always_open(zone)]))


@given(st.integers(0, 40), st.integers(0, 365 * 24 * 60), calendars())
@settings(max_examples=100)
def test_what_waited_falls_in_hours_in_order_and_at_most_eight_a_day(
    count: int, minutes: int, calendar: Calendar
) -> None:
    start = YEAR + timedelta(minutes=minutes)
    moments = spread(count, start, calendar)
    assert len(moments) == count
    assert all(is_open(at, calendar) and at >= start for at in moments)
    days = [at.astimezone(ZoneInfo(calendar.zone)).date() for at in moments]
    assert all(days.count(day) <= A_DAY for day in days)
    apart = [later - earlier for earlier, later in pairwise(moments)]
    assert all(gap >= timedelta(seconds=APART) for gap in apart)
    if calendar.never_closes:
        assert all(9 <= at.astimezone(ZoneInfo(calendar.zone)).hour < 17 for at in moments)
