"""R22: every open lead has a next action. The one place that writes it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence.tasks import open_tasks_of, title_of
from bot.db.models import Lead, Offer, OfferState, Timer, TimerKind


def rewrite_next_action(session: Session, lead: Lead) -> None:
    """Say what happens next with this lead, and when: its next task, else its next timer, else the claim.

    Called in the transaction of whatever changed it. A closed lead has none.
    """
    action: tuple[str | None, datetime | None] = (None, None)
    if not lead.status.is_closed:
        action = _task(session, lead) or _timer(session, lead) or _claim(session, lead) or action
    lead.next_action, lead.next_action_at = action


def _task(session: Session, lead: Lead) -> tuple[str, datetime] | None:
    task = next(iter(open_tasks_of(session, lead)), None)
    return (title_of(session, task), task.due_at) if task else None


def _timer(session: Session, lead: Lead) -> tuple[str, datetime] | None:
    pending = select(Timer).where(Timer.lead_id == lead.id, Timer.fired_at.is_(None)).order_by(Timer.due_at)
    timer = session.scalars(pending.limit(1)).one_or_none()
    if timer is None:
        return None
    return (
        "Nudge them if they stay silent" if timer.kind is TimerKind.STALL else "Get back to them"
    ), timer.due_at


def _claim(session: Session, lead: Lead) -> tuple[str, datetime] | None:
    on_offer = select(Offer.id).where(Offer.lead_id == lead.id, Offer.state == OfferState.OPEN)
    return ("Claim it", lead.clock_started_at) if session.scalar(on_offer) else None
