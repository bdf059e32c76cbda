"""What a person must do: making tasks, telling their owner when they fall due, listing them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import case, insert, literal, select, update
from sqlalchemy.orm import Session

from bot.cadence.channels import IN_WORDS, channel_for, working_channel
from bot.cadence.lending import lend_of_the_absent
from bot.cadence.plans import plan_of
from bot.cadence.telling import refresh_tasks, show_tasks
from bot.db import Loop, wake
from bot.db.models import (
    OPEN_TASKS,
    Activity,
    ActivityKind,
    Channel,
    Enrollment,
    Lead,
    Outcome,
    Task,
    TaskKind,
    TaskState,
    Tier,
)
from bot.db.sql import among, due_between, json_object
from bot.db.types import UtcDateTime
from bot.team.cadences import Plan, Way

HoldBack = Callable[[Session, Sequence[int], datetime], set[int]]
"""Puts off some of the tasks that have just fired; returns which."""


@dataclass(frozen=True)
class _ErrandFacts:
    kind: TaskKind
    template: str | None
    title: str


OBJECTION_SCRIPT = "objection-"
"""The script that answers an objection is called by this and the objection's kind."""


class Errand(Enum):
    """Everything a person must do outside a plan. A task remembers which one it is by its template."""

    REPLY_ONCE = _ErrandFacts(
        TaskKind.CALLBACK, "reply-once", "Answer what they asked, once: they gave no consent"
    )
    ANSWER = _ErrandFacts(TaskKind.ANSWER_NOW, "answer-reply", "Answer their reply")
    NEXT_STEP = _ErrandFacts(TaskKind.CALLBACK, "next-step", "Agree the next step, with a date")
    REVISIT = _ErrandFacts(TaskKind.CALLBACK, "revisit", "Get back to them: it may be the right time now")
    CALL_CHECK = _ErrandFacts(TaskKind.CALL_CHECK, None, "Was the call held, missed or moved?")
    BOOK_CALL = _ErrandFacts(TaskKind.CALLBACK, "book-call", "Send the booking link: they agreed to a call")
    REBOOK = _ErrandFacts(TaskKind.CALLBACK, "rebook", "Offer them a new time: they missed the call")
    OBJECTION = _ErrandFacts(TaskKind.CALLBACK, "objection", "Answer their objection")
    OUR_PROMISE = _ErrandFacts(TaskKind.PROMISE, "our-promise", "Keep our promise")
    THEIR_PROMISE = _ErrandFacts(TaskKind.PROMISE, "their-promise", "See whether they kept their promise")

    @classmethod
    def of(cls, task: Task) -> "Errand | None":
        """Which errand a task is; None for a touch. Objections have a script for each kind."""
        if task.kind is TaskKind.CALLBACK and (task.template or "").startswith(OBJECTION_SCRIPT):
            return cls.OBJECTION
        same = (one for one in cls if (one.value.kind, one.value.template) == (task.kind, task.template))
        return next(same, None)


def add_touch(
    session: Session,
    lead: Lead,
    enrollment: Enrollment,
    plan: Plan,
    *,
    due_at: datetime,
    now: datetime,
    tell_now: bool,
) -> Task:
    """The enrollment's current touch, on a channel that reaches the lead (D12)."""
    touch = plan.touches[enrollment.step]
    channel = channel_for(
        touch,
        lead,
        last=_last_channel(session, lead) if touch.channel is Way.ANY_BUT_LAST else None,
        original=_answered_on(session, lead) if touch.channel is Way.ORIGINAL else None,
    )
    task = Task(
        lead_id=lead.id,
        enrollment_id=enrollment.id,
        kind=TaskKind.TOUCH,
        owner_id=lead.owner_id,
        number=touch.number,
        channel=channel,
        template=touch.templates.get(channel),
        due_at=due_at,
        created_at=now,
    )
    return _add(session, task, now, tell_now=tell_now)


def add_errand(
    session: Session,
    lead: Lead,
    errand: Errand,
    owner_id: int,
    *,
    due_at: datetime,
    now: datetime,
    tell_now: bool,
    about: str | None = None,
    template: str | None = None,
) -> Task:
    """A task outside any plan. With `tell_now` its owner hears at once, and `due_at` is the deadline."""
    task = Task(
        lead_id=lead.id,
        kind=errand.value.kind,
        owner_id=owner_id,
        channel=working_channel(Channel.PHONE, lead),
        template=template or errand.value.template,
        due_at=due_at,
        created_at=now,
        about=about,
    )
    return _add(session, task, now, tell_now=tell_now)


