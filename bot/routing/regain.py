"""Leads that somebody gave away for their leave and nobody has worked since: theirs again, if they want them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from bot.cadence.lending import plan_anew
from bot.cadence.tasks import open_tasks_of
from bot.db.models import OPEN_STATUSES, Absence, Activity, ActivityKind, Lead, LeavePlan, Rep
from bot.db.sql import HEAT
from bot.errors import FollowupError
from bot.outbox.enqueue import IntentKind, tell, to_rep
from bot.routing.reassign import reassign
from bot.team.live import live_team


class NothingToRegainError(FollowupError):
    """Every lead that was given away has been worked since, or is somebody else's by now."""

    def __str__(self) -> str:
        return (
            "There is nothing to take back: each of these leads has been worked since, or is somebody else's by now. "
            "“/followup assign” moves a single one."
        )


def given_away(session: Session, absence: Absence) -> Sequence[Lead]:
    """The open leads that went to somebody for this leave and are still theirs, the hottest first."""
    return [lead for lead, _ in _given(session, absence)]


def regainable(session: Session, absence: Absence) -> Sequence[Lead]:
    """Those of them with which nobody has done anything since."""
    return [lead for lead, handed in _given(session, absence) if not _touched(session, handed)]


def regain_leads(session: Session, absence: Absence, by: Rep, now: datetime) -> Sequence[Lead]:
    """What nobody has worked is its first owner's again, turns included; what is overdue is spread over days to come.

    Raises NothingToRegainError.
    """
    rep, cover = session.get_one(Rep, absence.rep_id), absence.cover_id
    wanted = regainable(session, absence)
    # Locked in the order that everybody keeps, and looked at again: somebody may have been quicker.
    locked = select(Lead.id).where(Lead.id.in_([lead.id for lead in wanted])).order_by(Lead.id)
    session.execute(locked.with_for_update(key_share=True))
    session.expire_all()
    leads = regainable(session, absence)
    if not leads or cover is None:
        raise NothingToRegainError
    tasks = [task for lead in leads for task in open_tasks_of(session, lead)]
    calendar = live_team(session).team.calendar_of(rep.key)
    plan_anew(session, [(task, task.due_at) for task in tasks], calendar, now)
    for lead in leads:
        reassign(session, lead, rep, by, now, quietly=True)
    tell(session, IntentKind.LEAVE, f"{absence.id}:regained", to_rep(cover), now)
    return leads


def _given(session: Session, absence: Absence) -> Sequence[tuple[Lead, Activity]]:
    if absence.plan is not LeavePlan.TRANSFER:
        return []
    given = (
        select(Lead, Activity)
        .join(Lead, Lead.id == Activity.lead_id)
        .where(
            Activity.kind == ActivityKind.REASSIGNED,
            Activity.at >= absence.starts_at,
            Activity.facts["leave"].as_integer() == absence.id,
            Lead.owner_id == absence.cover_id,
            Lead.status.in_(OPEN_STATUSES),
        )
        .order_by(HEAT, Lead.next_action_at, Lead.id)
    )
    return [(lead, handed) for lead, handed in session.execute(given)]


def _touched(session: Session, handed: Activity) -> bool:
    """Whether anybody has done anything with the lead since it was given away."""
    later = aliased(Activity)
    done = select(later.id).where(
        later.lead_id == handed.lead_id, later.id > handed.id, later.rep_id.is_not(None)
    )
    return session.scalar(done.limit(1)) is not None
