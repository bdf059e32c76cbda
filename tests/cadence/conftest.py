"""A desk: leads that came in through the pool and were claimed, and what their owner makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.businesstime import next_opening
from bot.cadence import NextStep, Report, Step, fire_due_tasks, fire_due_timers, log_outcome, open_tasks, undo
from bot.db import Database
from bot.db.models import (
    OPEN_TASKS,
    Activity,
    ActivityKind,
    Enrollment,
    Escalation,
    Intent,
    LadderKind,
    Lead,
    Outcome,
    Task,
    TaskKind,
    Tier,
    Timer,
)
from bot.routing import claim, offer_leads
from bot.team.live import apply_team, live_team
from tests.people import rep_by_key

NEW_YORK = ZoneInfo("America/New_York")

TEAM = """
name: Larkspur
zone: America/New_York
country: US
booking_link: https://cal.example.com/larkspur
reps:
  ana: {name: Ana Ruiz, email: ana@larkspur.example}
  ben: {name: Ben Okafor, email: ben@larkspur.example, booking_link: "https://cal.example.com/ben"}
  mia: {name: Mia Lindqvist, email: mia@larkspur.example}
pools:
  inbound:
    channel: "#sales-inbound"
    members: [ana, ben]
    managers: [mia]
    hours: {mon-fri: "09:00-17:00"}
"""


def new_york(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of 2026 in New York, in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


MONDAY_10 = new_york(3, 2, 10)

DANA = {
    "name": "Dana Lee",
    "first_name": "Dana",
    "email": "dana@brightfields.example",
    "phone": "+12125550142",
    "company": "Brightfields",
    "action": "demo",
    "message": "We lose web leads over the weekend.",
}


@dataclass
class Desk:
    """Every call is one transaction, as at an edge."""

    database: Database

    def arrive(self, at: datetime = MONDAY_10, *, consent: bool = True, **fields: Any) -> int:
        """The id of a lead that came in and was offered."""
        with self.database.write() as session:
            live = live_team(session)
            lead = Lead(
                source="website",
                pool="inbound",
                tier=fields.pop("tier", Tier.HOT),
                received_at=at,
                clock_started_at=next_opening(at, live.team.pool("inbound").calendar),
                consent_at=at if consent else None,
                **(DANA | fields),
            )
            session.add(lead)
            offer_leads(session, [lead], live, at)
            return lead.id

    def claim(self, lead_id: int, at: datetime = MONDAY_10, by: str = "ana") -> None:
        with self.database.write() as session:
            claim(session, lead_id, rep_by_key(session, by), at)

    def claimed(self, at: datetime = MONDAY_10, **fields: Any) -> int:
        """The id of a lead that came in and was claimed by Ana at once."""
        lead_id = self.arrive(at, **fields)
        self.claim(lead_id, at)
        return lead_id

    def log(self, lead_id: int, outcome: Outcome, at: datetime, *, by: str = "ana", **report: Any) -> int:
        """The id of the logged outcome of whatever is due, or of the task with id `task`."""
        with self.database.write() as session:
            task_id = report.pop("task", None)
            task = session.get_one(Task, task_id) if task_id else None
            if outcome is Outcome.HELD:
                report.setdefault("next_step", NextStep(Step.NURTURE))
            what = Report(outcome, rep_by_key(session, by), **report)
            lead = session.get_one(Lead, lead_id)
            return log_outcome(session, lead, task, what, live_team(session), at).id

    def undo(self, activity_id: int, at: datetime, by: str = "ana") -> None:
        with self.database.write() as session:
            undo(session, activity_id, rep_by_key(session, by), at)

    def tick(self, at: datetime, limit: int = 100) -> int:
        """What the worker does; how much fell due."""
        with self.database.write() as session:
            return fire_due_timers(session, at, limit) + fire_due_tasks(session, at, limit)

    def run(self, lead_id: int, outcomes: Sequence[Outcome]) -> datetime:
        """Work the lead's touches or callbacks exactly when they are due; returns the time of the last."""
        at = MONDAY_10
        for outcome in outcomes:
            at = max(at, self.next_task(lead_id).due_at)
            self.tick(at)
            self.log(lead_id, outcome, at)
        return at

    def lead(self, lead_id: int) -> Lead:
        with self.database.read() as session:
            return session.get_one(Lead, lead_id)

    def tasks(self, lead_id: int, kind: TaskKind | None = None) -> list[Task]:
        with self.database.read() as session:
            tasks = session.scalars(select(Task).where(Task.lead_id == lead_id).order_by(Task.id))
            return [task for task in tasks if kind in (None, task.kind)]

    def next_task(self, lead_id: int) -> Task:
        """The open task that is due first."""
        still_open = [task for task in self.tasks(lead_id) if task.state in OPEN_TASKS]
        return min(still_open, key=lambda task: task.due_at)

    def timers(self, lead_id: int) -> list[Timer]:
        """Those that are still to fire."""
        with self.database.read() as session:
            pending = select(Timer).where(Timer.lead_id == lead_id, Timer.fired_at.is_(None))
            return list(session.scalars(pending))

    def enrollment(self, lead_id: int) -> Enrollment:
        """The latest one that was not undone."""
        with self.database.read() as session:
            mine = select(Enrollment).where(Enrollment.lead_id == lead_id).order_by(Enrollment.id.desc())
            return next(one for one in session.scalars(mine) if one.end_reason != "undone")

    def contact_ladder(self, lead_id: int) -> Escalation:
        with self.database.read() as session:
            mine = select(Escalation).where(
                Escalation.lead_id == lead_id, Escalation.kind == LadderKind.CONTACT
            )
            return session.scalars(mine).one()

    def story(self, lead_id: int, *kinds: ActivityKind) -> list[Activity]:
        with self.database.read() as session:
            told = select(Activity).where(Activity.lead_id == lead_id, Activity.kind.in_(kinds))
            return list(session.scalars(told.order_by(Activity.id)))

    def wanted(self, task: Task) -> int:
        """How often the message about a task was asked for; 0 when it never was."""
        with self.database.read() as session:
            message = select(Intent.wanted).where(Intent.kind == "task", Intent.subject == str(task.id))
            return session.scalar(message) or 0

    def due_of(self, key: str, at: datetime) -> list[int]:
        """The leads of what this rep has due, in order."""
        with self.database.read() as session:
            return [lead.id for _, lead in open_tasks(session, rep_by_key(session, key).id, at)]


@pytest.fixture
def desk(database: Database) -> Desk:
    with database.write() as session:
        apply_team(session, TEAM, author="test", now=MONDAY_10 - timedelta(days=30))
    return Desk(database)
