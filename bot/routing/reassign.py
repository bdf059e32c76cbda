"""Giving a lead to somebody else: turns, plan and open tasks go with it (D5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.cadence import UNDO_MINUTES, LeadClosedError, UndoError, latest_offer, pool_of, rewrite_next_action
from bot.cadence.lending import end_lending, lend_of_the_absent
from bot.cadence.tasks import open_tasks_of
from bot.cadence.telling import refresh_tasks
from bot.db import Loop, wake
from bot.db.models import (
    CHANGES_OWNER,
    Activity,
    ActivityKind,
    Lead,
    OfferState,
    Rep,
    TaskState,
    Turn,
    TurnReason,
)
from bot.outbox.enqueue import IntentKind, show, tell, to_pool, to_rep
from bot.routing.claims import close_offer, lead_under_lock, settle_turns, take_over
from bot.routing.errors import AlreadyTheirsError, NotOnTheTeamAnyMoreError, NotYoursToGiveError
from bot.routing.ledger import debit, return_turn, turn_spent
from bot.team.live import LiveTeam, live_team
from bot.team.pools import Pool


def give(session: Session, lead: Lead, to: Rep, by: Rep, now: datetime) -> Activity:
    """The hand-over as noted, by the lead's owner or a manager of its pool: see `reassign`.

    Raises NotYoursToGiveError for everybody else, and what `reassign` raises.
    """
    # Whose it is can change until the lead is locked.
    lead = lead_under_lock(session, lead.id)
    # First what is true whoever asks: a second delivery hears that it is done, not that it is no longer theirs to give.
    _check(lead, to)
    if by.id != lead.owner_id and by.key not in pool_of(session, lead, live_team(session)).managers:
        raise NotYoursToGiveError(lead.ref)
    return reassign(session, lead, to, by, now)


def reassign(
    session: Session,
    lead: Lead,
    to: Rep,
    by: Rep | None,
    now: datetime,
    *,
    move_credit: bool = True,
    quietly: bool = False,
) -> Activity:
    """The hand-over as noted: `to` owns the lead with its running plan and open tasks, and both are told.

    With `move_credit` the old owner's turn comes back and the new one's is spent. `quietly` tells nobody and shows the
    new owner nothing: somebody else does. `by` None is the bot itself; whether they may is not asked, `give` does. A
    lead that nobody has yet is taken off offer. Locks the lead. Raises LeadClosedError, NotOnTheTeamAnyMoreError or
    AlreadyTheirsError.
    """
    live = live_team(session)
    lead = lead_under_lock(session, lead.id)
    pool = pool_of(session, lead, live)
    _check(lead, to)
    before = lead.owner_id
    handed = Activity(lead_id=lead.id, at=now, kind=ActivityKind.REASSIGNED, rep_id=by.id if by else None)
    old = session.get(Rep, before) if before else None
    handed.facts = {"from": old.key if old else None, "rep": to.key, "credit": move_credit}
    session.add(handed)
    moved: dict[int, int] = {}
    if before is None:
        _take_off_offer(session, lead, to, pool, live, now)
    else:
        moved = _move_turns(session, lead, before, to, pool, now) if move_credit else {}
        _hand_over(session, lead, to, now, shown=not quietly)
    session.flush()
    # What undo gives back, in units: rows of the ledger are never taken out.
    handed.before = {"owner": before, "turns": [[rep_id, units] for rep_id, units in moved.items()]}
    for person in set() if quietly else {to.id, before} - {by.id if by else None, None}:
        assert person is not None
        tell(session, IntentKind.REASSIGNED, f"{lead.id}:{handed.id}", to_rep(person), now)
    return handed


def undo_reassign(session: Session, activity_id: int, by: Rep, now: datetime) -> Lead:
    """The lead, back with whoever had it before, turns included (D11).

    Within 10 minutes, while nothing newer has happened, by who gave it, who had it, or a manager. Raises UndoError.
    """
    handed = session.scalar(
        select(Activity).where(Activity.id == activity_id, Activity.kind == ActivityKind.REASSIGNED)
    )
    if handed is None:
        raise UndoError("There is no hand-over to undo here.")
    # What happens to the lead meanwhile is seen once it is locked.
    lead = lead_under_lock(session, handed.lead_id)
    if not may_undo(session, handed, now):
        raise UndoError("This hand-over cannot be undone any more. Assign the lead anew.")
    assert handed.before is not None
    owner = session.get_one(Rep, handed.before["owner"])
    pool = pool_of(session, lead, live_team(session))
    if by.id not in (handed.rep_id, owner.id) and by.key not in pool.managers:
        raise UndoError("Only the one who gave it, the one who had it before or a manager can undo this.")
    _mark_undone(session, handed, now)
    offer = latest_offer(session, lead.id)
    for rep_id, units in handed.before["turns"]:
        assert offer is not None
        row = Turn(pool=offer.pool, rep_id=rep_id, amount=-units, reason=TurnReason.REASSIGNED, at=now)
        row.offer_id = offer.id
        session.add(row)
    newer_owner = lead.owner_id
    _hand_over(session, lead, owner, now)
    facts = {"activity": handed.id, "reassigned": True}
    undone = Activity(lead_id=lead.id, at=now, kind=ActivityKind.UNDONE, rep_id=by.id, facts=facts)
    session.add(undone)
    session.flush()
    for person in {newer_owner, owner.id} - {by.id, None}:
        assert person is not None
        tell(session, IntentKind.REASSIGNED, f"{lead.id}:{handed.id}:undone", to_rep(person), now)
    return lead


def may_undo(session: Session, handed: Activity, now: datetime) -> bool:
    """Whether nothing stands in the way but who asks: it is recent, nothing was logged and nobody else has it since."""
    if handed.undone_at or now - handed.at > timedelta(minutes=UNDO_MINUTES) or not handed.before:
        return False
    newer = select(Activity.id).where(
        Activity.lead_id == handed.lead_id,
        Activity.kind.in_((ActivityKind.OUTCOME, *CHANGES_OWNER)),
        Activity.id > handed.id,
        Activity.undone_at.is_(None),
    )
    return handed.before["owner"] is not None and session.scalar(newer.limit(1)) is None


def _check(lead: Lead, to: Rep) -> None:
    if lead.status.is_closed:
        raise LeadClosedError(lead.ref, lead.status)
    if not to.active:
        raise NotOnTheTeamAnyMoreError(to.name)
    if lead.owner_id == to.id:
        raise AlreadyTheirsError(lead.ref, to.name)


def _take_off_offer(session: Session, lead: Lead, to: Rep, pool: Pool, live: LiveTeam, now: datetime) -> None:
    offer = close_offer(session, lead, OfferState.GIVEN, to, now)
    if offer is not None:
        settle_turns(session, offer, to, pool, now, TurnReason.REASSIGNED)
    take_over(session, lead, to, live, now)


def _hand_over(session: Session, lead: Lead, to: Rep, now: datetime, *, shown: bool = True) -> None:
    """Give the lead and everything still to do for it to `to`; what was shown to somebody else says so."""
    lead.owner_id = to.id
    tasks = open_tasks_of(session, lead)
    end_lending(session, tasks)
    for task in tasks:
        task.owner_id = to.id
        refresh_tasks(session, task.id, now=now)
    session.flush()
    # Where `to` is on leave, it is whoever stands in for them who is told.
    due = [task for task in tasks if task.state is TaskState.DUE]
    told = lend_of_the_absent(session, [task.id for task in due], now)
    for task in due:
        if shown and task.id in told:
            show(session, IntentKind.TASK, task.id, to_rep(task.owner_id), now)
    rewrite_next_action(session, lead)
    show(session, IntentKind.LEAD_CARD, lead.id, to_pool(lead.pool), now)
    wake(session, Loop.TIMERS)


def _move_turns(
    session: Session, lead: Lead, before: int, to: Rep, pool: Pool, now: datetime
) -> dict[int, int]:
    """The units each of the two was charged; whoever spent a turn on this lead already is not charged twice."""
    offer = latest_offer(session, lead.id)
    if offer is None:
        return {}
    moved = {before: -return_turn(session, offer, before, now, TurnReason.REASSIGNED)}
    if turn_spent(session, offer, to.id) <= 0:
        moved[to.id] = debit(session, offer, to, pool, TurnReason.REASSIGNED, now)
    return {rep_id: units for rep_id, units in moved.items() if units}


def _mark_undone(session: Session, handed: Activity, now: datetime) -> None:
    # Two clicks at once: the row decides.
    undone: Sequence[int] = session.scalars(
        update(Activity)
        .where(Activity.id == handed.id, Activity.undone_at.is_(None))
        .values(undone_at=now)
        .returning(Activity.id)
    ).all()
    if not undone:
        raise UndoError("This has been undone already.")
