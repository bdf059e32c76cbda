"""Reading the rows behind what is shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.cadence import (
    ASK_AFTER_CALL,
    UNDO_MINUTES,
    Errand,
    latest_offer,
    latest_report,
    may_work,
    plan_of,
    pool_of,
    script_for,
    title_of,
)
from bot.db.models import (
    CHANGES_OWNER,
    OPEN_TASKS,
    Activity,
    ActivityKind,
    AskState,
    DueList,
    Enrollment,
    LadderKind,
    Lead,
    ListedTask,
    Note,
    Offer,
    OfferRep,
    OfferState,
    Rep,
    Task,
    TaskKind,
)
from bot.db.sql import HEAT
from bot.messages.calls import Brief
from bot.messages.card import CardState
from bot.messages.lead_view import LeadView
from bot.messages.mrkdwn import spelled
from bot.messages.nudges import Nudge
from bot.messages.task import TaskView
from bot.routing import next_step
from bot.team.live import live_team


def zone_of(session: Session, lead: Lead) -> ZoneInfo:
    """The zone of the lead's pool."""
    return ZoneInfo(pool_of(session, lead, live_team(session)).calendar.zone)


def card_state(session: Session, lead: Lead, now: datetime) -> CardState:
    offer = latest_offer(session, lead.id)
    asks = _asks(session, offer)
    current = next((ask for ask in asks if offer and ask.rep_id == offer.assignee_id), None)
    told = _managers_told(session, lead.id)
    handed = last_hand_over(session, lead.id)
    return CardState(
        lead=lead,
        now=now,
        zone=zone_of(session, lead),
        assignee=_rep(session, offer.assignee_id if offer else None),
        owner=_rep(session, lead.owner_id),
        assigned=offer is not None and offer.state is OfferState.ASSIGNED,
        asked_too=tuple(
            session.get_one(Rep, ask.rep_id)
            for ask in asks
            if ask.state is AskState.ASKED and offer and ask.rep_id != offer.assignee_id
        ),
        given=handed is not None,
        given_by=_rep(session, handed.rep_id if handed else None),
        passed=tuple(session.get_one(Rep, ask.rep_id) for ask in asks if ask.state is AskState.PASSED),
        nudged_at=current.nudged_at if current else None,
        managers_told_at=told.at if told else None,
        next_step=next_step(session, lead.id),
    )


def last_hand_over(session: Session, lead_id: int) -> Activity | None:
    """The hand-over by which its owner has it; None when they claimed it, or nobody has it."""
    changed = select(Activity).where(
        Activity.lead_id == lead_id, Activity.kind.in_(CHANGES_OWNER), Activity.undone_at.is_(None)
    )
    latest = session.scalars(changed.order_by(Activity.id.desc()).limit(1)).one_or_none()
    return latest if latest and latest.kind is ActivityKind.REASSIGNED else None


def nudge(session: Session, lead: Lead, now: datetime) -> Nudge:
    offer = latest_offer(session, lead.id)
    asked = offer.assignee_id if offer and offer.state is OfferState.OPEN else None
    return Nudge(lead, now, zone_of(session, lead), _rep(session, asked), _rep(session, lead.owner_id))


def asked_now(session: Session, lead_id: int) -> set[int]:
    """The ids of everybody who is being asked for this lead."""
    offer = latest_offer(session, lead_id)
    if offer is None or offer.state is not OfferState.OPEN:
        return set()
    return {ask.rep_id for ask in _asks(session, offer) if ask.state is AskState.ASKED}


def escalation_reason(session: Session, lead_id: int) -> str | None:
    """Why nobody could be asked, as the managers were last told (D8)."""
    told = _latest(session, lead_id, ActivityKind.ESCALATED)
    return told.facts.get("reason") if told else None


def task_view(session: Session, task: Task, now: datetime, *, with_script: bool = True) -> TaskView:
    lead = session.get_one(Lead, task.lead_id)
    logged = session.scalars(
        _outcomes(lead.id).where(Activity.task_id == task.id).order_by(Activity.id.desc())
    ).first()
    missed = (
        lead.first_response_at is None and _latest(session, lead.id, ActivityKind.CONTACT_MISSED) is not None
    )
    return TaskView(
        task=task,
        lead=lead,
        now=now,
        zone=zone_of(session, lead),
        script=script_for(session, task, now) if with_script and task.state in OPEN_TASKS else None,
        reason=None if task.kind is TaskKind.TOUCH else title_of(session, task),
        touches=_touches(session, task),
        target_missed=missed,
        logged=logged,
        logged_by=_rep(session, logged.rep_id) if logged else None,
        undoable=logged is not None and logged == latest_undoable(session, lead.id, now),
    )


def listed(session: Session, due_list: DueList, now: datetime) -> list[TaskView]:
    """The tasks of a list, the hottest first."""
    tasks = select(Task).join(ListedTask, ListedTask.task_id == Task.id).join(Lead, Lead.id == Task.lead_id)
    mine = tasks.where(ListedTask.list_id == due_list.id).order_by(HEAT, Task.id)
    return [task_view(session, task, now, with_script=False) for task in session.scalars(mine).all()]


