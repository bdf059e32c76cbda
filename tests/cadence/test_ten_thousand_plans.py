"""Whatever the plan and however late people are: the planner bunches no two touches, and none is out of hours."""

from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.businesstime import Calendar, Region, is_open
from bot.cadence.due import touch_due
from bot.cadence.hours import polite_calendars
from bot.db.models import Lead
from bot.team.cadences import Plan
from tests.cadence.generated import SUMMER_TIME, lateness, some_plan

PLANS = 10_000
WORKDAY = {day: [(time(9), time(17))] for day in range(5)}
SPLIT = {day: [(time(8, 30), time(12)), (time(13), time(18))] for day in range(6)}
CALENDARS = (
    Calendar.weekly("America/New_York", WORKDAY, holidays=Region("US")),
    Calendar.weekly("Europe/Berlin", SPLIT, holidays=Region("DE")),
    Calendar.weekly("Europe/London", {5: [(time(10), time(14))]}),
    Calendar.always_open("America/New_York"),
)
NEAR = (None, "America/New_York", "Europe/London")
"""Zones whose days meet the hours of each of these calendars."""


def test_ten_thousand_plans_and_histories_never_bunch_touches_or_leave_the_hours() -> None:
    chance = Random(20260302)
    for number in range(PLANS):
        plan = Plan.model_validate(some_plan(chance) | {"name": f"plan-{number}"})
        calendar = chance.choice(CALENDARS)
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(525_600))
        lead, anchor = Lead(zone=chance.choice(NEAR), facts={}), now
        last: datetime | None = None
        for touch in plan.touches:
            polite = polite_calendars(lead, touch, calendar.zone, now)
            due = touch_due(
                plan, touch, anchor=anchor, last_touch_at=last, now=now, calendar=calendar, polite=polite
            )
            assert due >= now
            assert is_open(due, calendar)
            assert last is None or due - last >= plan.gap_before(touch) - SUMMER_TIME
            if lead.zone is not None and touch.between is None:
                assert 8 <= due.astimezone(ZoneInfo(polite[0].zone)).hour < 20
            now = due + lateness(chance)
            # A touch that is skipped is no touch: the next one keeps its distance from the last that was made.
            last = now if chance.random() < 0.8 else last
