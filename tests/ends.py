"""What must hold once everything is quiet, whatever happened before: nothing lost, nothing twice (R2, R22)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.db.models import (
    TURN,
    Activity,
    ActivityKind,
    AskState,
    DueList,
    Enrollment,
    EnrollmentState,
    Escalation,
    InboxEntry,
    InboxState,
    Intent,
    Lead,
    ListedTask,
    Offer,
    OfferRep,
    OfferState,
    Task,
    TaskKind,
    TaskState,
    Timer,
    Turn,
    TurnReason,
)
from bot.outbox.enqueue import IntentKind, to_pool, to_rep
from bot.outbox.slack import EVENT_TYPE
from bot.workspace import Message, Workspace
from tests.company import actions

Posted = Mapping[int, Sequence[Message]]

_NEXT = re.compile(r"Next: [^\n<]*<!date\^(\d+)")
_NUDGED = re.compile(r"Nudged <!date\^(\d+)")
_TOLD = re.compile(r"managers were told <!date\^(\d+)")


def left_behind(session: Session, now: datetime) -> dict[str, int]:
    """What has come and is not decided, is due and not fired, or is wanted and not shown: how many, by name."""
    waiting: dict[str, ColumnElement[bool]] = {
        "inbox": InboxEntry.state == InboxState.WAITING,
        "tasks": (Task.state == TaskState.WAITING) & (Task.due_at <= now),
        "steps": Escalation.ended_at.is_(None) & (Escalation.next_step_at <= now),
        "timers": Timer.fired_at.is_(None) & (Timer.due_at <= now),
        "outbox": (Intent.done < Intent.wanted) & Intent.dead_at.is_(None),
    }
    counts = {name: session.scalar(select(func.count()).where(which)) for name, which in waiting.items()}
    return {name: count for name, count in counts.items() if count}


def assert_nothing_lost_and_nothing_twice(
    database: Database,
    workspace: Workspace,
    places: Iterable[str],
    emails: Iterable[str],
    *,
    one_by_one: bool = False,
) -> None:
    """Read from the database and from what people see in these places: channels, and people's direct messages.

    `emails`: of each lead that was acknowledged, once. Owners are those who claimed, or the fallback person:
    nobody may have handed a lead on. `one_by_one`: nothing was decided while something else was.
    """
    with database.read() as session:
        posted = _posted_by_intent(workspace, places)
        leads = session.scalars(select(Lead)).all()
        assert Counter(lead.email for lead in leads) == Counter(emails)
        _every_lead_has_a_next_action(leads)
        _every_intent_is_one_message(session, posted)
        _every_lead_has_one_card(session, posted, leads)
        _every_fired_task_is_shown_once(session, posted)
        _every_lead_that_is_taken_has_one_owner(session, leads)
        _the_ledger_adds_up(session)
        _no_message_goes_back(session, workspace, posted)
        # SQLite has one writer. On PostgreSQL two who decide at the same moment may end in either order.
        if one_by_one or database.is_sqlite:
            _order_holds_per_person(session)


def _every_lead_has_a_next_action(leads: Sequence[Lead]) -> None:
    assert [
        lead.ref
        for lead in leads
        if not lead.status.is_closed and None in (lead.next_action, lead.next_action_at)
    ] == []


def _posted_by_intent(workspace: Workspace, places: Iterable[str]) -> Posted:
    """Every message of the bot's, by the intent that its metadata names: it posts none without."""
    posted = defaultdict(list)
    for message in (each for place in places for each in workspace.messages(place)):
        assert message.metadata is not None
        assert message.metadata["event_type"] == EVENT_TYPE
        posted[message.metadata["event_payload"]["intent"]].append(message)
    return posted


def _every_intent_is_one_message(session: Session, posted: Posted) -> None:
    intents = session.scalars(select(Intent)).all()
    assert [(one.id, one.last_error) for one in intents if one.dead_at or one.done < one.wanted] == []
    known = {one.id: [(one.channel, one.ts)] for one in intents if one.ts}
    assert {number: [(one.channel, one.ts) for one in each] for number, each in posted.items()} == known


