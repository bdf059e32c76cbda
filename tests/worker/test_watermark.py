"""Where a scan for due rows starts: late enough to be cheap, early enough to miss nothing."""

from datetime import UTC, datetime, timedelta

from bot.worker.due import FULL_SCAN_EVERY, SLACK, Watermark

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def scanned_at_noon() -> Watermark:
    watermark = Watermark()
    watermark.scanned(watermark.since(NOON), NOON)
    return watermark


def test_the_first_scan_looks_at_everything() -> None:
    assert Watermark().since(NOON) is None


def test_the_next_scan_starts_a_little_below_where_the_last_one_ended() -> None:
    assert scanned_at_noon().since(NOON + SECOND) == NOON - SLACK


def test_once_a_minute_a_scan_looks_at_everything() -> None:
    watermark = scanned_at_noon()
    halfway = NOON + FULL_SCAN_EVERY / 2
    watermark.scanned(watermark.since(halfway), halfway)
    assert watermark.since(NOON + FULL_SCAN_EVERY - SECOND) == halfway - SLACK
    assert watermark.since(NOON + FULL_SCAN_EVERY) is None


def test_a_clock_set_back_makes_the_next_scan_look_at_everything() -> None:
    assert scanned_at_noon().since(NOON - SECOND) is None


def test_a_doubt_during_a_scan_is_about_the_next_one() -> None:
    watermark = scanned_at_noon()
    since = watermark.since(NOON + SECOND)
    watermark.doubt()
    watermark.scanned(since, NOON + SECOND)
    assert watermark.since(NOON + 2 * SECOND) is None


def test_a_full_scan_that_broke_off_is_made_again() -> None:
    watermark = scanned_at_noon()
    watermark.doubt()
    assert watermark.since(NOON + SECOND) is None
    assert watermark.since(NOON + 2 * SECOND) is None
