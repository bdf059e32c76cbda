"""What a person must do: making tasks, telling their owner when they fall due, listing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from bot.cadence.channels import IN_WORDS, working_channel
from bot.cadence.plans import Plan, plan_of
from bot.db import Loop, wake
from bot.db.models import (
    OPEN_TASKS,
    Activity,
    ActivityKind,
    Channel,
    Enrollment,
    Lead,
    Task,
    TaskKind,
    TaskState,
    Tier,
)
from bot.outbox.enqueue import IntentKind, posted_at, refresh, show, tell, to_rep


@dataclass(frozen=True)
class _ErrandFacts:
    kind: TaskKind
    template: str | None
    title: str


class Errand(Enum):
    """Everything a person must do outside a plan. A task remembers which one it is by its template."""

    REPLY_ONCE = _ErrandFacts(
        TaskKind.CALLBACK, "reply-once", "Answer what they asked, once: they gave no consent"
    )
    ANSWER = _ErrandFacts(TaskKind.ANSWER_NOW, "answer-reply", "Answer their reply")
    NEXT_STEP = _ErrandFacts(TaskKind.CALLBACK, "next-step", "Agree the next step, with a date")
    REVISIT = _ErrandFacts(TaskKind.CALLBACK, "revisit", "Get back to them: it may be the right time now")
    CALL_CHECK = _ErrandFacts(TaskKind.CALL_CHECK, None, "Was the call held, missed or moved?")


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
    channel = working_channel(touch.channel, lead)
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
) -> Task:
    """A task outside any plan. With `tell_now` its owner hears at once, and `due_at` is the deadline."""
    task = Task(
        lead_id=lead.id,
        kind=errand.value.kind,
        owner_id=owner_id,
        channel=working_channel(Channel.PHONE, lead),
        template=errand.value.template,
        due_at=due_at,
        created_at=now,
    )
    return _add(session, task, now, tell_now=tell_now)


def errand_of(task: Task) -> Errand | None:
    """Which errand a task is; None for a touch."""
    return next(
        (one for one in Errand if (one.value.kind, one.value.template) == (task.kind, task.template)), None
    )


def title_of(session: Session, task: Task) -> str:
    """What there is to do, in words: "Touch 2 of 5: e-mail"."""
    errand = errand_of(task)
    if errand is not None:
        return errand.value.title
    words = IN_WORDS[task.channel] if task.channel else "message"
    enrollment = session.get(Enrollment, task.enrollment_id) if task.enrollment_id else None
    of = f" of {len(plan_of(session, enrollment).touches)}" if enrollment else ""
    return f"Touch {task.number}{of}: {words}"


def fire_due_tasks(session: Session, now: datetime, limit: int = 100) -> int:
    """How many waiting tasks fell due; each one's owner is told."""
    waiting = (
        select(Task.id)
        .where(Task.state == TaskState.WAITING, Task.due_at <= now)
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
        .returning(Task),
        execution_options={"populate_existing": True, "synchronize_session": False},
    ).all()
    for task in sorted(fired, key=lambda task: (task.due_at, task.id)):
        _tell_owner(session, task, now)
    return len(fired)


def open_tasks(session: Session, owner_id: int, now: datetime) -> list[Task]:
    """What this rep has due or overdue: hottest first, within a tier replies, then the longest due."""
    tier = case({Tier.HOT: 0, Tier.WARM: 1, Tier.COOL: 2}, value=Lead.tier)
    kind = case((Task.kind == TaskKind.ANSWER_NOW, 0), else_=1)
    told_or_due = (Task.state == TaskState.DUE) | ((Task.state == TaskState.WAITING) & (Task.due_at <= now))
    mine = select(Task).join(Lead, Lead.id == Task.lead_id).where(Task.owner_id == owner_id, told_or_due)
    return list(session.scalars(mine.order_by(tier, kind, Task.due_at, Task.id)))


def open_tasks_of(session: Session, lead: Lead) -> Sequence[Task]:
    """Every open task of a lead, the next one first."""
    mine = select(Task).where(Task.lead_id == lead.id, Task.state.in_(OPEN_TASKS))
    return session.scalars(mine.order_by(Task.due_at, Task.id)).all()


def cancel(session: Session, task: Task, now: datetime) -> None:
    """Nothing to do here any more; a message about it says so."""
    task.state, task.closed_at = TaskState.CANCELLED, now
    refresh(session, IntentKind.TASK, task.id)


def _add(session: Session, task: Task, now: datetime, *, tell_now: bool) -> Task:
    task.state = TaskState.DUE if tell_now else TaskState.WAITING
    session.add(task)
    session.flush()
    if tell_now:
        _tell_owner(session, task, now)
    wake(session, Loop.TIMERS)
    return task


def _tell_owner(session: Session, task: Task, now: datetime) -> None:
    if task.kind is TaskKind.TOUCH:
        facts = {"number": task.number, "channel": task.channel}
        due = Activity(
            lead_id=task.lead_id, at=now, kind=ActivityKind.TOUCH_DUE, task_id=task.id, facts=facts
        )
        session.add(due)
    show(session, IntentKind.TASK, task.id, to_rep(task.owner_id), now)
    if posted_at(session, IntentKind.TASK, task.id):
        again = f"{task.id}:{int(task.due_at.timestamp())}"
        tell(session, IntentKind.TASK_AGAIN, again, to_rep(task.owner_id), now)