def _every_lead_has_one_card(session: Session, posted: Posted, leads: Sequence[Lead]) -> None:
    """In its pool's channel; nobody can claim what has an owner."""
    cards = _intents(session, IntentKind.LEAD_CARD)
    assert Counter(card.subject for card in cards) == {str(lead.id): 1 for lead in leads}
    card_of = {card.subject: card for card in cards}
    for lead in leads:
        card = card_of[str(lead.id)]
        assert card.destination == to_pool(lead.pool)
        (shown,) = posted[card.id]
        assert lead.ref in str(shown.blocks)
        assert ("claim" in actions(shown)) is (lead.owner_id is None and not lead.status.is_closed)


def _every_fired_task_is_shown_once(session: Session, posted: Posted) -> None:
    """To its owner, in a message of its own or as a row of one list; whatever has not fired is shown nowhere."""
    shown = defaultdict(list)
    for intent in _intents(session, IntentKind.TASK):
        shown[int(intent.subject)].append(intent)
    lists = {int(one.subject): one for one in _intents(session, IntentKind.TASK_LIST)}
    # A list of what has been due for a while reminds of what was shown before.
    listed = select(ListedTask).join(DueList, DueList.id == ListedTask.list_id).where(~DueList.overdue)
    for row in session.scalars(listed):
        shown[row.task_id].append(lists[row.list_id])
    due = Activity.kind == ActivityKind.TOUCH_DUE
    fired = Counter(session.scalars(select(Activity.task_id).where(due)))
    assert set(fired.values()) <= {1}
    tasks = session.scalars(select(Task)).all()
    assert set(shown) <= {task.id for task in tasks}
    for task in tasks:
        ways = shown[task.id]
        assert [way.destination for way in ways] == [to_rep(task.owner_id)] * len(ways)
        # Only touches are written down when they fire; of errands it is known while they are due.
        assert len(ways) == fired[task.id] or (task.kind is not TaskKind.TOUCH and len(ways) == 1), task.id
        if task.state is TaskState.DUE:
            (way,) = ways
            (message,) = posted[way.id]
            rows = [each.get("accessory") or {} for each in message.blocks]
            mine = [
                one for one in rows if (one.get("action_id"), one.get("value")) == ("open_task", str(task.id))
            ]
            assert len(mine) == (way.kind == IntentKind.TASK_LIST), task.id


def _every_lead_that_is_taken_has_one_owner(session: Session, leads: Sequence[Lead]) -> None:
    """One offer won, one claim or assignment in its timeline, one running plan, one open touch at most."""
    activities = session.scalars(select(Activity)).all()
    offers = session.scalars(select(Offer).where(Offer.state != OfferState.OPEN)).all()
    won = Counter((one.lead_id, one.claimed_by_id) for one in offers if one.state is OfferState.CLAIMED)
    assert won == Counter((one.lead_id, one.rep_id) for one in activities if one.kind is ActivityKind.CLAIMED)
    given = Counter(one.lead_id for one in offers if one.state is OfferState.ASSIGNED)
    assert given == Counter(one.lead_id for one in activities if one.kind is ActivityKind.ASSIGNED)
    owners = {lead.id: lead.owner_id for lead in leads if lead.owner_id is not None}
    assert Counter((one.lead_id, one.claimed_by_id) for one in offers) == Counter(owners.items())
    plans = session.scalars(select(Enrollment.lead_id).where(Enrollment.state == EnrollmentState.RUNNING))
    assert Counter(plans) == dict.fromkeys(owners, 1)
    touches = session.scalars(
        select(Task).where(Task.kind == TaskKind.TOUCH, Task.state.in_((TaskState.WAITING, TaskState.DUE)))
    )
    open_touches = Counter((touch.lead_id, touch.owner_id) for touch in touches)
    assert open_touches <= Counter(owners.items())


