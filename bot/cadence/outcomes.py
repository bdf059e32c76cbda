"""What a rep reports, and everything it sets off, by one function (R45, R49, D11)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import businesstime
from bot.cadence.advance import advance, to_nurture
from bot.cadence.checks import check_date, check_may_log, check_new, lock_lead
from bot.cadence.due import next_business_morning
from bot.cadence.errors import NextStepMissingError, SettledTaskError
from bot.cadence.facts import keep_fact
from bot.cadence.first_response import record_first_response
from bot.cadence.following import follow
from bot.cadence.image import BeforeImage
from bot.cadence.next_action import rewrite_next_action
from bot.cadence.nextstep import Step
from bot.cadence.objections import OBJECTIONS, answer_in_touch, objection_kind
from bot.cadence.promises import add_promise
from bot.cadence.report import Logged, Report
from bot.cadence.stages import (
    ANSWER_WITHIN_MINUTES,
    ASK_AFTER_CALL,
    OUTLIVE_A_REPLY,
    accept_consent,
    book_call,
    note_return,
    take_reply,
)
from bot.cadence.stop import close_lead, stop_plan
from bot.cadence.suppression import SUPPRESSING, lock_person, same_person, suppress
from bot.cadence.tasks import Errand, add_errand, open_tasks_of
from bot.cadence.telling import refresh_tasks
from bot.cadence.timers import add_revisit, stop_clocks
from bot.db import Loop, wake
from bot.db.models import (
    OPEN_TASKS,
    Activity,
    ActivityKind,
    Lead,
    Note,
    Outcome,
    Stage,
    Status,
    Task,
    TaskKind,
    TaskState,
)
from bot.outbox.enqueue import IntentKind, refresh
from bot.team.live import LiveTeam

SNOOZE_MINUTES = 60
NEXT_STEP_WANTED = (
    "A conversation is logged with its next step: “held call thu 3pm”, “held promise send the quote by fri”, "
    "“held they send the contract by 3 dec” or “held nurture”."
)
NO_OUTREACH = frozenset({Outcome.SKIP, Outcome.SNOOZE})


def log_outcome(
    session: Session, lead: Lead, task: Task | None, report: Report, live: LiveTeam, now: datetime
) -> Activity:
    """The outcome as logged, with the before-image that undo needs; everything it sets off is done.

    Without a task it is about the one that is due, if any. Raises LeadClosedError, NotYourLeadError,
    NextStepMissingError, RepeatedReportError, SettledTaskError or UnusableDateError.
    """
    if report.outcome is Outcome.OBJECTION:
        report = replace(report, objection=report.objection or objection_kind(report.note))
    if report.outcome in SUPPRESSING:
        lock_person(session, lead)
    lock_lead(session, lead)
    check_new(session, lead, report.request)
    check_may_log(session, lead, report.by, live, now)
    _check_dates(report, now)
    task = task or _task_meant(session, lead, report.outcome)
    _check_next_step(task, report)
    others = same_person(session, lead) if report.outcome in SUPPRESSING else []
    image = BeforeImage(session, lead, *others)
    logged = Logged(session, lead, task, report, live, now)
    _settle(logged)
    activity = _write_down(logged)
    _record_outreach(logged)
    _EFFECTS[report.outcome](logged)
    session.flush()
    activity.before = image.changes() | {"note": activity.facts.get("note")} | logged.for_undo
    _show_everywhere(logged)
    return activity


def _check_dates(report: Report, now: datetime) -> None:
    """A call may be logged after its time; whatever else has a date lies ahead."""
    if report.until is not None and (report.outcome is not Outcome.BOOKED or report.until > now):
        check_date(report.until, now, snooze=report.outcome is Outcome.SNOOZE)


def _check_next_step(task: Task | None, report: Report) -> None:
    """No call is logged as held without what comes next (R45)."""
    held = report.outcome is Outcome.HELD
    if task is not None and task.kind is TaskKind.CALL_CHECK:
        held = held or report.outcome is Outcome.DONE
    if not held:
        return
    if report.next_step is None:
        raise NextStepMissingError(NEXT_STEP_WANTED)
    report.next_step.check(dated=report.until is not None)


def _task_meant(session: Session, lead: Lead, outcome: Outcome) -> Task | None:
    """The task meant by who names only the lead: the one that is due, else a touch or callback to come.

    A conversation that was held is the booked one, also when it took place early.
    """
    tasks = open_tasks_of(session, lead)
    calls = (task for task in tasks if task.kind is TaskKind.CALL_CHECK)
    due = (task for task in tasks if task.state is TaskState.DUE)
    coming = (task for task in tasks if task.kind not in OUTLIVE_A_REPLY)
    booked = next(calls, None) if outcome is Outcome.HELD else None
    return booked or next(due, None) or next(coming, None)


def _settle(logged: Logged) -> None:
    """Settle the task, or put it off. Raises SettledTaskError when somebody else was first."""
    task, outcome = logged.task, logged.report.outcome
    if task is None:
        if outcome in NO_OUTREACH:
            raise SettledTaskError(
                f"Nothing is due on {logged.lead.ref}, so there is nothing to {outcome.value}."
            )
        return
    values: dict[str, object] = {
        "state": TaskState.DONE,
        "outcome": outcome,
        "closed_at": logged.now,
        "late": _is_late(task, logged),
    }
    if outcome is Outcome.SKIP:
        values["state"] = TaskState.SKIPPED
    if outcome is Outcome.SNOOZE:
        due_at = logged.report.until or _a_little_later(logged, task)
        values = {"state": TaskState.WAITING, "due_at": due_at, "snoozes": Task.snoozes + 1}
    # Two clicks at once: the row decides, and whoever changes no row was second.
    settled = logged.session.execute(
        update(Task).where(Task.id == task.id, Task.state.in_(OPEN_TASKS)).values(values).returning(Task.id)
    ).one_or_none()
    logged.session.refresh(task)
    if settled is None:
        became = (task.outcome or task.state).value.replace("-", " ")
        raise SettledTaskError(f"This one is settled already: {became}. Nothing was changed.")
    if outcome is not Outcome.SNOOZE:
        stop_clocks(logged.session, logged.lead, task, logged.now)
    wake(logged.session, Loop.TIMERS)


def _a_little_later(logged: Logged, task: Task) -> datetime:
    """An hour of business time from now, in hours; of what is still to come, from when it comes: never sooner (D9)."""
    at = businesstime.add(max(logged.now, task.due_at), SNOOZE_MINUTES, logged.calendar)
    return businesstime.next_opening(at, logged.calendar)


def _is_late(task: Task, logged: Logged) -> bool:
    """Whether its day, by the pool's clock, is over."""
    zone = ZoneInfo(logged.calendar.zone)
    return logged.now.astimezone(zone).date() > task.due_at.astimezone(zone).date()


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
    if report.objection is not None:
        facts["objection"] = report.objection
    if report.next_step is not None:
        facts["next"] = report.next_step.step.value
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


