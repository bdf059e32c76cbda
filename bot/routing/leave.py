"""A rep's leave from beginning to end: who works their leads, and what they come back to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.cadence import rewrite_next_action
from bot.cadence.lending import covered_by, lend_again, lend_open_tasks, take_back_tasks
from bot.cadence.telling import show_tasks
from bot.db import Loop, wake
from bot.db.models import (
    OPEN_STATUSES,
    OPEN_TASKS,
    Absence,
    AbsenceState,
    AskState,
    Lead,
    LeavePlan,
    LentTask,
    Offer,
    OfferRep,
    OfferState,
    Rep,
    Task,
    TaskState,
)
from bot.db.sql import due_between
from bot.errors import FollowupError
from bot.outbox.enqueue import IntentKind, tell, to_rep
from bot.routing.offers import pass_offer
from bot.routing.reassign import reassign
from bot.team.live import LiveTeam, live_team

LONGEST = timedelta(days=366)


class UnusableLeaveError(FollowupError):
    """Leave that cannot be planned like this; nothing was changed. `field` is what to change: until or cover."""

    def __init__(self, sentence: str, field: Literal["until", "cover"] = "until") -> None:
        super().__init__(sentence)
        self.field = field


class NotAwayError(FollowupError):
    """There is no leave to come back from or to call off."""

    def __str__(self) -> str:
        return "There is no leave to end: none runs, and none is planned."


@dataclass(frozen=True)
class LeaveWish:
    """Leave as somebody asks for it. `cover` covers, or takes the leads over; nobody for leads that wait."""

    rep: Rep
    starts_at: datetime
    until: datetime
    plan: LeavePlan
    cover: Rep | None
    by: Rep


def plan_leave(session: Session, wish: LeaveWish, now: datetime) -> Absence:
    """The leave, begun if its time has come. The rep is asked for no lead that falls into it.

    Raises UnusableLeaveError for leave that is over, too long, overlaps other leave, or has no usable cover.
    """
    people = sorted({wish.rep.id, wish.cover.id if wish.cover else wish.rep.id})
    # Two plans for one person at once: the second waits here and sees the first.
    session.execute(select(Rep.id).where(Rep.id.in_(people)).order_by(Rep.id).with_for_update(key_share=True))
    live = live_team(session)
    _check_times(wish, now)
    _check_overlaps(session, wish, live)
    absence = Absence(
        rep_id=wish.rep.id,
        starts_at=max(wish.starts_at, now),
        until=wish.until,
        plan=wish.plan,
        cover_id=wish.cover.id if wish.cover else None,
        next_at=max(wish.starts_at, now),
        created_at=now,
        created_by_id=wish.by.id,
    )
    session.add(absence)
    session.flush()
    if wish.by.id != wish.rep.id:
        _tell(session, absence, "planned", wish.rep.id, now)
    if absence.starts_at <= now:
        _begin(session, absence, live, now)
    wake(session, Loop.TIMERS)
    return absence


def come_back(session: Session, rep: Rep, now: datetime, absence_id: int | None = None) -> Absence:
    """The leave that ends now, or the next planned one, which is called off; `absence_id` chooses another.

    Raises NotAwayError.
    """
    theirs = select(Absence).where(Absence.rep_id == rep.id, Absence.state != AbsenceState.OVER)
    if absence_id is not None:
        theirs = theirs.where(Absence.id == absence_id)
    absence = session.scalars(theirs.order_by(Absence.starts_at).with_for_update()).first()
    if absence is None:
        raise NotAwayError
    _end(session, absence, live_team(session), now)
    return absence


def fire_due_leave(session: Session, now: datetime, limit: int = 10, *, since: datetime | None = None) -> int:
    """How many leaves began or ended, due at `since` or later."""
    due = session.scalars(
        select(Absence)
        .where(Absence.state != AbsenceState.OVER, *due_between(Absence.next_at, since, now))
        .order_by(Absence.next_at, Absence.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    live = live_team(session) if due else None
    for absence in due:
        assert live is not None
        turn = _begin if absence.state is AbsenceState.PLANNED and absence.until > now else _end
        turn(session, absence, live, now)
    return len(due)


def _begin(session: Session, absence: Absence, live: LiveTeam, now: datetime) -> None:
    """Lend or give away what the rep has open; what they are being asked for goes to the next one."""
    if not _move(session, absence, AbsenceState.PLANNED, AbsenceState.RUNNING, next_at=absence.until):
        return
    rep = session.get_one(Rep, absence.rep_id)
    offered, owned = _lock_leads(session, rep, [])
    # Passing locks the lead's pool, and pools are locked in the order of their keys.
    for lead in sorted(offered, key=lambda each: each.pool):
        pass_offer(session, lead.id, rep, now)
    if absence.plan is LeavePlan.TRANSFER and absence.cover_id is not None:
        receiver, by = session.get_one(Rep, absence.cover_id), session.get_one(Rep, absence.created_by_id)
        # Who gets them may have left the team meanwhile; then they stay where they are.
        given = owned if receiver.active else []
        for lead in given:
            handed = reassign(session, lead, receiver, by, now, move_credit=True, quietly=True)
            handed.facts = {**handed.facts, "leave": absence.id}
        _show_due(session, given, now)
    lend_open_tasks(session, absence, live, now)
    for lead in owned:
        rewrite_next_action(session, lead)
    if absence.cover_id is not None:
        _tell(session, absence, "covering", absence.cover_id, now)


def _show_due(session: Session, leads: Sequence[Lead], now: datetime) -> None:
    """What was due already is due now for whoever has these leads since."""
    due = select(Task.id).where(Task.lead_id.in_([lead.id for lead in leads]), Task.state == TaskState.DUE)
    show_tasks(session, session.scalars(due.order_by(Task.due_at, Task.id)).all(), now)


def _end(session: Session, absence: Absence, live: LiveTeam, now: datetime) -> None:
    """Give back what was lent, as a plan for the days to come, and say so."""
    began = absence.state is AbsenceState.RUNNING
    until = min(absence.until, max(now, absence.starts_at))
    if not _move(session, absence, absence.state, AbsenceState.OVER, until=until):
        return
    if not began:
        return
    rep = session.get_one(Rep, absence.rep_id)
    calendar = live.team.calendar_of(rep.key)
    _lock_leads(session, rep, [absence.id, *covered_by(session, rep, now)])
    theirs = take_back_tasks(session, absence, calendar, now)
    # What they have for others who are still away, they have again.
    for lead in (*theirs, *lend_again(session, rep, calendar, now)):
        rewrite_next_action(session, lead)
    _tell(session, absence, "back", rep.id, now)
    if absence.cover_id is not None and absence.plan is LeavePlan.COVER:
        _tell(session, absence, "covered", absence.cover_id, now)


def _move(
    session: Session, absence: Absence, before: AbsenceState, after: AbsenceState, **values: object
) -> bool:
    """Whether this caller moved the leave on: the row decides, also between `back` and the worker."""
    moved = session.execute(
        update(Absence)
        .where(Absence.id == absence.id, Absence.state == before)
        .values(state=after, **values)
        .returning(Absence.id)
    ).one_or_none()
    session.refresh(absence)
    return moved is not None


def _lock_leads(
    session: Session, rep: Rep, absences: Collection[int]
) -> tuple[Sequence[Lead], Sequence[Lead]]:
    """The leads this rep is being asked for and the open ones they own, locked together in one order.

    With them all others of which they have a task, or that were lent for one of these `absences`.
    """
    asked = (
        select(Offer.lead_id)
        .join(OfferRep, OfferRep.offer_id == Offer.id)
        .where(Offer.state == OfferState.OPEN, OfferRep.rep_id == rep.id, OfferRep.state == AskState.ASKED)
    )
    tasks = select(Task.lead_id).where(Task.state.in_(OPEN_TASKS))
    lent = tasks.join(LentTask, LentTask.task_id == Task.id).where(LentTask.absence_id.in_(absences))
    theirs = [asked, tasks.where(Task.owner_id == rep.id), lent]
    leads = session.scalars(
        select(Lead)
        .where(Lead.status.in_(OPEN_STATUSES))
        .where(or_(Lead.owner_id == rep.id, *(Lead.id.in_(each) for each in theirs)))
        .order_by(Lead.id)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).all()
    offered = set(session.scalars(asked))
    return [lead for lead in leads if lead.id in offered], [one for one in leads if one.owner_id == rep.id]


def _tell(session: Session, absence: Absence, what: str, rep_id: int, now: datetime) -> None:
    tell(session, IntentKind.LEAVE, f"{absence.id}:{what}", to_rep(rep_id), now)


def _check_times(wish: LeaveWish, now: datetime) -> None:
    if wish.until <= now:
        raise UnusableLeaveError(
            "That day has passed already. Say when you are back: a day from tomorrow on."
        )
    if wish.until <= wish.starts_at:
        raise UnusableLeaveError("The leave would end before it begins. Pick a later day to be back.")
    if wish.until > now + LONGEST:
        raise UnusableLeaveError("That is more than a year away. Pick an earlier day to be back.")
    if wish.cover is None and wish.plan is not LeavePlan.WAIT:
        raise UnusableLeaveError(
            "Who looks after the leads meanwhile? Name somebody, or let touches wait.", "cover"
        )


def _check_overlaps(session: Session, wish: LeaveWish, live: LiveTeam) -> None:
    rep, cover = wish.rep, wish.cover
    if other := _overlapping(session, rep, wish):
        span = _span(other, live.team.calendar_of(rep.key).zone)
        raise UnusableLeaveError(
            f"{rep.name} has leave {span} already. “/followup back” ends it or calls it off; then plan it anew."
        )
    if cover is None:
        return
    if cover.id == rep.id:
        raise UnusableLeaveError("Nobody covers for themselves. Name somebody else.", "cover")
    if not cover.active:
        raise UnusableLeaveError(f"{cover.name} is not on the team any more. Name somebody else.", "cover")
    if other := _overlapping(session, cover, wish):
        span = _span(other, live.team.calendar_of(cover.key).zone)
        raise UnusableLeaveError(f"{cover.name} is away then, too: {span}. Name somebody else.", "cover")


def _overlapping(session: Session, rep: Rep, wish: LeaveWish) -> Absence | None:
    return session.scalars(
        select(Absence).where(
            Absence.rep_id == rep.id,
            Absence.state != AbsenceState.OVER,
            Absence.starts_at < wish.until,
            Absence.until > wish.starts_at,
        )
    ).first()


def _span(absence: Absence, zone: str) -> str:
    starts_at, until = (at.astimezone(ZoneInfo(zone)) for at in (absence.starts_at, absence.until))
    return f"from {starts_at:%a} {starts_at.day} {starts_at:%b} until {until:%a} {until.day} {until:%b}"
