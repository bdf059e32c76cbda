"""A lead that goes to another owner: its tasks, its card, and with the credit its turn."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.cadence import rewrite_next_action
from bot.db.models import OPEN_TASKS, Activity, ActivityKind, Lead, Offer, Rep, Task, TaskState
from bot.outbox.enqueue import IntentKind, refresh, show, to_pool, to_rep
from bot.routing.ledger import debit_claimer, return_turn


def reassign(session: Session, lead: Lead, to: Rep, by: Rep, now: datetime, *, move_credit: bool) -> None:
    """Make `to` the owner of a locked lead that has one, with every open task; with the credit the turn moves."""
    owner_id = lead.owner_id
    if owner_id is None or owner_id == to.id:
        return
    lead.owner_id = to.id
    mine = Task.lead_id == lead.id, Task.state.in_(OPEN_TASKS)
    due = session.scalars(select(Task.id).where(*mine, Task.state == TaskState.DUE)).all()
    moved = session.scalars(update(Task).where(*mine).values(owner_id=to.id).returning(Task.id)).all()
    for task_id in moved:
        if task_id in due:
            show(session, IntentKind.TASK, task_id, to_rep(to.id), now)
        refresh(session, IntentKind.TASK, task_id)
    if move_credit:
        _move_turn(session, lead, owner_id, to, now)
    was = session.get_one(Rep, owner_id)
    facts = {"rep": to.key, "from": was.key}
    session.add(Activity(lead_id=lead.id, at=now, kind=ActivityKind.REASSIGNED, rep_id=by.id, facts=facts))
    rewrite_next_action(session, lead)
    show(session, IntentKind.LEAD_CARD, lead.id, to_pool(lead.pool), now)


def _move_turn(session: Session, lead: Lead, owner_id: int, to: Rep, now: datetime) -> None:
    offer = session.scalars(
        select(Offer)
        .where(Offer.lead_id == lead.id, Offer.claimed_by_id == owner_id)
        .order_by(Offer.id.desc())
    ).first()
    if offer is not None:
        return_turn(session, offer, owner_id, now)
        debit_claimer(session, offer, to.id, now)
