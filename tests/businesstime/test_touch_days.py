"""Touches counted in days, and the second call of the same business day."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import businesstime
from bot.businesstime import Calendar, Region

WEEKDAYS = dict.fromkeys(range(5), ((time(9), time(17)),))
OFFICE = Calendar.weekly("America/New_York", WEEKDAYS, holidays=Region("US"))
ALWAYS = Calendar.always_open("America/New_York")
FIVE = time(17)


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


def test_24_hours_after_tuesday_10_12_is_wednesday_10_12() -> None:
    due = businesstime.calendar_shift(new_york("2026-11-17 10:12"), timedelta(hours=24), OFFICE)
    assert due == new_york("2026-11-18 10:12")


def test_24_hours_after_friday_moves_on_to_monday_morning() -> None:
    due = businesstime.calendar_shift(new_york("2026-11-20 16:45"), timedelta(hours=24), OFFICE)
    assert due == new_york("2026-11-23 09:00")


def test_48_hours_before_thanksgiving_move_on_past_it() -> None:
    due = businesstime.calendar_shift(new_york("2026-11-24 15:00"), timedelta(hours=48), OFFICE)
    assert due == new_york("2026-11-27 09:00")


@pytest.mark.parametrize("anchor", ["2026-03-07 10:00", "2026-10-31 10:00"])
def test_a_day_across_a_clock_change_keeps_the_wall_clock_time(anchor: str) -> None:
    due = businesstime.calendar_shift(new_york(anchor), timedelta(days=1), ALWAYS)
    assert due.astimezone(ZoneInfo("America/New_York")).time() == time(10)
    assert due - new_york(anchor) != timedelta(hours=24)


def test_a_day_on_from_a_time_the_next_day_skips_is_the_moment_of_the_jump() -> None:
    due = businesstime.calendar_shift(new_york("2026-03-07 02:30:00.5"), timedelta(days=1), ALWAYS)
    assert due == new_york("2026-03-08 03:00")


def test_a_day_and_a_half_is_a_day_of_the_calendar_and_twelve_real_hours() -> None:
    due = businesstime.calendar_shift(new_york("2026-03-06 20:00"), timedelta(hours=36), ALWAYS)
    assert due == new_york("2026-03-08 09:00")


def test_no_delay_is_now_or_the_next_opening() -> None:
    second_half_past_one = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert businesstime.calendar_shift(second_half_past_one, timedelta(), ALWAYS) == second_half_past_one
    assert businesstime.calendar_shift(second_half_past_one, timedelta(), OFFICE) == new_york(
        "2026-11-02 09:00"
    )


def test_a_touch_before_its_anchor_is_refused() -> None:
    with pytest.raises(ValueError, match="after its anchor"):
        businesstime.calendar_shift(new_york("2026-11-17 10:12"), timedelta(hours=-1), OFFICE)


@pytest.mark.parametrize(
    ("arrived", "second_call"),
    [
        ("2026-11-17 09:00", "2026-11-17 14:00"),  # midway between 11:00 and 17:00
        ("2026-11-17 14:00", "2026-11-17 16:30"),
        ("2026-11-17 14:31", "2026-11-18 13:00"),  # too little of the day would be left
        ("2026-11-17 16:00", "2026-11-18 13:30"),  # two business hours end at 10:00
        ("2026-11-20 16:00", "2026-11-23 13:30"),
        ("2026-11-21 12:00", "2026-11-23 14:00"),
    ],
)
def test_the_second_call_lies_midway_through_what_two_hours_leave_of_the_day(
    arrived: str, second_call: str
) -> None:
    assert businesstime.same_business_day(new_york(arrived), FIVE, OFFICE) == new_york(second_call)


def test_the_second_call_is_never_at_lunch() -> None:
    lunch = Calendar.weekly(
        "America/New_York", dict.fromkeys(range(5), ((time(9), time(12)), (time(13), FIVE)))
    )
    assert businesstime.same_business_day(new_york("2026-11-17 09:00"), FIVE, lunch) == new_york(
        "2026-11-17 14:30"
    )


def test_a_second_call_midway_at_closing_waits_until_after_lunch() -> None:
    lunch = Calendar.weekly(
        "America/New_York", dict.fromkeys(range(5), ((time(9), time(13)), (time(15), FIVE)))
    )
    assert businesstime.same_business_day(new_york("2026-11-17 09:00"), FIVE, lunch) == new_york(
        "2026-11-17 15:00"
    )


def test_an_always_open_pool_calls_again_before_the_latest_hour_or_the_next_day() -> None:
    assert businesstime.same_business_day(new_york("2026-11-17 01:00"), FIVE, ALWAYS) == new_york(
        "2026-11-17 10:00"
    )
    assert businesstime.same_business_day(new_york("2026-11-17 20:00"), FIVE, ALWAYS) == new_york(
        "2026-11-18 08:30"
    )


def test_a_pool_that_only_opens_after_the_latest_hour_calls_after_two_hours() -> None:
    evenings = Calendar.weekly("America/New_York", dict.fromkeys(range(7), ((time(18), time(22)),)))
    assert businesstime.same_business_day(new_york("2026-11-17 18:00"), FIVE, evenings) == new_york(
        "2026-11-17 20:00"
    )
