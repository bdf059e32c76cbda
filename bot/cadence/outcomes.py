"""What a rep reports, and everything it sets off, by one function (R45, R49, D11)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import businesstime
from bot.cadence.advance import advance, to_nurture
from bot.cadence.due import next_business_morning
from bot.cadence.errors import (
    LeadClosedError,
    NotYourLeadError,
    RepeatedReportError,
    SettledTaskError,
    UnusableDateError,
)
from bot.cadence.first_response import record_first_response
from bot.cadence.image import BeforeImage
from bot.cadence.next_action import rewrite_next_action
from bot.cadence.report import Logged, Report
from bot.cadence.roles import may_work
from bot.cadence.stop import close_lead, stop_plan
from bot.cadence.tasks import Errand, add_errand, open_tasks_of
from bot.cadence.timers import add_revisit
from bot.db import Loop, wake
from bot.db.models import (
    OPEN_TASKS,
    Activity,
    ActivityKind,
    Lead,
    Note,
    Outcome,
    Rep,
    Stage,
    Status,
    Task,
    TaskKind,
    TaskState,
)
from bot.outbox.enqueue import IntentKind, refresh
from bot.team.live import LiveTeam

ANSWER_WITHIN_MINUTES = 15
SNOOZE_MINUTES = 60
CHECK_AFTER_CALL = timedelta(minutes=30)
LATEST_DATE = timedelta(days=3 * 365)
NO_OUTREACH = frozenset({Outcome.SKIP, Outcome.SNOOZE})


def log_outcome(
    session: Session, lead: Lead, task: Task | None, report: Report, live: LiveTeam, now: datetime
) -> Activity:
    """The outcome as logged, with the before-image that undo needs; everything it sets off is done.

    Without a task it is about the one that is due, if any. Raises LeadClosedError, NotYourLeadError,
    RepeatedReportError, SettledTaskError or UnusableDateError.
    """
    lock_lead(session, lead)
    _check_new(session, lead, report)
    _check_lead(session, lead, report.by, live, now)
    _check_date(report, now)
    task = task or _task_meant(session, lead)
    image = BeforeImage(session, lead)
    logged = Logged(session, lead, task, report, live, now)
    _settle(logged)
    activity = _write_down(logged)
    _record_outreach(logged)
    _EFFECTS[report.outcome](logged)
    session.flush()
    activity.before = image.changes() | {"note": activity.facts.get("note")}
    _show_everywhere(logged)
    return activity


def lock_lead(session: Session, lead: Lead) -> None:
    """Whoever writes several of a lead's rows locks the lead first, so that no two wait for each other."""
    session.flush()
    # What was read before the lock may have changed since.
    session.expire_all()
    session.refresh(lead, with_for_update={"key_share": True})


def _check_new(session: Session, lead: Lead, report: Report) -> None:
    """Slack delivers at times twice; the second would be about the next touch. Under the lead's lock."""
    if report.request is None:
        return
    told = Activity.facts["request"].as_string() == report.request
    if session.scalar(select(Activity.id).where(Activity.lead_id == lead.id, told).limit(1)):
        raise RepeatedReportError


def _check_lead(session: Session, lead: Lead, by: Rep, live: LiveTeam, now: datetime) -> None:
    if lead.status.is_closed:
        raise LeadClosedError(lead.ref, lead.status)
    if not may_work(session, lead, by, live, now):
        owner = session.get_one(Rep, lead.owner_id)
        raise NotYourLeadError(
            f"{lead.ref} is {owner.name}'s. Only they, their assistant or a manager can log what came of it."
        )


def _check_date(report: Report, now: datetime) -> None:
    if report.until is None:
        return
    if report.until <= now and report.outcome is not Outcome.BOOKED:
        raise UnusableDateError("That time has passed already. Pick a later one.")
    if report.until > now + LATEST_DATE:
        raise UnusableDateError("That is more than three years away. Pick an earlier date.")


def _task_meant(session: Session, lead: Lead) -> Task | None:
    """The task meant by who names only the lead: the one that is due, else a touch or callback to come."""
    tasks = open_tasks_of(session, lead)
    due = (task for task in tasks if task.state is TaskState.DUE)
    coming = (task for task in tasks if task.kind is not TaskKind.CALL_CHECK)
    return next(due, None) or next(coming, None)


