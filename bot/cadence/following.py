"""What follows when a task outside a plan was worked: R22 says that something always does."""

from datetime import timedelta

from sqlalchemy import func, select

from bot import businesstime
from bot.cadence.advance import to_nurture
from bot.cadence.objections import script_of
from bot.cadence.report import Logged
from bot.cadence.stages import fell_silent, watch_for_silence
from bot.cadence.stop import close_lead
from bot.cadence.tasks import Errand, add_errand, open_tasks_of
from bot.db.models import Activity, ActivityKind, Outcome, Stage, Status, Task, TaskKind, TaskState

CALLBACK_AFTER = (timedelta(days=1), timedelta(days=2), timedelta(days=4), timedelta(days=7))
"""Before each attempt with a lead that came back by its date: further apart the longer they are silent (R47), and
after the last one it rests again (R42)."""
REBOOK_WITHIN_MINUTES = 60
NO_SHOW = frozenset({Outcome.NO_ANSWER, Outcome.VOICEMAIL})


def follow(logged: Logged) -> None:
    """Bring on what follows the task just worked or skipped, unless somebody has another one to do."""
    assert logged.task is not None
    if logged.task.kind is TaskKind.CALL_CHECK:
        _after_call(logged)
    elif not open_tasks_of(logged.session, logged.lead):
        _after_errand(logged, Errand.of(logged.task))


def _after_call(logged: Logged) -> None:
    """A call that was missed is booked anew; one in which they objected goes on with an answer (R45)."""
    lead, outcome = logged.lead, logged.report.outcome
    if outcome in NO_SHOW:
        lead.status, lead.stage = Status.FOLLOW_UP, Stage.CALL_ASK
        due_at = businesstime.add(logged.now, REBOOK_WITHIN_MINUTES, logged.calendar)
        add_errand(
            logged.session, lead, Errand.REBOOK, logged.owner_id, due_at=due_at, now=logged.now, tell_now=True
        )
        return
    lead.status = Status.ACTIVE
    if outcome is Outcome.OBJECTION:
        lead.stage = Stage.POST_CALL
        answer_objection(logged)
    elif not open_tasks_of(logged.session, lead):
        _again(logged, Errand.NEXT_STEP, CALLBACK_AFTER[0])


def answer_objection(logged: Logged) -> None:
    """The answer is due the next day, with the script of its kind."""
    _again(logged, Errand.OBJECTION, CALLBACK_AFTER[0], script_of(logged.report.objection or "other"))


def _after_errand(logged: Logged, errand: Errand | None) -> None:
    outcome = logged.report.outcome
    if errand is Errand.REPLY_ONCE and outcome is not Outcome.NO_ANSWER:
        # They got the one answer they asked for, and gave no consent to more (R50).
        close_lead(logged.session, logged.lead, Status.INACTIVE, logged.now)
    elif errand in {Errand.REPLY_ONCE, Errand.REVISIT}:
        _try_again(logged, errand)
    elif outcome is Outcome.OBJECTION:
        answer_objection(logged)
    elif errand is Errand.THEIR_PROMISE and outcome in NO_SHOW:
        fell_silent(logged.session, logged.lead, logged.live, logged.now)
    elif errand is Errand.THEIR_PROMISE and outcome is Outcome.DONE:
        _again(logged, Errand.NEXT_STEP, timedelta())
    else:
        watch_for_silence(logged.session, logged.lead, logged.live, logged.now)


def _try_again(logged: Logged, errand: Errand) -> None:
    made = _attempts_made(logged)
    if made < len(CALLBACK_AFTER):
        _again(logged, errand, CALLBACK_AFTER[made])
    elif errand is Errand.REPLY_ONCE:
        close_lead(logged.session, logged.lead, Status.INACTIVE, logged.now)
    else:
        to_nurture(logged)


def _again(logged: Logged, errand: Errand, after: timedelta, template: str | None = None) -> None:
    add_errand(
        logged.session,
        logged.lead,
        errand,
        logged.owner_id,
        due_at=businesstime.calendar_shift(logged.now, after, logged.calendar),
        now=logged.now,
        tell_now=not after,
        template=template,
    )


def _attempts_made(logged: Logged) -> int:
    """How many callbacks were worked since they last answered, had a call or came back from nurture."""
    session, lead_id = logged.session, logged.lead.id
    answered = select(func.max(Task.id)).where(
        Task.lead_id == lead_id,
        Task.kind.in_((TaskKind.ANSWER_NOW, TaskKind.CALL_CHECK)),
        Task.state == TaskState.DONE,
    )
    came_back = select(func.max(Activity.at)).where(
        Activity.lead_id == lead_id, Activity.kind == ActivityKind.REVISITED
    )
    made = select(func.count(Task.id)).where(
        Task.lead_id == lead_id,
        Task.kind == TaskKind.CALLBACK,
        Task.state.in_((TaskState.DONE, TaskState.SKIPPED)),
        Task.id > func.coalesce(answered.scalar_subquery(), 0),
    )
    since = session.scalar(came_back)
    if since is not None:
        made = made.where(Task.created_at >= since)
    return session.scalar(made) or 0
