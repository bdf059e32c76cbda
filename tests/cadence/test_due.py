from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.businesstime import Calendar, is_open
from bot.cadence.due import next_business_day, next_business_morning, touch_due
from bot.cadence.plans import parse_plan, plan_document
from bot.team.cadences import Touch
from bot.team.document import load_team
from tests.cadence.conftest import MONDAY_10, TEAM, new_york

PLAN = parse_plan(plan_document("inbound-48h"))
OFFICE = load_team(TEAM).pool("inbound").calendar
ALWAYS = Calendar.always_open("America/New_York")


def due(
    number: int, *, anchor: datetime = MONDAY_10, last: datetime | None, now: datetime | None = None
) -> datetime:
    touch = PLAN.touches[number - 1]
    return touch_due(
        PLAN, touch, anchor=anchor, last_touch_at=last, now=now or last or anchor, calendar=OFFICE
    )


def test_on_a_quiet_day_the_touches_keep_to_the_plan() -> None:
    assert due(2, last=new_york(3, 2, 10, 5)) == new_york(3, 2, 12)
    third = due(3, last=new_york(3, 2, 12))
    assert new_york(3, 2, 13) <= third < new_york(3, 2, 16, 30)
    assert due(4, last=third) == new_york(3, 3, 10)
    assert due(5, last=new_york(3, 3, 10)) == new_york(3, 4, 10)


@pytest.mark.parametrize(
    ("number", "last", "expected"),
    [
        (2, new_york(3, 2, 11, 45), new_york(3, 2, 12, 45)),
        (3, new_york(3, 2, 16, 50), new_york(3, 3, 9, 50)),
        (4, new_york(3, 3, 9, 50), new_york(3, 3, 13, 50)),
        (5, new_york(3, 4, 9, 30), new_york(3, 5, 9)),
    ],
)
def test_a_late_touch_never_bunches_the_next_one_against_it(
    number: int, last: datetime, expected: datetime
) -> None:
    assert due(number, last=last) == expected


def test_hours_up_to_two_are_business_hours_and_days_are_calendar_days() -> None:
    friday = new_york(3, 6, 16, 45)
    assert due(2, anchor=friday, last=friday) == new_york(3, 9, 10, 45)
    assert due(4, anchor=friday, last=friday) == new_york(3, 9, 9)


def test_across_the_change_to_summer_time_a_day_later_is_the_same_hour() -> None:
    every_day = Calendar.weekly(
        "America/New_York", {day: [(datetime.min.time(), datetime.min.time())] for day in range(7)}
    )
    touch = PLAN.touches[3]
    anchor = new_york(3, 7, 10)
    at = touch_due(PLAN, touch, anchor=anchor, last_touch_at=anchor, now=anchor, calendar=every_day)
    assert at == new_york(3, 8, 10)


def test_skipping_what_is_long_overdue_makes_the_next_touch_due_now() -> None:
    now = new_york(3, 9, 11)
    assert due(2, last=None, now=now) == now


def test_the_next_business_morning_is_opening_time_or_nine_where_the_pool_never_closes() -> None:
    friday = new_york(3, 6, 16)
    assert next_business_morning(friday, OFFICE) == new_york(3, 9, 9)
    assert next_business_morning(friday, ALWAYS) == new_york(3, 7, 9)
    assert (next_business_day(friday, OFFICE), next_business_day(friday, ALWAYS)) == ("Monday", "Saturday")


minutes = st.integers(min_value=0, max_value=20_000).map(lambda count: timedelta(minutes=count))


@given(st.sampled_from(PLAN.touches), minutes, minutes, minutes)
def test_a_touch_is_due_in_opening_hours_after_now_and_after_the_gap(
    touch: Touch, before_anchor: timedelta, last_after: timedelta, now_after: timedelta
) -> None:
    anchor = new_york(2, 20, 10) + before_anchor
    last, now = anchor + last_after, anchor + last_after + now_after
    at = due(touch.number, anchor=anchor, last=last, now=now)
    assert is_open(at, OFFICE)
    assert at >= now
    assert at - last >= PLAN.gap_before(touch)
