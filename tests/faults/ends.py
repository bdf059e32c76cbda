"""What must hold once a fault is over, whatever it was (R2, R22)."""

from collections import defaultdict

from sqlalchemy import select

from bot.db.models import Enrollment, Intent, Lead, ListedTask, Task, TaskKind, TaskState
from bot.outbox.enqueue import IntentKind
from bot.workspace import Message
from tests.company import CHANNEL, Company, actions

Posted = dict[int, list[Message]]


def assert_all_is_well(larkspur: Company) -> None:
    """Nothing lost, nothing twice, nothing out of order, nothing left behind."""
    with larkspur.bot.database.read() as session:
        intents = list(session.scalars(select(Intent).order_by(Intent.id)))
        leads = list(session.scalars(select(Lead)))
        touches = list(session.scalars(select(Task).where(Task.kind == TaskKind.TOUCH).order_by(Task.id)))
        lists = {one.subject for one in intents if one.kind == IntentKind.TASK_LIST and one.ts}
        listed = [
            str(row.task_id) for row in session.scalars(select(ListedTask)) if str(row.list_id) in lists
        ]
        enrolled = list(session.scalars(select(Enrollment.lead_id)))
    posted = posted_by_intent(larkspur)
    _each_intent_is_one_message(intents, posted)
    _each_lead_has_one_card(larkspur, leads, posted, intents)
    _each_touch_is_shown(touches, intents, listed)
    _order_holds_per_person(larkspur, intents)
    owned = [lead.id for lead in leads if lead.owner_id]
    assert set(enrolled) == set(owned)
    _slack_is_well(larkspur)


def posted_by_intent(larkspur: Company) -> Posted:
    """Every message of the bot's, by the intent that its metadata names."""
    posted: Posted = defaultdict(list)
    for place in (CHANNEL, *larkspur.users.values()):
        for message in larkspur.workspace.messages(place):
            assert message.metadata is not None
            posted[message.metadata["event_payload"]["intent"]].append(message)
    return posted


def _each_intent_is_one_message(intents: list[Intent], posted: Posted) -> None:
    assert [(one.id, one.last_error) for one in intents if one.dead_at or one.done < one.wanted] == []
    expected = {one.id: [one.ts] for one in intents if one.ts}
    assert {number: [message.ts for message in messages] for number, messages in posted.items()} == expected


def _each_lead_has_one_card(
    larkspur: Company, leads: list[Lead], posted: Posted, intents: list[Intent]
) -> None:
    cards = {one.subject: one.id for one in intents if one.kind == IntentKind.LEAD_CARD}
    assert set(cards) == {str(lead.id) for lead in leads}
    for lead in leads:
        (card,) = posted[cards[str(lead.id)]]
        assert larkspur.card(lead.ref) == card
        assert ("claim" in actions(card)) is (lead.owner_id is None)


def _each_touch_is_shown(touches: list[Task], intents: list[Intent], listed: list[str]) -> None:
    told = {one.subject for one in intents if one.kind == IntentKind.TASK and one.ts}
    due = {str(touch.id) for touch in touches if touch.state not in (TaskState.WAITING, TaskState.CANCELLED)}
    assert due <= told | set(listed)
    open_touches = [touch.lead_id for touch in touches if touch.state in (TaskState.WAITING, TaskState.DUE)]
    assert len(open_touches) == len(set(open_touches))


def _order_holds_per_person(larkspur: Company, intents: list[Intent]) -> None:
    for user in larkspur.users.values():
        shown = [message.ts for message in larkspur.direct_messages(_key(larkspur, user))]
        wanted = [one.ts for one in intents if one.ts in shown]
        assert shown == wanted


def _key(larkspur: Company, user: str) -> str:
    return next(key for key, known in larkspur.users.items() if known == user)


def _slack_is_well(larkspur: Company) -> None:
    well = {"status": "ok", "undelivered": 0, "failing": {}, "dead": 0, "pauses": []}
    assert larkspur.readiness().items() >= well.items()
    figures = larkspur.figures()
    names = ("depth", "oldest_seconds", "dead")
    assert [figures[f"followup_outbox_{name}"] for name in names] == [0, 0, 0]
    assert [name for name in figures if name.startswith("followup_outbox_pauses{")] == []
