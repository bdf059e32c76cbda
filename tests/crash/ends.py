"""What must hold once everything is quiet, whatever happened before."""

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.db.models import (
    TURN,
    Activity,
    ActivityKind,
    AskState,
    DueList,
    Enrollment,
    InboxEntry,
    InboxState,
    Intent,
    Lead,
    ListedTask,
    Offer,
    OfferRep,
    OfferState,
    Rep,
    Task,
    TaskState,
    Turn,
    TurnReason,
)
from bot.outbox.enqueue import IntentKind
from bot.outbox.slack import EVENT_TYPE
from bot.workspace import Workspace
from tests.crash.site import Site, until


def wait_until_quiet(site: Site) -> None:
    """Everything that came is decided, everything due is fired, everything wanted is shown."""
    until(lambda: not _pending(site), "everything is decided, fired and delivered")


def assert_nothing_lost_and_nothing_twice(site: Site) -> None:
    """The ends that the README promises, read from the database and from what people see in Slack."""
    with site.database.read() as session:
        leads = list(session.scalars(select(Lead)))
        assert Counter(lead.email for lead in leads) == {
            f"lead-{number}@prospect-{number}.com": 1 for number in site.acknowledged
        }
        _every_lead_has_one_card(session, site.workspace, leads)
        _every_due_touch_is_shown_once(session, site.workspace)
        _every_claim_has_one_owner(session, leads)
        _the_ledger_adds_up(session)
    _no_message_stands_twice(site)


def _pending(site: Site) -> dict[str, int]:
    try:
        with site.database.read() as session:
            counts = {
                "inbox": select(func.count()).where(InboxEntry.state == InboxState.WAITING),
                "touches": select(func.count()).where(
                    Task.state == TaskState.WAITING, Task.due_at <= func.now()
                ),
                "outbox": select(func.count()).where(Intent.done < Intent.wanted, Intent.dead_at.is_(None)),
            }
            return {name: count for name, query in counts.items() if (count := session.scalar(query) or 0)}
    except DBAPIError:
        return {"database": 1}


def _every_lead_has_one_card(session: Session, workspace: Workspace, leads: list[Lead]) -> None:
    cards = _intents(session, IntentKind.LEAD_CARD)
    assert sorted(cards) == sorted(str(lead.id) for lead in leads)
    for lead in leads:
        card = cards[str(lead.id)]
        assert card.dead_at is None
        shown = [each.ts for each in workspace.messages(str(card.channel)) if lead.ref in str(each.blocks)]
        assert shown == [card.ts], lead.ref


def _every_due_touch_is_shown_once(session: Session, workspace: Workspace) -> None:
    """In a message of its own, or as one line of one list."""
    fired = session.scalars(select(Task).where(Task.state != TaskState.WAITING)).all()
    alone, lists = _intents(session, IntentKind.TASK), _intents(session, IntentKind.TASK_LIST)
    listed = select(ListedTask).join(DueList, DueList.id == ListedTask.list_id)
    rows = session.scalars(listed.where(DueList.overdue.is_(False))).all()
    told = Counter(map(int, alone)) + Counter(row.task_id for row in rows)
    assert told == Counter(task.id for task in fired)
    list_of = {row.task_id: str(row.list_id) for row in rows}
    lengths = Counter(list_of.values())
    owners = {rep.id: str(rep.slack_user_id) for rep in session.scalars(select(Rep)) if rep.slack_user_id}
    for task in fired:
        intent = lists[list_of[task.id]] if task.id in list_of else alone[str(task.id)]
        posted = [
            each
            for each in workspace.messages(owners[task.owner_id])
            if _intent_of(each.metadata) == intent.id
        ]
        assert [each.ts for each in posted] == [intent.ts]
        buttons = [row["accessory"] for row in posted[0].blocks if "accessory" in row]
        assert len(buttons) == lengths[list_of.get(task.id, "")]
        asking = [button["value"] for button in buttons if button["action_id"] == "open_task"]
        assert asking.count(str(task.id)) == (task.id in list_of and task.state is TaskState.DUE)


def _every_claim_has_one_owner(session: Session, leads: list[Lead]) -> None:
    claims = defaultdict(list)
    for activity in session.scalars(select(Activity).where(Activity.kind == ActivityKind.CLAIMED)):
        claims[activity.lead_id].append(activity.rep_id)
    claimed = session.scalars(select(Offer).where(Offer.state == OfferState.CLAIMED))
    winners = {offer.lead_id: offer.claimed_by_id for offer in claimed}
    owners = {lead.id: lead.owner_id for lead in leads if lead.owner_id is not None}
    assert {lead_id: [owner] for lead_id, owner in owners.items()} == dict(claims)
    assert owners == winners
    plans = Counter(session.scalars(select(Enrollment.lead_id)))
    assert plans == dict.fromkeys(owners, 1)


def _the_ledger_adds_up(session: Session) -> None:
    asks = list(session.scalars(select(OfferRep)))
    offers = {offer.id: offer for offer in session.scalars(select(Offer))}
    turns: dict[TurnReason, list[tuple[int | None, int]]] = defaultdict(list)
    for turn in session.scalars(select(Turn)):
        assert turn.reason is TurnReason.JOINED or abs(turn.amount) == TURN
        turns[turn.reason].append((turn.offer_id, turn.rep_id))
    assert Counter(turns[TurnReason.OFFERED]) == Counter((ask.offer_id, ask.rep_id) for ask in asks)
    taken = Counter((ask.offer_id, ask.rep_id) for ask in asks if ask.state is AskState.TAKEN)
    assert Counter(turns[TurnReason.RETURNED]) == taken
    foreign = Counter(
        (offer_id, offer.claimed_by_id)
        for offer_id, offer in offers.items()
        if offer.claimed_by_id is not None and offer.claimed_by_id != offer.assignee_id
    )
    assert Counter(turns[TurnReason.CLAIMED_FROM_OTHER]) == foreign
    # Every offer costs exactly one turn, whoever took it.
    spent = session.scalar(
        select(cast(func.coalesce(func.sum(Turn.amount), 0), Integer)).where(Turn.reason != TurnReason.JOINED)
    )
    assert spent == TURN * len(offers)


def _no_message_stands_twice(site: Site) -> None:
    places = [*site.channels, *site.reps]
    standing = Counter(
        intent
        for place in places
        for each in site.workspace.messages(place)
        if (intent := _intent_of(each.metadata)) is not None
    )
    assert {intent: count for intent, count in standing.items() if count != 1} == {}


def _intents(session: Session, kind: IntentKind) -> dict[str, Intent]:
    return {
        intent.subject: intent for intent in session.scalars(select(Intent).where(Intent.kind == kind.value))
    }


def _intent_of(metadata: dict[str, Any] | None) -> int | None:
    if not metadata or metadata["event_type"] != EVENT_TYPE:
        return None
    return int(metadata["event_payload"]["intent"])
