"""Whatever happens to people and leads meanwhile, an open touch is with its owner or with who stands in for them."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence import Report, fire_due_tasks, log_outcome
from bot.db import Database
from bot.db.models import (
    OPEN_STATUSES,
    OPEN_TASKS,
    Absence,
    Lead,
    LeavePlan,
    LentTask,
    Outcome,
    Rep,
    Task,
    TaskState,
    Tier,
)
from bot.errors import FollowupError
from bot.routing import (
    LeaveWish,
    NotAwayError,
    claim,
    come_back,
    fire_due_leave,
    offer_leads,
    plan_leave,
    reassign,
)
from bot.team.absences import absences_now, stand_in_of
from bot.team.live import apply_team, live_team
from tests.people import rep_by_key
from tests.routing.conftest import MONDAY_NOON, team_text

REPS = ("ana", "ben", "cleo")
STEPS = 45


class Story:
    """Three reps with two leads each and what befalls them, in one transaction that is thrown away."""

    def __init__(self, session: Session, chance: Random) -> None:
        self.session, self.chance, self.now = session, chance, MONDAY_NOON
        self.reps = {key: rep_by_key(session, key) for key in REPS}
        live = live_team(session)
        self.leads = [self._lead(tier) for tier in Tier for _ in range(2)]
        session.add_all(self.leads)
        offer_leads(session, self.leads, live, self.now)
        for lead, rep in zip(self.leads, 2 * list(self.reps.values()), strict=True):
            claim(session, lead.id, rep, self.now)
            self.log(lead)

    def _lead(self, tier: Tier) -> Lead:
        return Lead(
            source="website",
            name=tier,
            email=f"{tier}@x.example",
            pool="inbound",
            tier=tier,
            received_at=self.now,
            clock_started_at=self.now,
            consent_at=self.now,
        )

    def go_on(self) -> None:
        """Something happens, or is refused and changes nothing."""
        happens = self.chance.choice([self.away, self.away, self.back, self.assign, self.worked, self.wait])
        with suppress(FollowupError):
            happens()
        self.settle()

    def away(self) -> None:
        rep, cover = self.chance.sample(list(self.reps.values()), 2)
        plan = self.chance.choice(list(LeavePlan))
        until = self.now + timedelta(hours=self.chance.randint(5, 90))
        stand_in = None if plan is LeavePlan.WAIT else cover
        plan_leave(self.session, LeaveWish(rep, self.now, until, plan, stand_in, rep), self.now)

    def back(self) -> None:
        come_back(self.session, self.chance.choice(list(self.reps.values())), self.now)

    def assign(self) -> None:
        lead, to = self.chance.choice(self.leads), self.chance.choice(list(self.reps.values()))
        reassign(self.session, lead, to, None, self.now)

    def worked(self) -> None:
        self.log(self.chance.choice(self.leads))

    def wait(self) -> None:
        self.now += timedelta(hours=self.chance.randint(1, 12))

    def settle(self) -> None:
        """What the worker does."""
        self.session.flush()
        fire_due_leave(self.session, self.now)
        fire_due_tasks(self.session, self.now)
        self.session.flush()

    def log(self, lead: Lead) -> None:
        """Whoever has the lead's next task does it."""
        task = next((task for task, of in self.open_tasks() if of is lead), None)
        if task is not None:
            by = self.session.get_one(Rep, task.owner_id)
            report = Report(Outcome.VOICEMAIL, by)
            log_outcome(self.session, lead, task, report, live_team(self.session), self.now)

    def open_tasks(self) -> list[tuple[Task, Lead]]:
        found = select(Task, Lead).join(Lead, Lead.id == Task.lead_id)
        rows = self.session.execute(found.where(Task.state.in_(OPEN_TASKS), Lead.status.in_(OPEN_STATUSES)))
        return [(task, lead) for task, lead in rows]


@pytest.fixture(scope="module")
def quiet(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("lending") / "lending.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        apply_team(session, team_text(REPS, fallback="mia", hours=True), author="test", now=MONDAY_NOON)
    yield database
    database.dispose()


# A shorter story is not much clearer, and long in the making.
@settings(max_examples=3, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_an_open_touch_is_always_with_its_owner_or_with_who_stands_in(quiet: Database, seed: int) -> None:
    with quiet.read() as session:
        story = Story(session, Random(seed))
        for _ in range(STEPS):
            story.go_on()
            for task, lead in story.open_tasks():
                assert_in_good_hands(session, task, lead, story.now)
        for rep in story.reps.values():
            with suppress(NotAwayError):
                come_back(session, rep, story.now)
        assert all(task.owner_id == lead.owner_id for task, lead in story.open_tasks())
        lent = select(LentTask).join(Task, Task.id == LentTask.task_id).where(Task.state.in_(OPEN_TASKS))
        assert session.scalars(lent).all() == []


def assert_in_good_hands(session: Session, task: Task, lead: Lead, now: datetime) -> None:
    away = absences_now(session, now)
    row = session.get(LentTask, task.id)
    if lead.owner_id not in away:
        assert (task.owner_id, row) == (lead.owner_id, None)
        return
    assert row is None or session.get_one(Absence, row.absence_id) is away[lead.owner_id]
    stand_in = stand_in_of(session, lead.owner_id, now)
    fallback = rep_by_key(session, "mia").id
    assert task.owner_id in (lead.owner_id, stand_in, fallback)
    # What somebody is told to do now, somebody who is there is told.
    assert task.state is not TaskState.DUE or task.owner_id not in away
    if row is not None and stand_in != lead.owner_id:
        assert task.owner_id == stand_in
