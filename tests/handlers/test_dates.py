"""The moments that people mean."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.businesstime import Calendar, Region
from bot.handlers.dates import morning_of, snoozed_until
from bot.handlers.when import Reader, UnclearDateError, leading_moment, trailing_moment, understand

SHOP = Calendar.weekly("America/New_York", {day: [(time(10), time(17))] for day in range(5)})
HOLIDAYS = Calendar("America/New_York", None, Region("US"))
ALWAYS = Calendar.always_open("America/New_York")
FRIDAY_NOON = datetime(2026, 2, 27, 17, tzinfo=UTC)


def test_a_morning_is_nine_oclock_where_the_pool_is_or_its_next_opening() -> None:
    assert morning_of(date(2026, 3, 3), ALWAYS) == datetime(2026, 3, 3, 14, tzinfo=UTC)
    assert morning_of(date(2026, 3, 3), SHOP) == datetime(2026, 3, 3, 15, tzinfo=UTC)
    assert morning_of(date(2026, 3, 7), SHOP) == datetime(2026, 3, 9, 14, tzinfo=UTC)


def test_tomorrow_on_a_friday_is_monday_for_a_shop_closed_on_weekends() -> None:
    assert snoozed_until("tomorrow", FRIDAY_NOON, SHOP) == datetime(2026, 3, 2, 15, tzinfo=UTC)


MONDAY_10 = datetime(2026, 3, 2, 15, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
DESK = Calendar.weekly("America/New_York", {day: [(time(9), time(17))] for day in range(5)})


@pytest.mark.parametrize(
    ("words", "wall"),
    [
        ("tomorrow 3pm", "2026-03-03 15:00"),
        ("tmrw 9am", "2026-03-03 09:00"),
        ("tomorrow at 3", "2026-03-03 15:00"),
        ("in 2h", "2026-03-02 12:00"),
        ("30m", "2026-03-02 10:30"),
        ("eod", "2026-03-02 17:00"),
        ("next tue", "2026-03-03 09:00"),
        ("mon 10:30", "2026-03-09 10:30"),
        ("3 dec", "2026-12-03 09:00"),
        ("Dec 3rd, 10am", "2026-12-03 10:00"),
        ("12/03", "2026-12-03 09:00"),
        ("3.12.", "2026-12-03 09:00"),
        ("2026-12-01", "2026-12-01 09:00"),
        ("end of month", "2026-03-31 17:00"),
        ("end of next month", "2026-04-30 17:00"),
        ("in two weeks", "2026-03-16 10:00"),
        ("2mo", "2026-05-02 10:00"),
        ("next week", "2026-03-09 09:00"),
        ("next quarter", "2026-04-01 09:00"),
        ("fri afternoon", "2026-03-06 14:00"),
        ("9am", "2026-03-03 09:00"),
        ("29 feb", "2028-02-29 09:00"),
    ],
)
def test_dates_are_read_as_people_write_them(words: str, wall: str) -> None:
    understood = understand(words, Reader(MONDAY_10, DESK, "US"))
    assert f"{understood.astimezone(NEW_YORK):%Y-%m-%d %H:%M}" == wall


def test_where_days_come_first_12_03_is_in_march() -> None:
    assert understand("12/03", Reader(MONDAY_10, DESK, "DE")) == datetime(2026, 3, 12, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    "words",
    [
        "next fortnight-ish",
        "32 may",
        "soon",
        "",
        "2026-13-01",
        "31/04",
        "25:00",
        "13pm",
        "sunday 2 june",
        "mon-fri",
        "5",
        "may",
    ],
)
def test_what_is_no_date_is_refused_with_examples(words: str) -> None:
    with pytest.raises(UnclearDateError, match="tomorrow 3pm"):
        understand(words, Reader(MONDAY_10, DESK, "US"))


def test_a_date_is_told_from_the_note_after_it() -> None:
    reader = Reader(MONDAY_10, DESK, "US")
    assert leading_moment("in two weeks: she is travelling", reader) == (
        datetime(2026, 3, 16, 14, tzinfo=UTC),
        "she is travelling",
    )
    assert leading_moment("she asked for a call on Monday", reader) == (
        None,
        "she asked for a call on Monday",
    )
    with pytest.raises(UnclearDateError, match="fortnight-ish"):
        leading_moment("next fortnight-ish", reader)
    assert trailing_moment("send the quote by fri 3pm", reader)[0] == "send the quote"


ZONES = st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"])
MOMENTS = st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: MONDAY_10 + timedelta(minutes=minutes))


@given(ZONES, MOMENTS, st.integers(0, 23), st.integers(0, 59), st.integers(1, 400))
def test_a_wall_clock_time_is_that_time_whatever_the_clocks_do(
    zone: str, now: datetime, hour: int, minute: int, days: int
) -> None:
    reader = Reader(now, Calendar.always_open(zone), "DE")
    day = reader.local.date() + timedelta(days=days)
    understood = understand(f"{day.isoformat()} {hour}:{minute:02}", reader).astimezone(reader.zone)
    wall = understood.replace(tzinfo=None)
    wanted = datetime.combine(day, time(hour, minute))
    # In the hour that spring skips, it is the moment of the jump.
    assert wanted <= wall <= wanted + timedelta(hours=1)
    assert (
        wall == wanted
        or (understood.astimezone(UTC) - timedelta(seconds=1)).astimezone(reader.zone).replace(tzinfo=None)
        < wanted
    )
    tomorrow = understand("tomorrow 15:00", reader).astimezone(reader.zone)
    assert (tomorrow.hour, tomorrow.minute) == (15, 0)
    assert tomorrow.date() == reader.local.date() + timedelta(days=1)
    assert understand("in 2h", reader) == now + timedelta(hours=2)


@given(st.text(max_size=60), MOMENTS)
def test_whatever_is_typed_is_a_moment_or_a_sentence(words: str, now: datetime) -> None:
    reader = Reader(now, DESK, "US")
    try:
        understood = understand(words, reader)
    except UnclearDateError:
        understood = None
    assert understood is None or understood.tzinfo is not None


@pytest.mark.parametrize("day", ["0001-01-01", "1500-01-01", "5000-06-01", "9999-12-31"])
def test_a_day_no_calendar_reaches_is_still_a_day_in_the_past_or_far_away(day: str) -> None:
    moment = understand(day, Reader(FRIDAY_NOON, HOLIDAYS))
    assert (moment < FRIDAY_NOON) == (day < "2026")
    assert abs(moment - FRIDAY_NOON).days > 365 * 3
