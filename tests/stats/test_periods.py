from datetime import UTC, datetime, timedelta

import pytest

from bot.stats import UnknownPeriodError, period

NOON = datetime(2026, 3, 4, 17, tzinfo=UTC)
"""In New York."""


def test_today_begins_at_the_local_midnight() -> None:
    assert period("today", NOON, "America/New_York").since == datetime(2026, 3, 4, 5, tzinfo=UTC)
    assert period("today", NOON, "Pacific/Auckland").since == datetime(2026, 3, 4, 11, tzinfo=UTC)


def test_what_happens_at_this_instant_belongs_to_the_period() -> None:
    found = period("today", NOON, "America/New_York")
    assert found.since <= NOON < found.until
    assert found.until - NOON < timedelta(milliseconds=1)


def test_days_are_local_ones_over_a_change_of_the_clocks() -> None:
    # New York's clocks went forward on 8 March: 9 March, noon, less 7 days is 2 March, noon, 167 hours ago.
    now = datetime(2026, 3, 9, 16, tzinfo=UTC)
    assert period("7d", now, "America/New_York").since == datetime(2026, 3, 2, 17, tzinfo=UTC)


def test_a_day_that_begins_at_one_o_clock_begins_there() -> None:
    # In Beirut the clocks went from 29 March, 00:00, straight to 01:00.
    now = datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert period("today", now, "Asia/Beirut").since == datetime(2026, 3, 28, 22, tzinfo=UTC)


def test_a_midnight_that_comes_twice_begins_the_day_the_first_time() -> None:
    # In Azores the clocks went back from 25 October, 01:00, to 00:00.
    now = datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert period("today", now, "Atlantic/Azores").since == datetime(2026, 10, 25, 0, tzinfo=UTC)
    just_after = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert period("today", just_after, "Atlantic/Azores").since == datetime(2026, 10, 25, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "label", "days"), [("7d", "the last 7 days", 7), (" 30D ", "the last 30 days", 30)]
)
def test_words_are_forgiving_about_case_and_space(word: str, label: str, days: int) -> None:
    found = period(word, NOON, "UTC")
    assert (found.label, found.since) == (label, NOON - timedelta(days=days))


def test_an_unknown_word_is_answered_with_the_choices() -> None:
    with pytest.raises(UnknownPeriodError, match=r"“fortnight”.*today, 7d or 30d"):
        period("fortnight", NOON, "UTC")


def test_days_begin_with_the_hour_that_it_was_then() -> None:
    found = period("7d", NOON + timedelta(minutes=59, seconds=3), "UTC")
    assert found.since == NOON - timedelta(days=7)
