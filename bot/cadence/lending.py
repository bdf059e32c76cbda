"""Open tasks of people on leave: with their stand-in, or put off until they are back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from bot.businesstime import Calendar
from bot.cadence.pools import active_reps, pool_of
from bot.cadence.spread import spread
from bot.cadence.telling import refresh_tasks, show_tasks
from bot.db import Loop, wake
from bot.db.models import (
    OPEN_TASKS,
    Absence,
    Lead,
    LentTask,
    Rep,
    Task,
    TaskKind,
    TaskState,
)
from bot.db.sql import HEAT
from bot.team.absences import absences_now, stand_in_of, stands_in
from bot.team.live import LiveTeam, live_team

CANNOT_WAIT = frozenset({TaskKind.ANSWER_NOW, TaskKind.CALL_CHECK})


def lend_open_tasks(session: Session, absence: Absence, live: LiveTeam, now: datetime) -> None:
    """Lend everything this rep has due or that falls due while they are away. Hold the leads' locks.

    What they have for others who are away goes to whoever is next to stand in for those.
    """
    due = or_(Task.state == TaskState.DUE, Task.due_at < absence.until)
    mine = _with_leads().where(Task.owner_id == absence.rep_id, Task.state.in_(OPEN_TASKS), due)
    tasks = session.execute(mine.order_by(Task.due_at, Task.id)).all()
    for task, lead in tasks:
        _lend(session, task, lead, absence, live, now)
    session.flush()
    theirs = [task.id for task, _ in tasks if task.owner_id != absence.rep_id and task.state is TaskState.DUE]
    show_tasks(session, theirs, now)
    wake(session, Loop.TIMERS)


def lend_again(session: Session, cover: Rep, calendar: Calendar, now: datetime) -> list[Lead]:
    """Give a stand-in who is back what others were lent meanwhile in their place; returns the leads concerned."""
    elsewhere = or_(Task.owner_id != cover.id, LentTask.due_at.is_not(None))
    covered = LentTask.absence_id.in_(covered_by(session, cover, now))
    lent = session.execute(_lent().where(covered, elsewhere)).all()
    plan_anew(session, [(task, row.due_at or task.due_at) for row, task, _ in lent], calendar, now)
    for row, task, _ in lent:
        task.owner_id, row.due_at = cover.id, None
    session.flush()
    return _leads(lent)


def covered_by(session: Session, cover: Rep, now: datetime) -> list[int]:
    """The ids of the absences in which `cover` stands in for somebody at `now`."""
    return [
        absence.id
        for absence in absences_now(session, now).values()
        if absence.rep_id != cover.id and stand_in_of(session, absence.rep_id, now) == cover.id
    ]


def lend_of_the_absent(session: Session, task_ids: Sequence[int], now: datetime) -> list[int]:
    """Those of these due tasks whose owners are to be told now.

    What somebody on leave would be told goes to their stand-in, who is told instead, or is put off.
    """
    away = absences_now(session, now) if task_ids else {}
    if not away:
        return list(task_ids)
    live = live_team(session)
    theirs = _with_leads().where(Task.id.in_(task_ids), Task.owner_id.in_(away))
    for task, lead in session.execute(theirs.order_by(Task.due_at, Task.id)).all():
        _lend(session, task, lead, away[task.owner_id], live, now)
    session.flush()
    still_due = set(
        session.scalars(select(Task.id).where(Task.id.in_(task_ids), Task.state == TaskState.DUE))
    )
    return [task_id for task_id in task_ids if task_id in still_due]


def take_back_tasks(session: Session, absence: Absence, calendar: Calendar, now: datetime) -> list[Lead]:
    """Give every lent task that is still open back: what waited is spread over the next working days.

    The hottest and longest due come first; what is due later anyway keeps its time. Returns the leads concerned.
    """
    lent = session.execute(_lent().where(LentTask.absence_id == absence.id)).all()
    plan_anew(session, [(task, row.due_at or task.due_at) for row, task, _ in lent], calendar, now)
    for _, task, lead in lent:
        task.owner_id = lead.owner_id or absence.rep_id
    session.execute(delete(LentTask).where(LentTask.absence_id == absence.id))
    session.flush()
    return _leads(lent)


def plan_anew(
    session: Session, wanted: Sequence[tuple[Task, datetime]], calendar: Calendar, now: datetime
) -> None:
    """Each task is due when it should be; what should have been done by now, in this order over the next days."""
    overdue = [task.id for task, due_at in wanted if due_at <= now]
    slots = dict(zip(overdue, spread(len(overdue), now, calendar), strict=True))
    for task, due_at in wanted:
        task.state, task.due_at = TaskState.WAITING, slots.get(task.id, due_at)
        refresh_tasks(session, task.id, now=now)
    wake(session, Loop.TIMERS)


def end_lending(session: Session, tasks: Sequence[Task]) -> None:
    """These tasks get another owner for good: nobody lends them any more, and what was put off is due as before."""
    for row in session.scalars(select(LentTask).where(LentTask.task_id.in_([task.id for task in tasks]))):
        task = session.get_one(Task, row.task_id)
        task.due_at = row.due_at or task.due_at
        session.delete(row)
    session.flush()


def looks_after(session: Session, lead: Lead, rep: Rep, now: datetime) -> bool:
    """Whether this rep works the lead for its owner: as their stand-in, or by having one of its tasks."""
    has_a_task = select(Task.id).where(
        Task.lead_id == lead.id, Task.owner_id == rep.id, Task.state.in_(OPEN_TASKS)
    )
    return stands_in(session, rep, lead.owner_id, now) or session.scalar(has_a_task.limit(1)) is not None


def _lent() -> Select[LentTask, Task, Lead]:
    """Open tasks that are lent, the hottest and longest due first."""
    return (
        select(LentTask, Task, Lead)
        .join(Task, Task.id == LentTask.task_id)
        .join(Lead, Lead.id == Task.lead_id)
        .where(Task.state.in_(OPEN_TASKS))
        .order_by(HEAT, func.coalesce(LentTask.due_at, Task.due_at), Task.id)
    )


def _leads(lent: Sequence[Row[LentTask, Task, Lead]]) -> list[Lead]:
    return list({lead.id: lead for _, _, lead in lent}.values())


def _with_leads() -> Select[Task, Lead]:
    return select(Task, Lead).join(Lead, Lead.id == Task.lead_id)


def _lend(
    session: Session,
    task: Task,
    lead: Lead,
    absence: Absence,
    live: LiveTeam,
    now: datetime,
) -> None:
    row = session.get(LentTask, task.id)
    if row is None:
        row = LentTask(task_id=task.id, absence_id=absence.id)
        session.add(row)
        session.flush()
    # Whoever is away has it for somebody who is away themselves: it stays that person's.
    absence = session.get_one(Absence, row.absence_id)
    holder = _holder(session, task, lead, absence, live, now)
    if holder:
        task.owner_id = holder
    else:
        task.owner_id, row.due_at = absence.rep_id, row.due_at or task.due_at
        _put_off(session, task, lead, absence, live)
    refresh_tasks(session, task.id, now=now)


def _holder(
    session: Session, task: Task, lead: Lead, absence: Absence, live: LiveTeam, now: datetime
) -> int | None:
    """Who has the task meanwhile; None when it can wait and nobody covers."""
    stand_in = stand_in_of(session, absence.rep_id, now)
    if stand_in != absence.rep_id:
        return stand_in
    if lead.first_response_at is not None and task.kind not in CANNOT_WAIT:
        return None
    # Nobody covers, and this cannot wait: the pool's fallback person, or a manager who is there (D8).
    pool, away = pool_of(session, lead, live), absences_now(session, now)
    there = (one.id for one in active_reps(session, (pool.fallback, *pool.managers)) if one.id not in away)
    return next(there, None)


def _put_off(session: Session, task: Task, lead: Lead, absence: Absence, live: LiveTeam) -> None:
    waiting = select(func.count()).where(LentTask.absence_id == absence.id, LentTask.due_at.is_not(None))
    place = max(1, session.scalars(waiting).one())
    rep = session.get_one(Rep, absence.rep_id)
    was_due, task.due_at = task.due_at, spread(place, absence.until, live.team.calendar_of(rep.key))[-1]
    task.state = TaskState.WAITING
    session.flush()
    # What is next with the lead is this very task, later, unless something else was before it.
    session.execute(
        update(Lead)
        .where(Lead.id == lead.id, Lead.next_action_at == was_due)
        .values(next_action_at=task.due_at)
    )
