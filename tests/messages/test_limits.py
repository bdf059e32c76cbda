"""Whatever a lead writes, every message is one that Slack accepts, and the lead pings nobody and formats nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cadence import Part, Script
from bot.cadence.telling import LONGEST_LIST
from bot.db.models import (
    Activity,
    ActivityKind,
    Channel,
    DueList,
    InboxEntry,
    Lead,
    Note,
    Outcome,
    Rep,
    Task,
    TaskKind,
    TaskState,
)
from bot.messages import nudges
from bot.messages.card import CardState, offer_card
from bot.messages.due_list import due_list_message
from bot.messages.help import help_message
from bot.messages.home import Figures, HomeState, home
from bot.messages.lead_view import LeadView, lead_view
from bot.messages.lists import Due, today
from bot.messages.modals import log_form, sentence_window, window
from bot.messages.task import TaskView, task_body, task_message
from bot.outbox.rendering import SlackMessage
from bot.team.ladder import LadderStep
from bot.workspace.blockkit import faults_in_blocks, faults_in_view, too_long
from tests.messages.leads import ANA, BEN, NOW, WORDS, ZONE, hostile_leads
from tests.messages.test_mrkdwn import MARKUP


def check(message: SlackMessage) -> None:
    """Accepted by Slack, and short enough as a whole."""
    assert faults_in_blocks(message.blocks, "message") == []
    assert message.text
    assert len(message.text) <= 400
    assert not MARKUP.search(message.text)
    for text in mrkdwn_in(message.blocks):
        assert not re.search(r"<(?!@U0ANA>|!date\^\d+\^)", text)
    for stretch in stretches_in(message.blocks):
        assert stretch.get("text") != ""
        assert len(stretch.get("url", "")) <= 3000
    assert not too_long(message.blocks)


def mrkdwn_in(part: Any) -> Iterator[str]:
    """Every text that Slack parses."""
    if isinstance(part, dict) and part.get("type") == "mrkdwn":
        yield part["text"]
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from mrkdwn_in(each)


def stretches_in(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts of all rich text."""
    lines = [line for block in blocks if block["type"] == "rich_text" for line in block["elements"]]
    return [part for line in lines for part in line["elements"]]


@given(
    hostile_leads(),
    st.sampled_from([None, ANA, BEN]),
    st.sampled_from([None, ANA, BEN]),
    st.booleans(),
    st.sampled_from([None, "nudge", "managers", "repeat", "fallback", "nudge_owner"]),
)
def test_a_card_is_one_that_slack_accepts(
    lead: Lead, assignee: Any, owner: Any, late: bool, step: Any
) -> None:
    state = CardState(
        lead=lead,
        now=NOW,
        zone=ZONE,
        assignee=assignee,
        owner=owner,
        assigned=late,
        passed=(BEN,) * 12 if late else (),
        nudged_at=NOW if late else None,
        managers_told_at=NOW if late else None,
        next_step=(LadderStep(5, step, 1), NOW) if step else None,
    )
    check(offer_card(state))


@given(
    hostile_leads(),
    st.sampled_from(TaskKind),
    st.sampled_from(Channel),
    st.lists(st.sampled_from(TaskState), min_size=LONGEST_LIST, max_size=LONGEST_LIST),
    st.booleans(),
)
def test_a_list_of_tasks_is_one_that_slack_accepts(
    lead: Lead, kind: TaskKind, channel: Channel, states: list[TaskState], flag: bool
) -> None:
    tasks = [
        Task(
            id=number, lead_id=42, owner_id=1 + number % 2, kind=kind, channel=channel, number=2, state=state,
            due_at=NOW, outcome=Outcome.DONE,
        )
        for number, state in enumerate(states)
    ]  # fmt: skip
    logged = Activity(id=3, at=NOW)
    views = [TaskView(task, lead, NOW, ZONE, logged=logged, logged_by=BEN, undoable=flag) for task in tasks]
    check(due_list_message(DueList(id=1, owner_id=1, overdue=flag), views, [ANA, BEN]))