def _settle(logged: Logged) -> None:
    """Settle the task, or put it off. Raises SettledTaskError when somebody else was first."""
    task, outcome = logged.task, logged.report.outcome
    if task is None:
        if outcome in NO_OUTREACH:
            raise SettledTaskError(
                f"Nothing is due on {logged.lead.ref}, so there is nothing to {outcome.value}."
            )
        return
    values: dict[str, object] = {"state": TaskState.DONE, "outcome": outcome, "closed_at": logged.now}
    if outcome is Outcome.SKIP:
        values["state"] = TaskState.SKIPPED
    if outcome is Outcome.SNOOZE:
        due_at = logged.report.until or businesstime.add(logged.now, SNOOZE_MINUTES, logged.calendar)
        values = {"state": TaskState.WAITING, "due_at": due_at, "snoozes": Task.snoozes + 1}
    # Two clicks at once: the row decides, and whoever changes no row was second.
    settled = logged.session.execute(
        update(Task).where(Task.id == task.id, Task.state.in_(OPEN_TASKS)).values(values).returning(Task.id)
    ).one_or_none()
    logged.session.refresh(task)
    if settled is None:
        became = (task.outcome or task.state).value.replace("-", " ")
        raise SettledTaskError(f"This one is settled already: {became}. Nothing was changed.")
    wake(logged.session, Loop.TIMERS)


def _write_down(logged: Logged) -> Activity:
    session, task, report = logged.session, logged.task, logged.report
    facts: dict[str, object] = {"outcome": report.outcome.value}
    if task is not None:
        facts |= {
            "kind": task.kind.value,
            "number": task.number,
            "channel": task.channel and task.channel.value,
        }
    if report.until is not None:
        facts["until"] = report.until.isoformat()
    if report.request:
        facts["request"] = report.request
    if report.note:
        note = Note(lead_id=logged.lead.id, rep_id=report.by.id, at=logged.now, text=report.note)
        session.add(note)
        session.flush()
        facts["note"] = note.id
    activity = Activity(
        lead_id=logged.lead.id,
        at=logged.now,
        kind=ActivityKind.OUTCOME,
        rep_id=report.by.id,
        task_id=task.id if task else None,
        facts=facts,
    )
    session.add(activity)
    session.flush()
    return activity


def _record_outreach(logged: Logged) -> None:
    if logged.report.outcome in NO_OUTREACH:
        return
    lead, task = logged.lead, logged.task
    record_first_response(logged.session, lead, logged.report.by, logged.calendar, logged.now)
    lead.last_touch_at = logged.now
    if task is not None and task.kind is TaskKind.TOUCH:
        lead.last_touch_number = task.number or 0


def _replied(logged: Logged) -> None:
    """The sequence stops; their reply is an action of its own, with a clock (R45). A booked call stays."""
    session, lead, now = logged.session, logged.lead, logged.now
    stop_plan(session, lead, "replied", now, keep=TaskKind.CALL_CHECK)
    if lead.stage is Stage.OPT_IN:
        lead.stage = Stage.CONVERSATION
    if not open_tasks_of(session, lead):
        lead.status = Status.ACTIVE
    due_at = businesstime.add(now, ANSWER_WITHIN_MINUTES, logged.calendar)
    add_errand(session, lead, Errand.ANSWER, logged.owner_id, due_at=due_at, now=now, tell_now=True)


def _booked(logged: Logged) -> None:
    """The sequence stops; when the call's time has passed the bot asks how it went (R45)."""
    session, lead, now, until = logged.session, logged.lead, logged.now, logged.report.until
    stop_plan(session, lead, "booked", now)
    lead.status, lead.stage = Status.BOOKED, Stage.CALL_ASK
    due_at = until + CHECK_AFTER_CALL if until else next_business_morning(now, logged.calendar)
    add_errand(session, lead, Errand.CALL_CHECK, logged.owner_id, due_at=due_at, now=now, tell_now=False)


def _not_now(logged: Logged) -> None:
    """An easy answer, with a date to come back (R27)."""
    session, lead, until = logged.session, logged.lead, logged.report.until
    stop_plan(session, lead, "not-now", logged.now)
    if until is None:
        to_nurture(logged)
    else:
        lead.status = Status.NURTURE
        add_revisit(session, lead, until, logged.live)


def _closed_as(status: Status) -> Callable[[Logged], None]:
    return lambda logged: close_lead(logged.session, logged.lead, status, logged.now)


def _put_off(logged: Logged) -> None:
    """Nothing follows but the task itself, later."""


_EFFECTS: Mapping[Outcome, Callable[[Logged], None]] = {
    Outcome.DONE: advance,
    Outcome.VOICEMAIL: advance,
    Outcome.NO_ANSWER: advance,
    Outcome.OBJECTION: advance,
    Outcome.SKIP: advance,
    Outcome.SNOOZE: _put_off,
    Outcome.REPLIED: _replied,
    Outcome.BOOKED: _booked,
    Outcome.NOT_NOW: _not_now,
    Outcome.NOT_INTERESTED: _closed_as(Status.NOT_INTERESTED),
    Outcome.WRONG_FIT: _closed_as(Status.WRONG_FIT),
}


def _show_everywhere(logged: Logged) -> None:
    session, lead = logged.session, logged.lead
    rewrite_next_action(session, lead)
    refresh(session, IntentKind.LEAD_CARD, lead.id)
    if logged.task is not None:
        refresh(session, IntentKind.TASK, logged.task.id)