def title_of(session: Session, task: Task) -> str:
    """What there is to do, in words: "Touch 2 of 5: e-mail"."""
    errand = Errand.of(task)
    if errand is not None:
        return f"{errand.value.title}: {task.about}" if task.about else errand.value.title
    words = IN_WORDS[task.channel] if task.channel else "message"
    enrollment = session.get(Enrollment, task.enrollment_id) if task.enrollment_id else None
    of = f" of {len(plan_of(session, enrollment).touches)}" if enrollment else ""
    return f"Touch {task.number}{of}: {words}"


def fire_due_tasks(
    session: Session,
    now: datetime,
    limit: int = 1000,
    *,
    since: datetime | None = None,
    hold_back: HoldBack | None = None,
) -> int:
    """How many waiting tasks fell due, at `since` or later; each one's owner is told.

    Of those due, `hold_back` may put some off and says which.
    A few statements whatever the number: one task at a time could not keep up with a busy morning.
    """
    waiting = (
        select(Task.id)
        .where(Task.state == TaskState.WAITING, *due_between(Task.due_at, since, now))
        .order_by(Task.due_at, Task.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    fired = session.scalars(
        update(Task)
        # The state again: on SQLite the lock is left out and this condition alone decides.
        .where(Task.id.in_(select(waiting.c.id)), Task.state == TaskState.WAITING)
        .values(state=TaskState.DUE)
        .returning(Task.id),
        execution_options={"synchronize_session": "fetch"},
    ).all()
    theirs = lend_of_the_absent(session, fired, now)
    held = hold_back(session, theirs, now) if theirs and hold_back else set()
    if told := [task_id for task_id in theirs if task_id not in held]:
        _tell_owners(session, told, now)
    return len(fired)


def open_tasks(session: Session, owner_id: int, now: datetime) -> list[tuple[Task, Lead]]:
    """What this rep has due or overdue, and with whom: hottest first, within a tier replies, then the longest due."""
    tier = case({Tier.HOT: 0, Tier.WARM: 1, Tier.COOL: 2}, value=Lead.tier)
    kind = case((Task.kind == TaskKind.ANSWER_NOW, 0), else_=1)
    told_or_due = (Task.state == TaskState.DUE) | ((Task.state == TaskState.WAITING) & (Task.due_at <= now))
    mine = (
        select(Task, Lead).join(Lead, Lead.id == Task.lead_id).where(Task.owner_id == owner_id, told_or_due)
    )
    return [(task, lead) for task, lead in session.execute(mine.order_by(tier, kind, Task.due_at, Task.id))]


def open_tasks_of(session: Session, lead: Lead) -> Sequence[Task]:
    """Every open task of a lead, the next one first."""
    mine = select(Task).where(Task.lead_id == lead.id, Task.state.in_(OPEN_TASKS))
    return session.scalars(mine.order_by(Task.due_at, Task.id)).all()


def cancel(session: Session, task: Task, now: datetime) -> None:
    """Nothing to do here any more; a message about it says so."""
    task.state, task.closed_at = TaskState.CANCELLED, now
    refresh_tasks(session, task.id, now=now)


def _add(session: Session, task: Task, now: datetime, *, tell_now: bool) -> Task:
    task.state = TaskState.DUE if tell_now else TaskState.WAITING
    session.add(task)
    session.flush()
    if tell_now and (told := lend_of_the_absent(session, [task.id], now)):
        _tell_owners(session, told, now)
    wake(session, Loop.TIMERS)
    return task


def _last_channel(session: Session, lead: Lead) -> Channel | None:
    """Where the last touch went."""
    made = select(Task.channel).where(
        Task.lead_id == lead.id, Task.kind == TaskKind.TOUCH, Task.state == TaskState.DONE
    )
    return session.scalar(made.order_by(Task.closed_at.desc(), Task.id.desc()).limit(1))


def _answered_on(session: Session, lead: Lead) -> Channel | None:
    """Where they answered last."""
    answered = select(Task.channel).where(Task.lead_id == lead.id, Task.outcome == Outcome.REPLIED)
    return session.scalar(answered.order_by(Task.closed_at.desc(), Task.id.desc()).limit(1))


def _tell_owners(session: Session, task_ids: Sequence[int], now: datetime) -> None:
    facts = json_object(session, number=Task.number, channel=Task.channel)
    touches = select(
        Task.lead_id, literal(now, UtcDateTime), literal(ActivityKind.TOUCH_DUE.value), Task.id, facts
    ).where(among(session, Task.id, task_ids), Task.kind == TaskKind.TOUCH)
    session.execute(
        insert(Activity).from_select(
            ["lead_id", "at", "kind", "task_id", "facts"], touches.order_by(Task.due_at, Task.id)
        )
    )
    show_tasks(session, task_ids, now)
