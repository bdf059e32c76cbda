"""The ends that all stories are held to do notice what they are there for: each trouble made by hand is found."""

import shutil
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient
from sqlalchemy import delete, select, update

from bot.db.models import Activity, ActivityKind, DueList, Intent, Lead, ListedTask, Task, Turn
from bot.outbox.enqueue import IntentKind, show, to_rep
from bot.outbox.pauses import pause
from bot.workspace import Message
from tests.company import Company, company
from tests.faults.ends import assert_all_is_well
from tests.faults.test_each_fault import MONDAY_10, lead


@pytest.fixture
def larkspur(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Company]:
    """A lead that was offered, nudged about and claimed, its first touch shown; all would be well."""
    url = f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'followup.db')}"
    with company(url, MONDAY_10) as larkspur:
        larkspur.submit_form(**lead(1))
        larkspur.wait(minutes=6)
        larkspur.click("ana", card(larkspur), "claim")
        yield larkspur


def slack(larkspur: Company) -> WebClient:
    return WebClient("xoxb-local", larkspur.workspace.api_url, retry_handlers=[])


def card(larkspur: Company) -> Message:
    return larkspur.workspace.messages(larkspur.channel)[0]


def a_message_stands_twice(larkspur: Company) -> None:
    one = card(larkspur)
    slack(larkspur).chat_postMessage(
        channel=one.channel, text=one.text, blocks=one.blocks, metadata=one.metadata
    )


def a_message_is_nobodys(larkspur: Company) -> None:
    slack(larkspur).chat_postMessage(channel=larkspur.channel, text="Where does this come from?")


def a_card_is_gone(larkspur: Company) -> None:
    slack(larkspur).chat_delete(channel=larkspur.channel, ts=card(larkspur).ts)


def a_card_went_back_for_a_moment(larkspur: Company) -> None:
    shown = larkspur.workspace.versions(card(larkspur))
    for version in (shown[0], shown[-1]):
        slack(larkspur).chat_update(
            channel=version.channel, ts=version.ts, text=version.text, blocks=version.blocks
        )


def a_card_offers_what_has_an_owner(larkspur: Company) -> None:
    one = card(larkspur)
    offered = larkspur.workspace.versions(one)[0]
    blocks = [block for block in one.blocks if block["type"] != "actions"]
    blocks += [block for block in offered.blocks if block["type"] == "actions"]
    slack(larkspur).chat_update(channel=one.channel, ts=one.ts, text=one.text, blocks=blocks)


def a_person_hears_the_later_first(larkspur: Company) -> None:
    larkspur.click("ana", larkspur.card(larkspur.submit_form(**lead(2))), "claim")
    first, second = larkspur.direct_messages("ana")
    for message, other in ((first, second), (second, first)):
        slack(larkspur).chat_update(
            channel=message.channel,
            ts=message.ts,
            text=message.text,
            blocks=message.blocks,
            metadata=other.metadata,
        )
    with larkspur.bot.database.write() as session:
        told = {one.ts: one for one in session.scalars(select(Intent).where(Intent.ts.is_not(None)))}
        told[first.ts].ts, told[second.ts].ts = second.ts, first.ts


def a_lead_has_no_next_action(larkspur: Company) -> None:
    with larkspur.bot.database.write() as session:
        session.execute(update(Lead).values(next_action=None))


def a_channel_is_still_thought_to_refuse(larkspur: Company) -> None:
    with larkspur.bot.database.write() as session:
        pause(session, "pool:inbound", "not_in_channel", larkspur.machine())


def a_touch_is_told_alone_and_on_a_list(larkspur: Company) -> None:
    with larkspur.bot.database.write() as session:
        task = session.scalars(select(Task)).one()
        due_list = DueList(owner_id=task.owner_id, told_at=MONDAY_10)
        session.add(due_list)
        session.flush()
        session.add(ListedTask(list_id=due_list.id, task_id=task.id))
        show(session, IntentKind.TASK_LIST, due_list.id, to_rep(task.owner_id), MONDAY_10)
    larkspur.settle()


def a_touch_is_not_told(larkspur: Company) -> None:
    touch = larkspur.touch("ana")
    slack(larkspur).chat_delete(channel=touch.channel, ts=touch.ts)
    with larkspur.bot.database.write() as session:
        session.execute(delete(Intent).where(Intent.ts == touch.ts))


def a_lead_is_claimed_twice(larkspur: Company) -> None:
    with larkspur.bot.database.write() as session:
        claimed = session.scalars(select(Activity).where(Activity.kind == ActivityKind.CLAIMED)).one()
        session.add(
            Activity(lead_id=claimed.lead_id, at=claimed.at, kind=claimed.kind, rep_id=claimed.rep_id)
        )


def a_lead_changed_hands_unseen(larkspur: Company) -> None:
    with larkspur.bot.database.write() as session:
        session.execute(update(Lead).where(Lead.owner_id.is_not(None)).values(owner_id=Lead.owner_id % 4 + 1))


def a_turn_is_missing(larkspur: Company) -> None:
    with larkspur.bot.database.write() as session:
        session.execute(delete(Turn).where(Turn.offer_id == 1))


def a_lead_is_lost(larkspur: Company) -> None:
    larkspur.acknowledged.append("nobody@company9.example")


def all_is_well(_larkspur: Company) -> None:
    """The story itself is none of the trouble."""


NOTICED_BY = {
    all_is_well: None,
    a_message_stands_twice: "_every_intent_is_one_message",
    a_message_is_nobodys: "_posted_by_intent",
    a_card_is_gone: "_every_intent_is_one_message",
    a_card_went_back_for_a_moment: "_no_message_goes_back",
    a_card_offers_what_has_an_owner: "_every_lead_has_one_card",
    a_person_hears_the_later_first: "_order_holds_per_person",
    a_lead_has_no_next_action: "_every_lead_has_a_next_action",
    a_channel_is_still_thought_to_refuse: "_slack_is_well",
    a_touch_is_told_alone_and_on_a_list: "_every_fired_task_is_shown_once",
    a_touch_is_not_told: "_every_fired_task_is_shown_once",
    a_lead_is_claimed_twice: "_every_lead_that_is_taken_has_one_owner",
    a_lead_changed_hands_unseen: "_every_lead_that_is_taken_has_one_owner",
    a_turn_is_missing: "_the_ledger_adds_up",
    a_lead_is_lost: "assert_nothing_lost_and_nothing_twice",
}


@pytest.mark.parametrize("trouble", NOTICED_BY)
def test_trouble_is_noticed(larkspur: Company, trouble: Callable[[Company], None]) -> None:
    trouble(larkspur)
    try:
        assert_all_is_well(larkspur)
        noticed_by = None
    except AssertionError as found:
        *_, (frame, _line) = traceback.walk_tb(found.__traceback__)
        noticed_by = frame.f_code.co_name
    assert noticed_by == NOTICED_BY[trouble]