def _the_ledger_adds_up(session: Session) -> None:
    """A turn for everybody asked, one back for each whose lead was taken, one for who took what was another's."""
    asks: dict[int, list[OfferRep]] = defaultdict(list)
    for ask in session.scalars(select(OfferRep)):
        asks[ask.offer_id].append(ask)
    turns = [turn for turn in session.scalars(select(Turn)) if turn.offer_id is not None]
    assert {abs(turn.amount) for turn in turns} <= {TURN}
    written = {
        reason: Counter((turn.offer_id, turn.rep_id) for turn in turns if turn.reason is reason)
        for reason in TurnReason
    }
    everybody = [ask for each in asks.values() for ask in each]
    assert written[TurnReason.OFFERED] == Counter((ask.offer_id, ask.rep_id) for ask in everybody)
    taken = Counter((ask.offer_id, ask.rep_id) for ask in everybody if ask.state is AskState.TAKEN)
    assert written[TurnReason.RETURNED] == taken
    spent: dict[int | None, Counter[int]] = defaultdict(Counter)
    for turn in turns:
        spent[turn.offer_id][turn.rep_id] += turn.amount
    for offer in session.scalars(select(Offer)):
        _an_offer_costs_its_turns(offer, asks[offer.id], spent[offer.id])


def _an_offer_costs_its_turns(offer: Offer, asks: Sequence[OfferRep], spent: Counter[int]) -> None:
    """One for everybody who was asked and from whom it was not taken at once, and one for whoever claimed it."""
    payers = {ask.rep_id for ask in asks if ask.state is not AskState.TAKEN}
    if offer.state is OfferState.CLAIMED and offer.claimed_by_id is not None:
        payers.add(offer.claimed_by_id)
    assert {rep_id: units for rep_id, units in spent.items() if units} == dict.fromkeys(payers, TURN)
    if offer.state is not OfferState.OPEN:
        assert [ask.id for ask in asks if ask.state is AskState.ASKED] == []
    if asks and all(ask.nudged_at is None and ask.state is not AskState.PASSED for ask in asks):
        assert len(payers) == 1


def _no_message_goes_back(session: Session, workspace: Workspace, posted: Posted) -> None:
    """A card never shows an older state after a newer one; a touch that was logged never asks again.

    Taking an outcome back may: then a touch asks again, rightly.
    """
    for card in _intents(session, IntentKind.LEAD_CARD):
        for part in zip(*map(_progress, workspace.versions(posted[card.id][0])), strict=True):
            told = [each for each in part if each is not None]
            assert told == sorted(told), f"card of lead {card.subject}"
    undone = set(session.scalars(select(Activity.task_id).where(Activity.kind == ActivityKind.UNDONE)))
    for intent in _intents(session, IntentKind.TASK):
        if intent.id in posted and int(intent.subject) not in undone:
            asks = ["outcome:done" in actions(one) for one in workspace.versions(posted[intent.id][0])]
            assert asks == sorted(asks, reverse=True), f"task {intent.subject}"


def _order_holds_per_person(session: Session) -> None:
    """Each was told everything in the order in which it was stored."""
    told = defaultdict(list)
    for intent in session.scalars(select(Intent).order_by(Intent.id)):
        if intent.ts:
            told[intent.lane].append(intent.ts)
    assert told == {lane: sorted(stamps) for lane, stamps in told.items()}


def _progress(card: Message) -> Sequence[int | None]:
    """How far a card has come, in parts that only grow: owned, managers told, nudged, the time of its next step.

    None: it says nothing of this part any more, or has nothing to come.
    """
    if "claim" not in actions(card):
        return (1, None, None, None)
    words = str(card.blocks)
    told, nudged, coming = (pattern.search(words) for pattern in (_TOLD, _NUDGED, _NEXT))
    return (
        0,
        int(told[1]) if told else 0,
        int(nudged[1]) if nudged else 0,
        int(coming[1]) if coming else None,
    )


def _intents(session: Session, kind: IntentKind) -> Sequence[Intent]:
    return session.scalars(select(Intent).where(Intent.kind == kind.value).order_by(Intent.id)).all()