@given(
    hostile_leads(),
    st.sampled_from(TaskKind),
    st.sampled_from(Channel),
    st.sampled_from(TaskState),
    st.lists(WORDS, min_size=1, max_size=3),
)
def test_a_task_is_one_that_slack_accepts(
    lead: Lead, kind: TaskKind, channel: Channel, state: TaskState, texts: list[str]
) -> None:
    task = Task(
        id=7, lead_id=42, kind=kind, channel=channel, number=2, state=state, due_at=NOW, outcome=Outcome.DONE
    )
    script = Script(channel, texts[0], tuple(Part(text, text) for text in texts), tuple(texts))
    logged = Activity(id=3, at=NOW)
    view = TaskView(
        task, lead, NOW, ZONE, script=script, reason=texts[0], touches=5, target_missed=True, logged=logged,
        logged_by=BEN, undoable=True,
    )  # fmt: skip
    check(task_message(view))
    assert (
        faults_in_view(log_form(task, lead, None, NOW, ZONE, opened_from="home", above=task_body(view))) == []
    )


@given(hostile_leads(), WORDS)
def test_every_nudge_is_one_that_slack_accepts(lead: Lead, words: str) -> None:
    told = nudges.Nudge(lead, NOW + timedelta(hours=3), ZONE, assignee=BEN, owner=ANA)
    entry = InboxEntry(
        id=1, public_id="in_1", source="web*site*", body=words.encode(), received_at=NOW, error=words
    )
    for message in (
        nudges.your_turn(told),
        nudges.free_again(told),
        nudges.claim_nudge(told),
        nudges.claim_alert(nudges.Nudge(lead, NOW, ZONE), words),
        nudges.contact_nudge(told),
        nudges.contact_alert(told),
        nudges.assigned(told, ANA.id),
        nudges.assigned(told, BEN.id),
        nudges.wrote_again(told, words, words),
        nudges.unreadable(entry, ZONE),
    ):
        check(message)


@settings(max_examples=50)
@given(hostile_leads(), WORDS)
def test_a_lead_with_a_long_story_fits_a_message_and_a_window(lead: Lead, words: str) -> None:
    story = [
        Activity(
            kind=kind, at=NOW, rep_id=2, facts={"outcome": words, "reason": words, "plan": words, "number": 3}
        )
        for kind in ActivityKind
        for _ in range(3)
    ]
    notes = [Note(at=NOW, text=words) for _ in range(20)]
    people: dict[int | str, Rep] = {1: ANA, 2: BEN, "ana": ANA}
    view = LeadView(
        lead,
        ZONE,
        ANA,
        story,
        notes,
        people,
        task_to_log=1,
        may_claim=True,
        undoable=Activity(id=9, at=NOW),
    )
    blocks = lead_view(view)
    assert faults_in_blocks(blocks, "message") == []
    assert faults_in_view(window(lead.ref, blocks)) == []


@settings(max_examples=50)
@given(st.lists(hostile_leads(), max_size=3))
def test_lists_and_home_fit_however_much_is_due(leads: list[Lead]) -> None:
    due = [
        Due(Task(id=number, kind=TaskKind.TOUCH, channel=Channel.PHONE, number=1, due_at=NOW), lead)
        for number, lead in enumerate(leads * 30)
    ]
    check(today(due, NOW, ZONE))
    figures = Figures(3, 2, 1, 4, "3 min", 5, 6)
    view = home(HomeState(ANA, NOW, ZONE, due, leads * 30, figures))
    assert faults_in_view(view) == []
    assert all(not re.search(r"<(?!!date\^\d+\^)", text) for text in mrkdwn_in(view))


@pytest.mark.parametrize("outcome", Outcome)
def test_every_form_is_one_that_slack_accepts(outcome: Outcome) -> None:
    task = Task(id=7, lead_id=42, kind=TaskKind.TOUCH, channel=Channel.PHONE, number=1, due_at=NOW)
    form = log_form(task, Lead(id=1, name="<!channel>" * 90), outcome, NOW, ZONE, opened_from="message")
    assert faults_in_view(form) == []


@given(WORDS)
def test_a_sentence_fits_a_window(words: str) -> None:
    assert faults_in_view(sentence_window(words)) == []


def test_help_is_one_that_slack_accepts() -> None:
    assert faults_in_blocks(help_message().blocks, "message") == []
