"""R22: every open lead has a next action. The one place that writes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence.tasks import title_of
from bot.db.models import OPEN_TASKS, Lead, Offer, OfferState, Task, Timer, TimerKind

_Action = tuple[str, datetime]
_COMING = {TimerKind.STALL: "Nudge them if they stay silent"}


def rewrite_next_action(session: Session, lead: Lead) -> None:
    """Say what happens next with this lead, and when: its next task, else its next timer, else the claim.

    Called in the transaction of whatever changed it. A closed lead has none.
    """
    rewrite_next_actions(session, [lead])


def rewrite_next_actions(session: Session, leads: Sequence[Lead]) -> None:
    """The same for several leads, in as many statements as for one."""
    left = {lead.id: lead for lead in leads if not lead.status.is_closed}
    actions: dict[int, _Action] = {}
    for find in (_tasks, _timers, _claims):
        if left:
            actions |= find(session, left)
            left = {id_: lead for id_, lead in left.items() if id_ not in actions}
    for lead in leads:
        lead.next_action, lead.next_action_at = actions.get(lead.id, (None, None))


def _tasks(session: Session, leads: Mapping[int, Lead]) -> dict[int, _Action]:
    mine = select(Task).where(Task.lead_id.in_(leads), Task.state.in_(OPEN_TASKS))
    first: dict[int, Task] = {}
    for task in session.scalars(mine.order_by(Task.due_at, Task.id)):
        first.setdefault(task.lead_id, task)
    return {id_: (title_of(session, task), task.due_at) for id_, task in first.items()}


def _timers(session: Session, leads: Mapping[int, Lead]) -> dict[int, _Action]:
    pending = select(Timer.lead_id, Timer.kind, Timer.due_at).where(
        Timer.lead_id.in_(leads), Timer.fired_at.is_(None)
    )
    found: dict[int, _Action] = {}
    for lead_id, kind, due_at in session.execute(pending.order_by(Timer.due_at)):
        if lead_id is not None:
            found.setdefault(lead_id, (_COMING.get(kind, "Get back to them"), due_at))
    return found


def _claims(session: Session, leads: Mapping[int, Lead]) -> dict[int, _Action]:
    on_offer = select(Offer.lead_id).where(Offer.lead_id.in_(leads), Offer.state == OfferState.OPEN)
    return {id_: ("Claim it", leads[id_].clock_started_at) for id_ in session.scalars(on_offer)}
