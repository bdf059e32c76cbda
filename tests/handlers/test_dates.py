"""The moments that people mean."""

from datetime import UTC, date, datetime, time

import pytest

from bot.businesstime import Calendar, Region
from bot.handlers.dates import morning_of, snoozed_until, typed_moment

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


@pytest.mark.parametrize(
    ("word", "moment"),
    [
        ("30m", datetime(2026, 2, 27, 17, 30, tzinfo=UTC)),
        ("2h", datetime(2026, 2, 27, 19, tzinfo=UTC)),
        ("3D", datetime(2026, 3, 2, 17, tzinfo=UTC)),
        ("2w", datetime(2026, 3, 13, 16, tzinfo=UTC)),
        ("2026-03-03", datetime(2026, 3, 3, 15, tzinfo=UTC)),
        ("Tomorrow", datetime(2026, 3, 2, 15, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        ("2026-13-01", None),
    ],
)
def test_moments_are_read_as_they_are_typed(word: str, moment: datetime | None) -> None:
    assert typed_moment(word, FRIDAY_NOON, SHOP) == moment


@pytest.mark.parametrize("day", ["0001-01-01", "1500-01-01", "5000-06-01", "9999-12-31"])
def test_a_day_no_calendar_reaches_is_still_a_day_in_the_past_or_far_away(day: str) -> None:
    moment = typed_moment(day, FRIDAY_NOON, HOLIDAYS)
    assert moment is not None
    assert (moment < FRIDAY_NOON) == (day < "2026")
    assert abs(moment - FRIDAY_NOON).days > 365 * 3
