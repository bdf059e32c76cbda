"""What delivery calls: an intent's subject in, what Slack shows of it now out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence import digest
from bot.db.models import (
    OPEN_TASKS,
    Absence,
    Activity,
    ActivityKind,
    DueList,
    InboxEntry,
    LadderKind,
    Lead,
    Rep,
    Task,
    TaskState,
)
from bot.messages import calls, nudges
from bot.messages.card import offer_card
from bot.messages.digest import digest_message
from bot.messages.due_list import due_list_message
from bot.messages.handover import reassigned
from bot.messages.leave import LEAVE_MESSAGES
from bot.messages.leave_state import leave_state
from bot.messages.load import (
    asked_now,
    brief_of,
    card_state,
    escalation_reason,
    leads_of,
    listed,
    nudge,
    task_view,
)
from bot.messages.task import due_again, task_elsewhere, task_message
from bot.outbox.enqueue import IntentKind, posted_at, without_round
from bot.outbox.rendering import Renderer, SlackMessage
from bot.routing import open_ladder
from bot.team.absences import stand_in_of
from bot.team.live import live_team


def _digest(session: Session, subject: str, destination: str, _now: datetime) -> SlackMessage | None:
    rep = session.get_one(Rep, _rep_id(destination))
    last, morning = (datetime.fromtimestamp(int(part), UTC) for part in subject.split(":"))
    found = digest(session, rep, live_team(session), last, morning)
    return (
        None if found.is_empty else digest_message(found, leads_of(session, [*found.overdue, *found.today]))
    )


def _lead_card(session: Session, subject: str, _destination: str, now: datetime) -> SlackMessage | None:
    lead = session.get(Lead, int(subject))
    return offer_card(card_state(session, lead, now)) if lead else None


def _task(session: Session, subject: str, destination: str, now: datetime) -> SlackMessage | None:
    task = session.get(Task, int(subject))
    if task is None:
        return None
    if task.owner_id != _rep_id(destination):
        return _task_of_another(session, task, destination, now)
    if task.state is not TaskState.DUE and posted_at(session, IntentKind.TASK, task.id, destination) is None:
        # Settled before it was ever shown: nothing to show. What stands there already is brought up to date.
        return None
    return task_message(task_view(session, task, now))


def _task_of_another(session: Session, task: Task, destination: str, now: datetime) -> SlackMessage | None:
    """For whoever had it before; nothing for somebody who has never seen it."""
    if task.state not in OPEN_TASKS or posted_at(session, IntentKind.TASK, task.id, destination) is None:
        return None
    return task_elsewhere(task_view(session, task, now), session.get_one(Rep, task.owner_id))


def _task_list(session: Session, subject: str, destination: str, now: datetime) -> SlackMessage | None:
    due_list = session.get(DueList, int(subject))
    if due_list is None:
        return None
    views = listed(session, due_list, now)
    if posted_at(session, IntentKind.TASK_LIST, due_list.id, destination) is None:
        # As with a message of its own: what was settled before it was ever shown is not shown.
        mine = (view for view in views if view.task.owner_id == due_list.owner_id)
        views = [view for view in mine if view.task.state is TaskState.DUE]
    owners = {view.task.owner_id for view in views}
    people = session.scalars(select(Rep).where(Rep.id.in_(owners))).all()
    return due_list_message(due_list, views, people) if views else None


def _task_again(session: Session, subject: str, destination: str, now: datetime) -> SlackMessage | None:
    task = session.get(Task, int(subject.partition(":")[0]))
    if task is None or task.state is not TaskState.DUE or task.owner_id != _rep_id(destination):
        return None
    return due_again(task_view(session, task, now))


def _claim_nudge(session: Session, subject: str, destination: str, now: datetime) -> SlackMessage | None:
    found = _unclaimed(session, subject, now)
    if found is None or _rep_id(destination) not in asked_now(session, found.lead.id):
        return None
    first_words = {"passed": nudges.your_turn, "too": nudges.asked_too, "again": nudges.free_again}
    return first_words.get(without_round(subject).partition(":")[2], nudges.claim_nudge)(found)


def _group_alert(session: Session, subject: str, _destination: str, now: datetime) -> SlackMessage | None:
    found = _unclaimed(session, subject, now)
    return nudges.group_alert(found, without_round(subject).rpartition(":")[2]) if found else None


def _claim_alert(session: Session, subject: str, _destination: str, now: datetime) -> SlackMessage | None:
    found = _unclaimed(session, subject, now)
    return nudges.claim_alert(found, escalation_reason(session, found.lead.id)) if found else None


def _contact_nudge(session: Session, subject: str, destination: str, now: datetime) -> SlackMessage | None:
    found = _uncontacted(session, subject, now)
    if found is None or found.owner is None:
        return None
    reader_id = _rep_id(destination)
    if reader_id not in (found.owner.id, stand_in_of(session, found.owner.id, now)):
        return None
    return nudges.contact_nudge(found)


def _contact_alert(session: Session, subject: str, _destination: str, now: datetime) -> SlackMessage | None:
    found = _uncontacted(session, subject, now)
    return nudges.contact_alert(found) if found else None


def _assigned(session: Session, subject: str, destination: str, now: datetime) -> SlackMessage | None:
    lead = session.get(Lead, _lead_id(subject))
    return (
        nudges.assigned(nudge(session, lead, now), _rep_id(destination)) if lead and lead.owner_id else None
    )


def _reassigned(session: Session, subject: str, destination: str, now: datetime) -> SlackMessage | None:
    lead_id, activity_id, *undone = subject.split(":")
    lead, handed = session.get(Lead, int(lead_id)), session.get(Activity, int(activity_id))
    if lead is None or handed is None:
        return None
    event = handed if not undone else _taken_back(session, handed)
    giver = session.get(Rep, event.rep_id) if event.rep_id else None
    return reassigned(nudge(session, lead, now), _rep_id(destination), giver, undone=bool(undone))


def _taken_back(session: Session, handed: Activity) -> Activity:
    undone = select(Activity).where(
        Activity.lead_id == handed.lead_id, Activity.kind == ActivityKind.UNDONE, Activity.id > handed.id
    )
    return session.scalars(undone.order_by(Activity.id).limit(1)).one()


def _wrote_again(session: Session, subject: str, _destination: str, now: datetime) -> SlackMessage | None:
    lead = session.get(Lead, _lead_id(subject))
    activity = session.get(Activity, int(subject.partition(":")[2]))
    if lead is None or activity is None:
        return None
    facts = activity.facts
    return nudges.wrote_again(
        nudge(session, lead, now),
        facts.get("message", ""),
        facts.get("source", lead.source),
        facts.get("as", ()),
    )


def _leave(session: Session, subject: str, _destination: str, _now: datetime) -> SlackMessage | None:
    number, _, what = subject.partition(":")
    absence = session.get(Absence, int(number))
    return LEAVE_MESSAGES[what](leave_state(session, absence)) if absence else None


def _answer_nudge(session: Session, subject: str, _destination: str, now: datetime) -> SlackMessage | None:
    found = _unanswered(session, subject, now)
    return calls.answer_nudge(*found) if found else None


def _answer_alert(session: Session, subject: str, _destination: str, now: datetime) -> SlackMessage | None:
    found = _unanswered(session, subject, now)
    return calls.answer_alert(*found) if found else None


def _unanswered(session: Session, subject: str, now: datetime) -> tuple[nudges.Nudge, Task] | None:
    task = session.get(Task, int(subject))
    if task is None or task.state not in OPEN_TASKS:
        return None
    return nudge(session, session.get_one(Lead, task.lead_id), now), task


def _call_brief(session: Session, subject: str, destination: str, now: datetime) -> SlackMessage | None:
    task = session.get(Task, int(subject.partition(":")[0]))
    if task is None or task.state not in OPEN_TASKS or task.owner_id != _rep_id(destination):
        return None
    return calls.call_brief(brief_of(session, task, now))


def _unreadable(session: Session, subject: str, _destination: str, _now: datetime) -> SlackMessage | None:
    entry = session.get(InboxEntry, int(subject))
    return nudges.unreadable(entry, ZoneInfo(live_team(session).team.zone)) if entry else None


def _unclaimed(session: Session, subject: str, now: datetime) -> nudges.Nudge | None:
    """None once somebody has the lead, or it is closed: nobody needs to be told any more."""
    lead = session.get(Lead, _lead_id(subject))
    return None if lead is None or lead.owner_id or lead.status.is_closed else nudge(session, lead, now)


def _uncontacted(session: Session, subject: str, now: datetime) -> nudges.Nudge | None:
    lead = session.get(Lead, _lead_id(subject))
    # Not first_response_at: a lead that came back waits for an answer again.
    if lead is None or lead.status.is_closed or open_ladder(session, lead.id, LadderKind.CONTACT) is None:
        return None
    return nudge(session, lead, now)


def _lead_id(subject: str) -> int:
    return int(without_round(subject).partition(":")[0])


def _rep_id(destination: str) -> int:
    return int(destination.removeprefix("rep:"))


RENDERERS: dict[IntentKind, Renderer] = {
    IntentKind.LEAD_CARD: _lead_card,
    IntentKind.TASK: _task,
    IntentKind.TASK_LIST: _task_list,
    IntentKind.TASK_AGAIN: _task_again,
    IntentKind.CLAIM_NUDGE: _claim_nudge,
    IntentKind.CLAIM_ALERT: _claim_alert,
    IntentKind.GROUP_ALERT: _group_alert,
    IntentKind.CONTACT_NUDGE: _contact_nudge,
    IntentKind.CONTACT_ALERT: _contact_alert,
    IntentKind.ASSIGNED: _assigned,
    IntentKind.REASSIGNED: _reassigned,
    IntentKind.WROTE_AGAIN: _wrote_again,
    IntentKind.ANSWER_NUDGE: _answer_nudge,
    IntentKind.ANSWER_ALERT: _answer_alert,
    IntentKind.CALL_BRIEF: _call_brief,
    IntentKind.DIGEST: _digest,
    IntentKind.LEAVE: _leave,
    IntentKind.UNREADABLE: _unreadable,
}
"""By intent kind."""
