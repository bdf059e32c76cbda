"""What one side said it would do by a date; it comes due as a touch does (R45)."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.cadence.checks import check_date, check_may_log, check_new, lock_lead
from bot.cadence.image import BeforeImage
from bot.cadence.next_action import rewrite_next_action
from bot.cadence.tasks import Errand, add_errand
from bot.cadence.timers import pending_timers
from bot.db.models import Activity, ActivityKind, Lead, Rep, TimerKind
from bot.outbox.enqueue import IntentKind, refresh
from bot.team.live import LiveTeam

LONGEST_PROMISE = 300


def record_promise(
    session: Session,
    lead: Lead,
    text: str,
    due_at: datetime,
    by: Rep,
    live: LiveTeam,
    now: datetime,
    *,
    theirs: bool,
    request: str | None = None,
) -> Activity:
    """The promise as noted, a task of the lead's owner; it can be undone as an outcome can (D11).

    `request` is Slack's name for the command. Raises LeadClosedError, NotYourLeadError, RepeatedReportError,
    UnusableDateError.
    """
    lock_lead(session, lead)
    check_new(session, lead, request)
    check_may_log(session, lead, by, live, now)
    check_date(due_at, now)
    image = BeforeImage(session, lead)
    promised = add_promise(session, lead, text, lead.owner_id or by.id, due_at, now, theirs=theirs, by=by)
    promised.before = image.changes() | {"note": None}
    if request:
        promised.facts = promised.facts | {"request": request}
    rewrite_next_action(session, lead)
    refresh(session, IntentKind.LEAD_CARD, lead.id, now=now)
    return promised


def add_promise(
    session: Session,
    lead: Lead,
    text: str,
    owner_id: int,
    due_at: datetime,
    now: datetime,
    *,
    theirs: bool,
    by: Rep,
) -> Activity:
    """A task comes due on that date; until then their silence is nothing to act upon."""
    errand = Errand.THEIR_PROMISE if theirs else Errand.OUR_PROMISE
    about = " ".join(text.split())[:LONGEST_PROMISE]
    task = add_errand(session, lead, errand, owner_id, due_at=due_at, now=now, tell_now=False, about=about)
    for timer in pending_timers(session, lead):
        if timer.kind is TimerKind.STALL:
            timer.fired_at = now
    facts = {"theirs": theirs, "until": due_at.isoformat()}
    promised = Activity(
        lead_id=lead.id, at=now, kind=ActivityKind.PROMISED, rep_id=by.id, task_id=task.id, facts=facts
    )
    session.add(promised)
    session.flush()
    return promised
