"""What the database must hold once it was attacked: nothing lost, nothing half-done (R22)."""

import json
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import (
    OPEN_TASKS,
    Activity,
    Enrollment,
    EnrollmentState,
    Escalation,
    Intent,
    Lead,
    Note,
    Offer,
    OfferState,
    Task,
    TaskKind,
    Timer,
)

UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def faults_in_rows(session: Session, leads: set[str]) -> list[str]:
    """What is wrong; `leads` are the addresses of everybody who ever wrote."""
    found = [f"lost: {gone}" for gone in leads - set(session.scalars(select(Lead.email)))]
    for lead in session.scalars(select(Lead)):
        found += [f"{lead.ref} {lead.status}: {fault}" for fault in _faults_of(session, lead)]
    words = [
        *session.scalars(select(Note.text)),
        *(json.dumps(facts, ensure_ascii=False) for facts in session.scalars(select(Activity.facts))),
    ]
    found += [f"nobody should keep {each!r}" for each in words if UNSTORABLE.search(each)]
    left = session.scalars(select(Intent).where((Intent.done < Intent.wanted) | Intent.dead_at.is_not(None)))
    return found + [f"unsaid: {each.kind} {each.subject} {each.last_error}" for each in left]


def _faults_of(session: Session, lead: Lead) -> list[str]:
    def of_lead(model: Any, *conditions: Any) -> Sequence[Any]:
        return session.scalars(select(model).where(model.lead_id == lead.id, *conditions)).all()

    tasks = of_lead(Task, Task.state.in_(OPEN_TASKS))
    timers = of_lead(Timer, Timer.fired_at.is_(None))
    running = of_lead(Enrollment, Enrollment.state == EnrollmentState.RUNNING)
    ladders = of_lead(Escalation, Escalation.ended_at.is_(None))
    offers = of_lead(Offer, Offer.state == OfferState.OPEN)
    due = [each.due_at for each in tasks] or [each.due_at for each in timers]
    touches = [(task.enrollment_id, task.number) for task in tasks if task.kind is TaskKind.TOUCH]
    closed = lead.status.is_closed
    rules = {
        "closed without its moment": (lead.closed_at is not None) == closed,
        "closed and something left": not closed or not (tasks or timers or running or ladders or offers),
        "a next action of a closed lead": not closed
        or (lead.next_action, lead.next_action_at) == (None, None),
        "no next action": closed or lead.owner_id is None or lead.next_action_at == min(due),
        "nobody's and offered to nobody": closed or lead.owner_id is not None or bool(offers),
        "owned and on offer": lead.owner_id is None or not offers,
        "two offers": len(offers) < 2,
        "touches and plans": touches == [(plan.id, plan.step + 1) for plan in running],
    }
    return [fault for fault, holds in rules.items() if not holds]