def _worked(logged: Logged) -> None:
    """Without a task, what was due stays due."""
    if logged.task is None:
        return
    advance(logged) if logged.task.kind is TaskKind.TOUCH else follow(logged)


def _replied(logged: Logged) -> None:
    take_reply(logged.session, logged.lead, logged.owner_id, logged.live, logged.now)


def _agreed(logged: Logged) -> None:
    """They want a call: the link goes out now, and until the slot is booked it is the call-ask (R44)."""
    _heard(logged, "agreed", Stage.CALL_ASK, keep={TaskKind.PROMISE})
    due_at = businesstime.add(logged.now, ANSWER_WITHIN_MINUTES, logged.calendar)
    add_errand(
        logged.session,
        logged.lead,
        Errand.BOOK_CALL,
        logged.owner_id,
        due_at=due_at,
        now=logged.now,
        tell_now=True,
    )


def _booked(logged: Logged) -> None:
    """The sequence stops; before the call there is a brief, and after it the bot asks how it went (R45)."""
    stage = Stage.POST_CALL if logged.lead.stage is Stage.POST_CALL else Stage.CALL_ASK
    _heard(logged, "booked", stage, keep={TaskKind.PROMISE})
    logged.lead.status = Status.BOOKED
    # A call without a time is asked about the next morning.
    at = logged.report.until or next_business_morning(logged.now, logged.calendar) - ASK_AFTER_CALL
    dated = logged.report.until is not None
    book_call(logged.session, logged.lead, logged.owner_id, at, logged.now, brief_first=dated)