def lead_view_of(session: Session, lead: Lead, reader: Rep, now: datetime) -> LeadView:
    """The lead with its history, and what `reader` may do about it."""
    live = live_team(session)
    may_log = lead.owner_id is not None and may_work(session, lead, reader, live, now)
    task = task_to_log(session, lead.id)
    activities = session.scalars(
        select(Activity).where(Activity.lead_id == lead.id).order_by(Activity.id)
    ).all()
    notes = session.scalars(select(Note).where(Note.lead_id == lead.id).order_by(Note.id)).all()
    undoable = latest_undoable(session, lead.id, now)
    return LeadView(
        lead=lead,
        zone=zone_of(session, lead),
        owner=_rep(session, lead.owner_id),
        activities=activities,
        notes=notes,
        promises=promises_of(session, lead, zone_of(session, lead)),
        people=people(session),
        task_to_log=task.id if task and may_log else None,
        may_claim=lead.owner_id is None and not lead.status.is_closed,
        may_assign=may_log and not lead.status.is_closed,
        undoable=undoable if undoable and (may_log or undoable.rep_id == reader.id) else None,
    )


def leads_of(session: Session, tasks: Sequence[Task]) -> dict[int, Lead]:
    """The leads that tasks are about, by id."""
    found = select(Lead).where(Lead.id.in_({task.lead_id for task in tasks}))
    return {lead.id: lead for lead in session.scalars(found)}


def brief_of(session: Session, check: Task, now: datetime) -> Brief:
    """What the owner should know before the call that this task will ask about."""
    lead = session.get_one(Lead, check.lead_id)
    notes = session.scalars(select(Note).where(Note.lead_id == lead.id).order_by(Note.id)).all()
    zone = zone_of(session, lead)
    return Brief(lead, check.due_at - ASK_AFTER_CALL, now, zone, notes, promises_of(session, lead, zone))


def promises_of(session: Session, lead: Lead, zone: ZoneInfo) -> list[str]:
    """What either side still owes, the nearest first."""
    owed = select(Task).where(
        Task.lead_id == lead.id, Task.kind == TaskKind.PROMISE, Task.state.in_(OPEN_TASKS)
    )
    return [
        f"{'They' if Errand.of(task) is Errand.THEIR_PROMISE else 'We'}: {task.about} (by {spelled(task.due_at, zone)})"
        for task in session.scalars(owed.order_by(Task.due_at, Task.id))
    ]


def task_to_log(session: Session, lead_id: int) -> Task | None:
    """The open task that comes first."""
    running = select(Task).where(Task.lead_id == lead_id, Task.state.in_(OPEN_TASKS))
    return session.scalars(running.order_by(Task.due_at, Task.id)).first()


def latest_undoable(session: Session, lead_id: int, now: datetime) -> Activity | None:
    """What was last logged of the lead, while it can still be undone (D11)."""
    latest = latest_report(session, lead_id)
    return latest if latest and now - latest.at <= timedelta(minutes=UNDO_MINUTES) else None


def people(session: Session) -> Mapping[int | str, Rep]:
    """Everybody ever named in a team document, by id and by key."""
    reps: Sequence[Rep] = session.scalars(select(Rep)).all()
    return {**{rep.id: rep for rep in reps}, **{rep.key: rep for rep in reps}}


def _outcomes(lead_id: int) -> Select[Activity]:
    return select(Activity).where(
        Activity.lead_id == lead_id, Activity.kind == ActivityKind.OUTCOME, Activity.undone_at.is_(None)
    )


def _latest(session: Session, lead_id: int, kind: ActivityKind) -> Activity | None:
    found = select(Activity).where(Activity.lead_id == lead_id, Activity.kind == kind)
    return session.scalars(found.order_by(Activity.id.desc())).first()


def _managers_told(session: Session, lead_id: int) -> Activity | None:
    """When the managers last heard that nobody claims it; steps that tell somebody else are not meant."""
    told = select(Activity).where(Activity.lead_id == lead_id, Activity.kind == ActivityKind.ESCALATED)
    back = _latest(session, lead_id, ActivityKind.TAKEN_BACK)
    if back is not None:
        # What they heard before was about its last owner, or about the round before that.
        told = told.where(Activity.id > back.id)
    for each in session.scalars(told.order_by(Activity.id.desc())):
        if each.facts["ladder"] == LadderKind.CLAIM and "target" not in each.facts:
            return each
    return None


def _asks(session: Session, offer: Offer | None) -> Sequence[OfferRep]:
    if offer is None:
        return []
    return session.scalars(select(OfferRep).where(OfferRep.offer_id == offer.id).order_by(OfferRep.id)).all()


def _touches(session: Session, task: Task) -> int | None:
    enrollment = session.get(Enrollment, task.enrollment_id) if task.enrollment_id else None
    return None if enrollment is None else len(plan_of(session, enrollment).touches)


def _rep(session: Session, rep_id: int | None) -> Rep | None:
    return session.get(Rep, rep_id) if rep_id else None
