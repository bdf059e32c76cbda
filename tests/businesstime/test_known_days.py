"""Days anyone can check on a wall calendar."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot import businesstime
from bot.businesstime import Calendar, Region

NINE_TO_FIVE = [(time(9), time(17))]
WEEKDAYS = dict.fromkeys(range(5), NINE_TO_FIVE)
OFFICE = Calendar.weekly("America/New_York", WEEKDAYS, holidays=Region("US", "NY"))
SATURDAYS_TOO = Calendar.weekly("America/New_York", {**WEEKDAYS, 5: [(time(10), time(14))]})


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


def test_a_lead_of_friday_16_45_reaches_15_business_minutes_at_closing_and_20_on_monday() -> None:
    arrived = new_york("2026-11-20 16:45")
    assert businesstime.add(arrived, 15, OFFICE) == new_york("2026-11-20 17:00")
    assert businesstime.add(arrived, 20, OFFICE) == new_york("2026-11-23 09:05")
    assert businesstime.elapsed(arrived, new_york("2026-11-23 09:05"), OFFICE) == 20 * 60


def test_a_lead_of_saturday_starts_its_clocks_on_monday_morning() -> None:
    assert businesstime.next_opening(new_york("2026-11-21 10:00"), OFFICE) == new_york("2026-11-23 09:00")


def test_a_pool_open_on_saturdays_takes_it_at_once() -> None:
    arrived = new_york("2026-11-21 10:00")
    assert businesstime.next_opening(arrived, SATURDAYS_TOO) == arrived
    assert businesstime.closing(arrived, SATURDAYS_TOO) == new_york("2026-11-21 14:00")


def test_open_from_the_first_moment_until_just_before_the_last() -> None:
    assert businesstime.is_open(new_york("2026-11-23 09:00"), OFFICE)
    assert businesstime.is_open(new_york("2026-11-23 16:59"), OFFICE)
    assert not businesstime.is_open(new_york("2026-11-23 17:00"), OFFICE)
    assert businesstime.closing(new_york("2026-11-23 17:00"), OFFICE) is None


def test_thanksgiving_is_skipped() -> None:
    assert businesstime.add(new_york("2026-11-25 16:50"), 15, OFFICE) == new_york("2026-11-27 09:05")


def test_a_holiday_observed_in_the_year_before_is_skipped() -> None:
    assert not OFFICE.opens_on(date(2027, 12, 31))


def test_a_closure_is_skipped() -> None:
    away = Calendar.weekly("America/New_York", WEEKDAYS, closures=[date(2026, 11, 23)])
    assert businesstime.next_opening(new_york("2026-11-20 18:00"), away) == new_york("2026-11-24 09:00")


def test_an_always_open_pool_still_keeps_its_closures() -> None:
    away = Calendar("America/New_York", closures=frozenset([date(2026, 12, 25)]))
    assert businesstime.add(new_york("2026-12-24 23:30"), 60, away) == new_york("2026-12-26 00:30")
    assert businesstime.closing(new_york("2026-12-24 12:00"), away) == new_york("2026-12-25 00:00")


def test_an_always_open_pool_counts_every_minute() -> None:
    night = new_york("2026-11-22 03:00")
    always = Calendar.always_open("America/New_York")
    assert businesstime.add(night, 15, always) == night + timedelta(minutes=15)
    assert businesstime.closing(night, always) is None


def test_hours_round_the_clock_every_day_never_close_either() -> None:
    round_the_clock = Calendar.weekly("Europe/Berlin", dict.fromkeys(range(7), ((time(0), time(0)),)))
    assert businesstime.closing(new_york("2026-11-22 03:00"), round_the_clock) is None


def test_lunch_does_not_count_and_hours_past_midnight_are_one_evening() -> None:
    late = Calendar.weekly(
        "America/New_York",
        {4: [(time(13), time(17)), (time(9), time(12)), (time(20), time(0))], 5: [(time(0), time(2))]},
    )
    assert businesstime.add(new_york("2026-11-20 11:50"), 20, late) == new_york("2026-11-20 13:10")
    assert businesstime.closing(new_york("2026-11-20 21:00"), late) == new_york("2026-11-21 02:00")


def test_a_day_has_23_hours_in_spring_and_25_in_autumn() -> None:
    always = Calendar("America/New_York", closures=frozenset([date(2026, 12, 25)]))
    assert businesstime.elapsed(new_york("2026-03-08"), new_york("2026-03-09"), always) == 23 * 3600
    assert businesstime.elapsed(new_york("2026-11-01"), new_york("2026-11-02"), always) == 25 * 3600


def test_opening_at_an_hour_skipped_in_spring_is_the_moment_of_the_jump() -> None:
    night = Calendar.weekly("America/New_York", {6: [(time(2, 30), time(4))]})
    assert businesstime.next_opening(new_york("2026-03-08 00:00"), night) == new_york("2026-03-08 03:00")
    assert businesstime.closing(new_york("2026-03-08 03:10"), night) == new_york("2026-03-08 04:00")


def test_a_window_wholly_inside_the_skipped_hour_does_not_open_that_day() -> None:
    night = Calendar.weekly("America/New_York", {6: [(time(2, 15), time(2, 45))]})
    assert businesstime.next_opening(new_york("2026-03-08 00:00"), night) == new_york("2026-03-15 02:15")


def test_a_window_inside_the_repeated_hour_opens_once() -> None:
    night = Calendar.weekly("America/New_York", {6: [(time(1, 15), time(1, 45))]})
    assert businesstime.elapsed(new_york("2026-11-01"), new_york("2026-11-02"), night) == 30 * 60


def test_lord_howes_half_hour_jump_is_half_an_hour() -> None:
    island = Calendar.weekly("Australia/Lord_Howe", {6: [(time(0), time(6))]})
    before, after = datetime(2026, 10, 3, tzinfo=UTC), datetime(2026, 10, 5, tzinfo=UTC)
    assert businesstime.elapsed(before, after, island) == 5.5 * 3600


def test_what_has_not_happened_yet_took_no_time() -> None:
    later, earlier = new_york("2026-11-23 10:00"), new_york("2026-11-23 09:30")
    assert businesstime.elapsed(later, earlier, OFFICE) == 0


def test_other_zones_go_in_and_utc_comes_out() -> None:
    there = datetime(2026, 11, 24, 0, 30, tzinfo=timezone(timedelta(hours=9)))
    opening = businesstime.next_opening(there, OFFICE)
    assert opening == new_york("2026-11-23 10:30")
    assert opening.tzinfo is UTC


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="with its zone"):
        businesstime.next_opening(datetime(2026, 11, 23, 9), OFFICE)  # noqa: DTZ001


def test_negative_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="never taken away"):
        businesstime.add(new_york("2026-11-23 09:00"), -1, OFFICE)


def test_hours_given_but_empty_are_refused() -> None:
    with pytest.raises(ValueError, match="hours given but empty"):
        Calendar.weekly("America/New_York", {})


def test_a_calendar_whose_only_days_are_closures_is_refused() -> None:
    mondays = [date(2027, 1, 4) + timedelta(weeks=week) for week in range(52)]
    with pytest.raises(ValueError, match="no day open in 2027"):
        Calendar.weekly("America/New_York", {0: NINE_TO_FIVE}, closures=mondays)


@pytest.mark.parametrize(
    ("windows", "complaint"),
    [
        ([(time(17), time(9))], "17:00-09:00 ends before it starts"),
        ([(time(9), time(9))], "09:00-09:00 ends before it starts"),
        ([(time(12), time(17)), (time(9), time(13))], "09:00-13:00 and 12:00-17:00 overlap"),
        ([(time(9), time(0)), (time(12), time(17))], "09:00-24:00 and 12:00-17:00 overlap"),
    ],
)
def test_hours_that_cannot_be_are_refused(windows: list[tuple[time, time]], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Calendar.weekly("America/New_York", {0: windows})


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="all seven days"):
        Calendar("America/New_York", hours=())
    with pytest.raises(ValueError, match="from 0, Monday, to 6, Sunday"):
        Calendar.weekly("America/New_York", {7: NINE_TO_FIVE})


@pytest.mark.parametrize("zone", ["America/Nowhere", "", "../etc/passwd", "America"])
def test_a_zone_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="there is no time zone"):
        Calendar.always_open(zone)


@pytest.mark.parametrize("region", [Region("XX"), Region("US", "ZZ")])
def test_a_holiday_region_nobody_knows_is_refused(region: Region) -> None:
    with pytest.raises(ValueError, match=r"no public holidays|no subdivision"):
        Calendar("America/New_York", holidays=region)