def _held(logged: Logged) -> None:
    """A conversation took place, and here is its next step (R45)."""
    report = logged.report
    assert report.next_step is not None
    _heard(logged, "held", Stage.POST_CALL, keep={TaskKind.PROMISE})
    step, until = report.next_step.step, report.until
    if step is Step.NURTURE:
        to_nurture(logged)
        return
    assert until is not None
    if step is Step.CALL:
        logged.lead.status = Status.BOOKED
        book_call(logged.session, logged.lead, logged.owner_id, until, logged.now)
    else:
        add_promise(
            logged.session,
            logged.lead,
            report.next_step.promised or "",
            logged.owner_id,
            until,
            logged.now,
            theirs=step is Step.THEIRS,
            by=report.by,
        )


def _heard(logged: Logged, reason: str, stage: Stage, *, keep: Collection[TaskKind] = ()) -> None:
    """They were spoken with: what ran for their silence ends, and the stage moves."""
    stop_plan(logged.session, logged.lead, reason, logged.now, keep=keep)
    note_return(logged.session, logged.lead, logged.now)
    logged.lead.stage, logged.lead.status = stage, Status.ACTIVE
    accept_consent(logged.lead, logged.now)


def _not_now(logged: Logged) -> None:
    """An easy answer, with a date to come back (R27)."""
    session, lead, until = logged.session, logged.lead, logged.report.until
    stop_plan(session, lead, "not-now", logged.now)
    if until is None:
        to_nurture(logged)
    else:
        lead.status = Status.NURTURE
        add_revisit(session, lead, until, logged.live)


def _objected(logged: Logged) -> None:
    """It is kept, counted by its kind (R18), and answered by what comes next."""
    session, lead, report = logged.session, logged.lead, logged.report
    kind = report.objection or "other"
    logged.for_undo["objection"] = lead.facts.get("objection")
    keep_fact(session, lead, "objection", report.note or OBJECTIONS[kind], report.by, logged.now)
    _worked(logged)
    answer_in_touch(
        [task for task in open_tasks_of(session, lead) if task.kind is TaskKind.TOUCH], kind, logged.live
    )


def _closed_as(status: Status) -> Callable[[Logged], None]:
    return lambda logged: close_lead(logged.session, logged.lead, status, logged.now)


def _suppressed(logged: Logged) -> None:
    """Closed on every record of theirs, and never contacted again unless they write themselves (D11)."""
    session, lead, now = logged.session, logged.lead, logged.now
    logged.for_undo["suppressions"] = suppress(session, lead, logged.report.outcome, now)
    for each in (lead, *same_person(session, lead)):
        each.suppressed = True
        close_lead(session, each, Status.UNSUBSCRIBED, now)
        rewrite_next_action(session, each)
        refresh(session, IntentKind.LEAD_CARD, each.id, now=now)


def _put_off(logged: Logged) -> None:
    """Nothing follows but the task itself, later."""


_EFFECTS: Mapping[Outcome, Callable[[Logged], None]] = {
    Outcome.DONE: _worked,
    Outcome.VOICEMAIL: _worked,
    Outcome.NO_ANSWER: _worked,
    Outcome.SKIP: _worked,
    Outcome.OBJECTION: _objected,
    Outcome.SNOOZE: _put_off,
    Outcome.REPLIED: _replied,
    Outcome.AGREED: _agreed,
    Outcome.BOOKED: _booked,
    Outcome.HELD: _held,
    Outcome.NOT_NOW: _not_now,
    Outcome.NOT_INTERESTED: _closed_as(Status.NOT_INTERESTED),
    Outcome.WRONG_FIT: _closed_as(Status.WRONG_FIT),
    Outcome.WON: _closed_as(Status.WON),
    Outcome.LOST: _closed_as(Status.LOST),
    Outcome.UNSUBSCRIBED: _suppressed,
    Outcome.DO_NOT_CONTACT: _suppressed,
}


def _show_everywhere(logged: Logged) -> None:
    session, lead = logged.session, logged.lead
    rewrite_next_action(session, lead)
    refresh(session, IntentKind.LEAD_CARD, lead.id, now=logged.now)
    if logged.task is not None:
        refresh_tasks(session, logged.task.id, now=logged.now)
