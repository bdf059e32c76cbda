"""Whatever people do with a lead, on whatever plan: after every deed the database holds what it must (R22).

HISTORIES says how many; `make soak` lives ten thousand. A failure comes with the story that led to it.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.businesstime import Calendar, is_open
from bot.cadence import NextStep, Step, plan_of, welcome_back
from bot.db import Database
from bot.db.models import (
    OPEN_TASKS,
    ActivityKind,
    Enrollment,
    EnrollmentState,
    Lead,
    Outcome,
    Task,
    TaskKind,
    TaskState,
    Timer,
)
from bot.team.cadences import CountsFrom, Plan, Touch
from bot.team.live import apply_team, live_team
from tests.cadence.conftest import Desk
from tests.cadence.generated import STOPPING, SUMMER_TIME, History, Move, some_history

HISTORIES = int(os.environ.get("HISTORIES", "120"))
ON_ONE_DATABASE = 100


@pytest.mark.parametrize("first", range(0, HISTORIES, ON_ONE_DATABASE))
def test_no_touch_is_bunched_or_out_of_hours_or_after_a_stop_and_no_open_lead_is_forgotten(
    migrated_sqlite: Path, tmp_path: Path, first: int
) -> None:
    database = Database(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'followup.db')}")
    for number in range(first, min(first + ON_ONE_DATABASE, HISTORIES)):
        live(Desk(database), number)
    database.dispose()


def live(desk: Desk, number: int) -> None:
    """Live one history; a failure tells it up to there."""
    life = Life(desk, some_history(number))
    try:
        life.run()
    except Exception as failure:
        failure.add_note(f"history {number}: {life.history}\n" + "\n".join(life.told))
        raise


@dataclass
class Picture:
    """The lead and everything of it, at one moment."""

    lead: Lead
    tasks: Sequence[Task]
    timers: Sequence[Timer]
    enrollments: dict[int | None, Enrollment]

    @property
    def open(self) -> list[Task]:
        return [task for task in self.tasks if task.state in OPEN_TASKS]

    @property
    def touches(self) -> list[Task]:
        return [task for task in self.open if task.kind is TaskKind.TOUCH]

    @property
    def running(self) -> set[int]:
        return {one.id for one in self.enrollments.values() if one.state is EnrollmentState.RUNNING}

    @property
    def coming(self) -> list[datetime]:
        """What the worker still has to see to, and when."""
        waiting = [task.due_at for task in self.open if task.state is TaskState.WAITING]
        return sorted([*waiting, *(timer.due_at for timer in self.timers)])


def picture(session: Session, lead_id: int) -> Picture:
    """As it is committed now."""
    tasks = session.scalars(select(Task).where(Task.lead_id == lead_id).order_by(Task.id)).all()
    timers = session.scalars(select(Timer).where(Timer.lead_id == lead_id, Timer.fired_at.is_(None))).all()
    plans = session.scalars(select(Enrollment).where(Enrollment.lead_id == lead_id).order_by(Enrollment.id))
    return Picture(session.get_one(Lead, lead_id), tasks, timers, {plan.id: plan for plan in plans})


class Life:
    """One history as it is lived: every deed is one transaction, after each of which everything is looked at."""

    def __init__(self, desk: Desk, history: History) -> None:
        self.desk = desk
        self.history = history
        self.now = history.start
        self.told: list[str] = []
        self._judged: set[tuple[int, datetime]] = set()

    def run(self) -> None:
        with self.desk.database.write() as session:
            apply_team(session, self.history.document, author="test", now=self.now)
        self.lead_id = self.desk.arrive(self.now, **self.history.lead)
        self.now += self.history.claimed_after
        self.desk.claim(self.lead_id, self.now)
        self._look("claimed")
        for move in self.history.moves:
            self._wait_for(move)
            if move.outcome is None:
                self._they_write()
            elif not self.seen.lead.status.is_closed:
                self._log(move, move.outcome)
        self._end()

    # -- what happens

    def _wait_for(self, move: Move) -> None:
        """Let what falls due until then fall due, each at its moment."""
        due = self.seen.lead.next_action_at
        until = self.now + move.late if move.early or due is None else max(self.now, due) + move.late
        while self.seen.coming and self.seen.coming[0] <= until:
            self.now = max(self.now, self.seen.coming[0])
            assert self.desk.tick(self.now)
            self._look("something fell due")
        self.now = until

    def _log(self, move: Move, outcome: Outcome) -> None:
        due = [task for task in self.seen.open if task.state is TaskState.DUE]
        meant = [*due, *(task for task in self.seen.open if task.kind not in NOT_MEANT)]
        if outcome in PUT_OFF and not meant:
            return
        if outcome is Outcome.DONE and due and min(due, key=_order).kind is TaskKind.CALL_CHECK:
            outcome = Outcome.HELD
        until = self.now + move.until if move.until else None
        ran = self.seen.running
        step = NextStep(move.step if until else Step.NURTURE, "A quote")
        activity_id = self.desk.log(self.lead_id, outcome, self.now, until=until, next_step=step)
        self._look(f"{outcome} {until or ''}", put_off=outcome is Outcome.SNOOZE, dated=until is not None)
        if outcome in STOPPING:
            assert not ran & self.seen.running
            assert not ran & {task.enrollment_id for task in self.seen.open}
        if move.undone:
            self.now += timedelta(minutes=9)
            self.desk.undo(activity_id, self.now)
            self._look("undone")

    def _they_write(self) -> None:
        with self.desk.database.write() as session:
            lead = session.get_one(Lead, self.lead_id)
            back = welcome_back(session, lead, live_team(session), self.now)
        self._look(f"they write {back}")
        assert not back or not (self.seen.lead.status.is_closed or self.seen.touches)

    def _end(self) -> None:
        """Whatever is left ends with a stop, and nobody was ever told of a touch after the end of its plan."""
        if not self.seen.lead.status.is_closed:
            self.desk.log(self.lead_id, Outcome.WRONG_FIT, self.now)
            self._look("wrong fit")
        plan_of_task = {task.id: self.seen.enrollments.get(task.enrollment_id) for task in self.seen.tasks}
        for told in self.desk.story(self.lead_id, ActivityKind.TOUCH_DUE):
            plan = plan_of_task[told.task_id or 0]
            assert plan is not None
            assert plan.ended_at is not None
            assert told.at <= plan.ended_at

    # -- what must hold

    def _look(self, what: str, *, put_off: bool = False, dated: bool = False) -> None:
        """`put_off`: somebody has moved what is due; `dated`: to a time of their own choice."""
        self.told.append(f"{self.now:%a %Y-%m-%d %H:%M} {what}")
        with self.desk.database.read() as session:
            self.seen = picture(session, self.lead_id)
            self._has_a_next_action_or_is_closed()
            self._has_a_touch_on_a_running_plan_and_nowhere_else()
            for task in self.seen.touches:
                self.told.append(f"    touch {task.number} {task.state} {task.due_at:%a %Y-%m-%d %H:%M}")
                if (task.id, task.due_at) not in self._judged and not (put_off and dated):
                    touch, plan = self._touch(session, task)
                    self._keeps_the_hours(session, task, touch, plan, put_off=put_off)
                    self._keeps_its_distance(task, touch, plan)
                self._judged.add((task.id, task.due_at))

    def _touch(self, session: Session, task: Task) -> tuple[Touch, Plan]:
        plan = plan_of(session, self.seen.enrollments[task.enrollment_id])
        assert task.number
        return plan.touches[task.number - 1], plan

    def _has_a_next_action_or_is_closed(self) -> None:
        lead, waiting = self.seen.lead, [*self.seen.open, *self.seen.timers]
        if lead.status.is_closed:
            assert (lead.next_action, lead.next_action_at, waiting) == (None, None, [])
        else:
            assert lead.next_action
            assert lead.next_action_at == min(each.due_at for each in self.seen.open or self.seen.timers)

    def _has_a_touch_on_a_running_plan_and_nowhere_else(self) -> None:
        running = [self.seen.enrollments[each] for each in self.seen.running]
        assert [(one.enrollment_id, one.number) for one in self.seen.touches] == [
            (plan.id, plan.step + 1) for plan in running
        ]

    def _keeps_the_hours(
        self, session: Session, task: Task, touch: Touch, plan: Plan, *, put_off: bool
    ) -> None:
        team = live_team(session).team
        pool, lead = team.pool("inbound"), self.seen.lead
        first = (task.enrollment_id, touch.number) == (min(filter(None, self.seen.enrollments)), 1)
        if put_off:
            assert is_open(task.due_at, pool.calendar)
        elif first and plan.counts_from is CountsFrom.ARRIVAL:
            # They wrote a moment ago: the first contact waits for nothing (R30).
            assert task.due_at == max(task.created_at, lead.clock_started_at)
        else:
            zone = lead.zone or ("America/New_York" if lead.phone else None)
            theirs = [daily(zone, time(8), time(20))] if zone else []
            window = [daily(zone or pool.calendar.zone, *touch.between)] if touch.between else []
            wanted = [pool.calendar, team.working_hours("ana", pool), *theirs, *window]
            assert is_open(task.due_at, pool.calendar)
            assert all(is_open(task.due_at, each) for each in wanted) or not meet(task.due_at, wanted)

    def _keeps_its_distance(self, task: Task, touch: Touch, plan: Plan) -> None:
        """As far from the last touch that was made as the plan says, however late that was (D9)."""
        made = [
            each.closed_at
            for each in self.seen.tasks
            if each.kind is TaskKind.TOUCH and each.state is TaskState.DONE and each.closed_at
        ]
        assert not made or task.due_at - max(made) >= plan.gap_before(touch) - SUMMER_TIME


NOT_MEANT = frozenset({TaskKind.CALL_CHECK, TaskKind.PROMISE})
"""By who names only the lead, before they are due."""
PUT_OFF = frozenset({Outcome.SKIP, Outcome.SNOOZE})


def daily(zone: str, opens: time, closes: time) -> Calendar:
    return Calendar.weekly(zone, {day: [(opens, closes)] for day in range(7)})


def meet(since: datetime, calendars: Sequence[Calendar]) -> bool:
    """Whether all of these are open at some moment of the next week."""
    quarters = (since + number * timedelta(minutes=15) for number in range(7 * 96))
    return any(all(is_open(at, each) for each in calendars) for at in quarters)


def _order(task: Task) -> tuple[datetime, int]:
    return task.due_at, task.id
