"""The four points at which a lead falls silent, and what its silence starts (R44, R45)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import businesstime
from bot.cadence.enrol import enrol, running_enrollment
from bot.cadence.pools import active_reps, pool_of
from bot.cadence.stop import stop_plan
from bot.cadence.tasks import Errand, add_errand, open_tasks_of
from bot.cadence.timers import add_timer, pending_timers
from bot.db.models import (
    Activity,
    ActivityKind,
    Lead,
    Rep,
    Stage,
    Status,
    Task,
    TaskKind,
    Tier,
    Timer,
    TimerKind,
)
from bot.outbox.enqueue import IntentKind, tell, to_rep
from bot.team.live import LiveTeam, reps_by_key

SILENT_FOR = {
    Stage.OPT_IN: timedelta(days=2),
    Stage.CONVERSATION: timedelta(days=1, hours=12),
    Stage.CALL_ASK: timedelta(days=1),
    Stage.POST_CALL: timedelta(days=1),
}
"""How long somebody may be silent before their stage's plan starts by itself."""
ANSWER_WITHIN_MINUTES = 15
ASK_AFTER_CALL = timedelta(minutes=30)
BRIEF_BEFORE = timedelta(minutes=30)
OUTLIVE_A_REPLY = frozenset({TaskKind.CALL_CHECK, TaskKind.PROMISE})
"""A booked call stays booked, and a promise is owed, whatever they write."""
SILENT_STATUSES = frozenset({Status.GHOSTED, Status.NURTURE})


def watch_for_silence(session: Session, lead: Lead, live: LiveTeam, now: datetime) -> None:
    """It is their turn; unless they are heard from, the plan of their stage starts."""
    for timer in pending_timers(session, lead):
        if timer.kind is TimerKind.STALL:
            timer.fired_at = now
    due_at = businesstime.calendar_shift(now, SILENT_FOR[lead.stage], pool_of(session, lead, live).calendar)
    add_timer(session, lead, TimerKind.STALL, due_at)


def fell_silent(session: Session, lead: Lead, live: LiveTeam, now: datetime) -> None:
    """Start the plan of the stage at which they fell silent; while a task is open, somebody is at it anyway."""
    if open_tasks_of(session, lead) or running_enrollment(session, lead):
        return
    session.add(
        Activity(lead_id=lead.id, at=now, kind=ActivityKind.STALLED, facts={"stage": lead.stage.value})
    )
    lead.status = Status.FOLLOW_UP
    if lead.owner_id is None or enrol(session, lead, live, now) is None:
        by = owner_id(session, lead, live)
        if not lead.status.is_closed and not open_tasks_of(session, lead):
            add_errand(session, lead, Errand.NEXT_STEP, by, due_at=now, now=now, tell_now=False)


def take_reply(session: Session, lead: Lead, by_id: int, live: LiveTeam, now: datetime) -> Task:
    """They wrote: the plan stops, the stage moves, and answering is an action of its own, with a clock (R45)."""
    stop_plan(session, lead, "replied", now, keep=OUTLIVE_A_REPLY)
    note_return(session, lead, now)
    if lead.stage is Stage.OPT_IN:
        lead.stage = Stage.CONVERSATION
    accept_consent(lead, now)
    if not any(task.kind is TaskKind.CALL_CHECK for task in open_tasks_of(session, lead)):
        lead.status = Status.ACTIVE
    due_at = businesstime.add(now, ANSWER_WITHIN_MINUTES, pool_of(session, lead, live).calendar)
    task = add_errand(session, lead, Errand.ANSWER, by_id, due_at=due_at, now=now, tell_now=True)
    add_timer(session, lead, TimerKind.ANSWER_LATE, due_at, task=task.id, step=0)
    return task


def accept_consent(lead: Lead, now: datetime) -> None:
    """Whoever replies may be followed up (R50)."""
    if lead.consent_at is None:
        lead.consent_at, lead.consent_where = now, "their reply"


def note_return(session: Session, lead: Lead, now: datetime) -> None:
    """Count who comes back from silence, nurture or a closed status (R29)."""
    if lead.status in SILENT_STATUSES or lead.status.is_closed:
        facts = {"from": lead.status.value}
        session.add(Activity(lead_id=lead.id, at=now, kind=ActivityKind.RETURNED, facts=facts))


def book_call(
    session: Session, lead: Lead, by_id: int, at: datetime, now: datetime, *, brief_first: bool = True
) -> None:
    """A call has its time: a brief shortly before it, and afterwards the question how it went (R45)."""
    check = add_errand(
        session,
        lead,
        Errand.CALL_CHECK,
        by_id,
        due_at=at + ASK_AFTER_CALL,
        now=now,
        tell_now=False,
    )
    if brief_first and at > now:
        add_timer(session, lead, TimerKind.BRIEF, max(now, at - BRIEF_BEFORE), task=check.id)


def brief(session: Session, timer: Timer, now: datetime) -> None:
    """Remind the owner of the call, with all that is known."""
    task = _still_open(session, timer)
    if task is not None:
        call = f"{task.id}:{int(task.due_at.timestamp())}"
        tell(session, IntentKind.CALL_BRIEF, call, to_rep(task.owner_id), now)


def answer_is_late(session: Session, timer: Timer, lead: Lead, live: LiveTeam, now: datetime) -> None:
    """Nudge the owner, and some minutes later the managers, while nobody has answered the reply."""
    task, step = _still_open(session, timer), timer.facts["step"]
    if task is None:
        return
    pool = pool_of(session, lead, live)
    managers = [one for one in active_reps(session, pool.managers) if one.id != task.owner_id]
    kind = IntentKind.ANSWER_ALERT if step else IntentKind.ANSWER_NUDGE
    told = managers if step else [session.get_one(Rep, task.owner_id)]
    for each in told:
        tell(session, kind, task.id, to_rep(each.id), now)
    facts: dict[str, Any] = {"step": step, "told": [each.key for each in told]}
    session.add(
        Activity(lead_id=lead.id, at=now, kind=ActivityKind.ANSWER_LATE, task_id=task.id, facts=facts)
    )
    if not step:
        target, alert = pool.contact_target.steps(lead.tier is Tier.HOT)[:2]
        minutes = alert.after_minutes - target.after_minutes
        later = now + timedelta(minutes=minutes)
        add_timer(session, lead, TimerKind.ANSWER_LATE, later, task=task.id, step=1)


def owner_id(session: Session, lead: Lead, live: LiveTeam) -> int:
    """The owner, or the pool's fallback person for a lead that has none (D8)."""
    return lead.owner_id or reps_by_key(session, (pool_of(session, lead, live).fallback,))[0].id


def _still_open(session: Session, timer: Timer) -> Task | None:
    task = session.get(Task, timer.facts["task"])
    return task if task is not None and task.closed_at is None else None
