"""What holds for every calendar, over clock changes both ways."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import businesstime
from bot.businesstime import Calendar, Region

ZONES = [
    "America/New_York",
    "America/Havana",  # its clocks change at midnight
    "Asia/Beirut",
    "America/St_Johns",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # once left out a whole day
    "Asia/Kathmandu",
    "UTC",
]
CLOCK_CHANGES = [
    datetime(2026, 3, 8, 6, tzinfo=UTC),
    datetime(2026, 11, 1, 5, tzinfo=UTC),
    datetime(2026, 3, 28, 22, tzinfo=UTC),
    datetime(2026, 10, 24, 21, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, tzinfo=UTC),
    datetime(2011, 12, 30, 9, tzinfo=UTC),
    datetime(2011, 11, 6, 2, tzinfo=UTC),  # St John's set its clocks back across midnight
]


def _windows(edges: list[int]) -> list[tuple[time, time]]:
    return [
        (time(start // 60, start % 60), time(end // 60 % 24, end % 60))
        for start, end in zip(edges[::2], edges[1::2], strict=False)
    ]


windows = st.lists(st.integers(0, 1440), unique=True, max_size=6).map(sorted).map(_windows)
weeks = st.dictionaries(st.integers(0, 6), windows).filter(lambda week: any(week.values()))
closures = st.frozensets(st.dates(date(2026, 3, 1), date(2026, 4, 10)), max_size=3)
weekly = st.builds(
    Calendar.weekly,
    st.sampled_from(ZONES),
    weeks,
    holidays=st.sampled_from([None, Region("US"), Region("CA", "QC")]),
    closures=closures,
)
all_week = st.builds(Calendar, st.sampled_from(ZONES), closures=closures)
calendars = weekly | all_week
moments = st.builds(
    lambda change, away: change + away,
    st.sampled_from(CLOCK_CHANGES),
    st.timedeltas(timedelta(days=-3), timedelta(days=3)),
)
untimed = settings(deadline=None)
minutes = st.integers(0, 3000) | st.floats(0, 3000).map(lambda value: round(value, 3))


@untimed
@given(moments, minutes, calendars)
def test_measuring_gives_back_what_was_added(start: datetime, passed: float, calendar: Calendar) -> None:
    due = businesstime.add(start, passed, calendar)
    assert businesstime.elapsed(start, due, calendar) == timedelta(minutes=passed).total_seconds()


@untimed
@given(moments, st.lists(minutes, min_size=2, max_size=4).map(sorted), calendars)
def test_more_minutes_never_end_earlier(start: datetime, steps: list[float], calendar: Calendar) -> None:
    dues = [businesstime.add(start, step, calendar) for step in steps]
    assert dues == sorted(dues)
    assert start <= dues[0]


@untimed
@given(st.lists(moments, min_size=2, max_size=4).map(sorted), minutes, calendars)
def test_a_later_start_never_ends_earlier(starts: list[datetime], passed: float, calendar: Calendar) -> None:
    dues = [businesstime.add(start, passed, calendar) for start in starts]
    assert dues == sorted(dues)


@untimed
@given(st.lists(moments, min_size=3, max_size=5).map(sorted), calendars)
def test_the_parts_of_a_stretch_make_the_whole(stops: list[datetime], calendar: Calendar) -> None:
    parts = [timedelta(seconds=businesstime.elapsed(a, b, calendar)) for a, b in pairwise(stops)]
    whole = timedelta(seconds=businesstime.elapsed(stops[0], stops[-1], calendar))
    assert sum(parts, timedelta()) == whole <= stops[-1] - stops[0]


@untimed
@given(moments, calendars)
def test_the_next_opening_is_open_and_nothing_before_it_is(at: datetime, calendar: Calendar) -> None:
    opening = businesstime.next_opening(at, calendar)
    assert opening >= at
    assert businesstime.is_open(opening, calendar)
    assert businesstime.elapsed(at, opening, calendar) == 0
    assert businesstime.is_open(at, calendar) == (opening == at)


@untimed
@given(moments, calendars)
def test_open_until_closing_without_a_break(at: datetime, calendar: Calendar) -> None:
    closing = businesstime.closing(at, calendar)
    if closing is not None:
        assert not businesstime.is_open(closing, calendar)
        assert businesstime.elapsed(at, closing, calendar) == (closing - at).total_seconds() > 0
    else:
        assert (
            not businesstime.is_open(at, calendar) or calendar.hours is None or calendar == _round(calendar)
        )


def _round(calendar: Calendar) -> Calendar:
    return Calendar.weekly(calendar.zone, dict.fromkeys(range(7), ((time(0), time(0)),)))


@untimed
@given(moments, st.integers(1, 30), calendars)
def test_days_later_is_the_same_wall_clock_time_or_the_opening_after_it(
    anchor: datetime, days: int, calendar: Calendar
) -> None:
    zone = ZoneInfo(calendar.zone)
    local = anchor.astimezone(zone)
    wall = local.replace(tzinfo=None) + timedelta(days=days)
    due = businesstime.calendar_shift(anchor, timedelta(days=days), calendar)
    assert businesstime.is_open(due, calendar)
    assert due.astimezone(zone).replace(tzinfo=None) >= wall
    assert businesstime.elapsed(wall.replace(tzinfo=zone), due, calendar) == 0


@untimed
@given(moments, st.sampled_from([time(12), time(17), time(20)]), calendars)
def test_the_second_call_waits_for_the_email_and_falls_in_open_hours(
    anchor: datetime, latest: time, calendar: Calendar
) -> None:
    due = businesstime.same_business_day(anchor, latest, calendar)
    assert businesstime.elapsed(anchor, due, calendar) >= 120 * 60
    if due != businesstime.add(anchor, 120, calendar):
        assert businesstime.is_open(due, calendar)
        assert due.astimezone(ZoneInfo(calendar.zone)).time() < latest
