"""Whatever the plan and however late people are: no two touches bunched, none out of hours, none after a stop."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.businesstime import Calendar, Region, is_open
from bot.cadence.due import touch_due
from bot.cadence.hours import polite_calendars
from bot.db import Database
from bot.db.models import OPEN_TASKS, Lead, Outcome, TaskKind
from bot.team.cadences import Plan
from bot.team.live import apply_team
from tests.cadence.conftest import MONDAY_10, TEAM, Desk

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
SPANS = ("0m", "30m", "1h", "2h", "5h", "1d", "2d", "3d", "7d", "14d", "30d")
SUMMER_TIME = timedelta(hours=1)


def some_touch(chance: Random, after: str) -> dict[str, Any]:
    when = chance.choice([{"after": after}] * 4 + [{"after_last": after}, {"same_business_day": "16:30"}])
    window = {"between": "10:00-16:00"} if chance.random() < 0.2 else {}
    gap = {"minimum_gap": chance.choice(SPANS[:8])} if chance.random() < 0.5 else {}
    channel = chance.choice(["email", "phone", "original", "any-but-last"])
    return {"channel": channel, "angle": "any", "goal": "any", "templates": {"email": "x", "phone": "y"}} | (
        when | window | gap
    )


def some_plan(chance: Random) -> dict[str, Any]:
    offsets = sorted(chance.choices(range(len(SPANS)), k=chance.randint(1, 8)))
    return {
        "counts_from": chance.choice(["arrival", "silence", "start"]),
        "successor": chance.choice(["nurture", None]),
        "ends_as": chance.choice(["ghosted", "inactive", "nurture"]),
        "minimum_gap": chance.choice(SPANS),
        "touches": [some_touch(chance, SPANS[place]) for place in offsets],
    }


def lateness(chance: Random) -> timedelta:
    return timedelta(minutes=chance.choice([0, 0, 1, 30, 400, 1500, 9000]))


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


@pytest.fixture
def sqlite_desk(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Desk]:
    database = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'followup.db')}")
    with database.write() as session:
        apply_team(session, TEAM, author="test", now=MONDAY_10)
    yield Desk(database)
    database.dispose()


GOING_ON = [Outcome.DONE, Outcome.DONE, Outcome.NO_ANSWER, Outcome.VOICEMAIL, Outcome.SKIP, Outcome.SNOOZE]
STOPPING = [Outcome.REPLIED, Outcome.BOOKED, Outcome.NOT_NOW, Outcome.NOT_INTERESTED, Outcome.WRONG_FIT]


def test_on_any_plan_an_open_lead_has_a_next_action_and_a_stop_is_the_end_of_its_touches(
    sqlite_desk: Desk,
) -> None:
    chance = Random(20260303)
    for _ in range(25):
        document = {"plans": {"any": some_plan(chance)}}
        with sqlite_desk.database.write() as session:
            text = TEAM + "    plan: any\n" + yaml.safe_dump(document)
            apply_team(session, text, author="test", now=MONDAY_10)
        work(sqlite_desk, sqlite_desk.claimed(), chance)


def work(desk: Desk, lead_id: int, chance: Random) -> None:
    """Some touches made, put off or skipped, and perhaps a stop."""
    outcomes = chance.choices(GOING_ON, k=chance.randint(1, 9)) + chance.choices(
        STOPPING, k=chance.randint(0, 1)
    )
    now = MONDAY_10
    for outcome in outcomes:
        lead = desk.lead(lead_id)
        if lead.next_action_at is None:
            assert lead.status.is_closed
            return
        now = max(now, lead.next_action_at) + lateness(chance)
        desk.tick(now)
        started = desk.enrollment(lead_id).id
        desk.log(lead_id, outcome, now)
        look(desk, lead_id, stopped=started if outcome in STOPPING else None)


def look(desk: Desk, lead_id: int, stopped: int | None) -> None:
    lead, tasks = desk.lead(lead_id), desk.tasks(lead_id)
    waiting = [task for task in tasks if task.state in OPEN_TASKS]
    assert (lead.next_action_at is None) == lead.status.is_closed
    assert len([task for task in waiting if task.kind is TaskKind.TOUCH]) <= 1
    assert not (lead.status.is_closed and waiting)
    assert all(task.enrollment_id != stopped for task in waiting if stopped is not None)
    made = [task.closed_at for task in tasks if task.kind is TaskKind.TOUCH and task.closed_at]
    assert all(before <= after for before, after in pairwise(made))
