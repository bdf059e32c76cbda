"""R22, whatever people log, take back and let slip: an open lead has a next action, a closed one has nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bot.cadence import NextStep, Step, UndoError, welcome_back
from bot.db.models import (
    OPEN_TASKS,
    Activity,
    ActivityKind,
    Enrollment,
    EnrollmentState,
    Escalation,
    LadderKind,
    Lead,
    Offer,
    OfferState,
    Outcome,
    Status,
    Task,
    TaskKind,
    TaskState,
    Timer,
)
from bot.routing import fire_due_steps
from bot.team.live import live_team
from tests.cadence.conftest import MONDAY_10, Desk

MINUTES = st.sampled_from([1, 9, 11, 20, 60, 150, 24 * 60, 3 * 24 * 60, 31 * 24 * 60])
UNTIL = st.none() | st.integers(min_value=1, max_value=60 * 24 * 40)
CLOSING = {
    Outcome.NOT_INTERESTED,
    Outcome.WRONG_FIT,
    Outcome.WON,
    Outcome.LOST,
    Outcome.UNSUBSCRIBED,
    Outcome.DO_NOT_CONTACT,
}
PEOPLE = count(1)
OUTREACH = set(Outcome) - {Outcome.SKIP, Outcome.SNOOZE}


@dataclass
class Picture:
    """A lead and everything that runs for it, at one moment."""

    lead: Lead
    open_tasks: Sequence[Task]
    timers: Sequence[Timer]
    running: Sequence[Enrollment]
    ladders: Sequence[Escalation]
    offers: Sequence[Offer]
    activities: Sequence[Activity]

    @property
    def position(self) -> dict[str, Any]:
        """What an undone outcome must leave as it was."""
        return {
            "lead": {name: value for name, value in vars(self.lead).items() if not name.startswith("_")},
            "open": [(task.id, task.state, task.due_at, task.snoozes) for task in self.open_tasks],
            "timers": [(timer.id, timer.due_at) for timer in self.timers],
            "plan": [(plan.id, plan.step) for plan in self.running],
            "ladders": [(ladder.id, ladder.step, ladder.next_step_at) for ladder in self.ladders],
        }


def picture(desk: Desk, lead_id: int) -> Picture:
    """The lead as it is committed now."""
    with desk.database.read() as session:

        def of_lead(model: Any, *conditions: Any) -> Sequence[Any]:
            return session.scalars(
                select(model).where(model.lead_id == lead_id, *conditions).order_by(model.id)
            ).all()

        return Picture(
            session.get_one(Lead, lead_id),
            of_lead(Task, Task.state.in_(OPEN_TASKS)),
            of_lead(Timer, Timer.fired_at.is_(None)),
            of_lead(Enrollment, Enrollment.state == EnrollmentState.RUNNING),
            of_lead(Escalation, Escalation.ended_at.is_(None)),
            of_lead(Offer, Offer.state == OfferState.OPEN),
            of_lead(Activity, Activity.undone_at.is_(None)),
        )


class WorkingALead(RuleBasedStateMachine):
    """One lead, its owner, its manager, and a clock."""

    desk: Desk

    @initialize(consent=st.booleans(), phone=st.booleans())
    def arrive(self, consent: bool, phone: bool) -> None:
        self.now = MONDAY_10
        # Somebody else each time: who is never to be contacted stays so.
        person = next(PEOPLE)
        self.lead_id = self.desk.arrive(
            consent=consent,
            email=f"dana{person}@brightfields.example",
            phone=f"+1212555{person:04}" if phone else None,
        )
        self.desk.claim(self.lead_id, self.now)
        self.seen = picture(self.desk, self.lead_id)
        self.logged: list[tuple[int, datetime, dict[str, Any]]] = []
        self.worker_acted = False

    @rule(
        outcome=st.sampled_from(list(Outcome)),
        until=UNTIL,
        by=st.sampled_from(["ana", "mia"]),
        steps=st.permutations(list(Step)),
    )
    def log(self, outcome: Outcome, until: int | None, by: str, steps: list[Step]) -> None:
        putting_off_nothing = outcome not in OUTREACH and not any(map(_is_meant, self.seen.open_tasks))
        if self.seen.lead.status.is_closed or putting_off_nothing:
            return
        at = self.now + timedelta(minutes=until) if until else None
        if outcome is Outcome.DONE and self._about_a_call():
            outcome = Outcome.HELD
        step = {"next_step": NextStep(steps[0] if at else Step.NURTURE, "A quote")}
        before = self.seen.position
        activity_id = self.desk.log(self.lead_id, outcome, self.now, by=by, until=at, **step)
        self.logged.append((activity_id, self.now, before))
        self.worker_acted = False
        after = self.look()
        assert after.lead.status.is_closed or outcome not in CLOSING

    @rule(minutes=MINUTES)
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        while self.desk.tick(self.now) + self.climb():
            self.worker_acted = True
        self.look()
        late = [task for task in self.seen.open_tasks if task.state is TaskState.WAITING]
        assert all(task.due_at > self.now for task in late)

    @precondition(lambda self: self.logged)
    @rule()
    def undo(self) -> None:
        activity_id, at, before = self.logged[-1]
        in_time = self.now - at <= timedelta(minutes=10)
        try:
            self.desk.undo(activity_id, self.now)
        except UndoError:
            assert not in_time
            return
        assert in_time
        self.logged.pop()
        self.look()
        assert self.worker_acted or self.seen.position == before
        # Between this outcome and the one before it the worker may have acted too.
        self.worker_acted = True

    @rule()
    def they_write(self) -> None:
        """Whoever was closed or at rest is back with its owner; one that is being worked stays as it is."""
        with self.desk.database.write() as session:
            lead = session.get_one(Lead, self.lead_id)
            resting = lead.status.is_closed or lead.status in {Status.NURTURE, Status.GHOSTED}
            assert welcome_back(session, lead, live_team(session), self.now) == resting
        self.worker_acted = True
        assert not self.look().lead.suppressed or not resting

    @invariant()
    def an_open_lead_has_a_next_action_and_a_closed_one_has_nothing(self) -> None:
        seen, lead = self.seen, self.seen.lead
        closed = lead.status.is_closed
        assert (lead.closed_at is not None) == closed
        assert (lead.next_action is None) == (lead.next_action_at is None) == closed
        if closed:
            assert [*seen.open_tasks, *seen.timers, *seen.running, *seen.ladders, *seen.offers] == []
        else:
            due = [task.due_at for task in seen.open_tasks] or [timer.due_at for timer in seen.timers]
            assert lead.next_action_at == min(due)

    @invariant()
    def a_touch_is_open_only_on_a_running_plan_and_one_at_most(self) -> None:
        touches = [task for task in self.seen.open_tasks if task.kind is TaskKind.TOUCH]
        assert len(touches) <= 1
        assert [touch.number for touch in touches] == [plan.step + 1 for plan in self.seen.running]

    @invariant()
    def the_first_response_is_the_first_outreach_that_stands_and_ends_the_contact_clock(self) -> None:
        outreach = [one.at for one in self._told(ActivityKind.OUTCOME) if one.facts["outcome"] in OUTREACH]
        assert self.seen.lead.first_response_at == min(outreach, default=None)
        assert len(self._told(ActivityKind.FIRST_RESPONSE)) == bool(outreach)
        running = any(ladder.kind is LadderKind.CONTACT for ladder in self.seen.ladders)
        assert running == (not outreach and not self.seen.lead.status.is_closed)

    def _about_a_call(self) -> bool:
        """Whether naming only the lead means the call that was booked."""
        due = [task for task in self.seen.open_tasks if task.state is TaskState.DUE]
        return bool(due) and min(due, key=_order).kind is TaskKind.CALL_CHECK

    def look(self) -> Picture:
        self.seen = picture(self.desk, self.lead_id)
        return self.seen

    def climb(self) -> int:
        with self.desk.database.write() as session:
            return fire_due_steps(session, self.now)

    def _told(self, kind: ActivityKind) -> list[Activity]:
        return [one for one in self.seen.activities if one.kind is kind]


def _is_meant(task: Task) -> bool:
    """By who names only the lead."""
    return task.state is TaskState.DUE or task.kind not in {TaskKind.CALL_CHECK, TaskKind.PROMISE}


def _order(task: Task) -> tuple[datetime, int]:
    return task.due_at, task.id


def test_whatever_is_logged_undone_or_left_an_open_lead_has_a_next_action(desk: Desk) -> None:
    class AtThisDesk(WorkingALead):
        pass

    AtThisDesk.desk = desk
    run_state_machine_as_test(
        AtThisDesk,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
