"""What a task's message says, and the links in it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.cadence import Part, Script
from bot.db.models import Activity, Channel, Outcome, Task, TaskKind, TaskState
from bot.messages.leads import call_link, mail_link
from bot.messages.task import TaskView, task_message
from tests.handlers.conftest import texts
from tests.messages.leads import ANA, NOW, ZONE, lead

MAIL = Script(Channel.EMAIL, "Your *demo*", (Part(None, "Hi Dana,\n\n50% & more?\nAna"),), ())


def task(**columns: Any) -> Task:
    known = {"id": 7, "kind": TaskKind.TOUCH, "channel": Channel.PHONE, "number": 2, "state": TaskState.DUE}
    return Task(due_at=NOW, **(known | columns))


def said(shown: Task, **state: Any) -> str:
    message = task_message(TaskView(shown, lead(), NOW, ZONE, **state))
    return f"{message.text}\n{texts(message.blocks)}"


def test_a_call_shows_what_to_say_part_by_part() -> None:
    script = Script(
        Channel.PHONE, None, (Part("If they answer", "Hi Dana"), Part("Voicemail", "It is Ana")), ()
    )
    text = said(task(), script=script, touches=5)
    assert text.startswith("📞 Call Dana Lee, Brightfields: asked for a demo\n")
    assert "Touch 2 of 5 · L-1042" in text
    assert "If they answer\nHi Dana\nVoicemail\nIt is Ana" in text
    assert "Reached them" in text


def test_a_mail_shows_its_subject_and_opens_prefilled() -> None:
    message = task_message(TaskView(task(channel=Channel.EMAIL), lead(), NOW, ZONE, script=MAIL))
    (link,) = [url for url in links(message.blocks) if url.startswith("mailto:") and "?" in url]
    filled = parse_qs(urlsplit(link).query)
    assert filled == {"subject": ["Your *demo*"], "body": ["Hi Dana,\r\n\r\n50% & more?\r\nAna"]}
    assert "Subject: Your *demo*" in texts(message.blocks)
    assert "Sent" in texts(message.blocks)


def test_a_mail_too_long_for_a_link_is_left_to_copy() -> None:
    link = mail_link("dana@lee.example", subject="Hi", body="word " * 1000)
    assert isinstance(link, dict)
    assert link["url"] == "mailto:dana@lee.example?subject=Hi"


@pytest.mark.parametrize("email", ["x", "a@b@c", "a b@c.de", "a@b>|<!channel>", "@", "a\n@b.c"])
def test_what_is_no_address_is_no_link(email: str) -> None:
    assert "url" not in mail_link(email)


@pytest.mark.parametrize("phone", ["call me", "+1", "0171 234", "+12<!here>"])
def test_what_is_no_number_is_no_link(phone: str) -> None:
    assert "url" not in call_link(phone)


def test_a_number_is_tapped_as_it_is_and_read_with_spaces() -> None:
    assert call_link("+4915112345678") == {
        "type": "link",
        "url": "tel:+4915112345678",
        "text": "+49 1511 2345678",
    }


def test_blanks_in_a_script_are_pointed_out() -> None:
    script = Script(Channel.EMAIL, "S", (Part(None, "About [their goal]"),), ("[their goal]",))
    assert "Fill in first: [their goal]." in said(task(channel=Channel.EMAIL), script=script)


def test_a_missed_target_is_said_in_the_first_line() -> None:
    assert "🔴 The target for the first contact has passed." in said(task(), target_missed=True)


def test_outside_a_plan_the_message_says_what_there_is_to_do() -> None:
    text = said(task(kind=TaskKind.ANSWER_NOW, number=None), reason="Answer their reply")
    assert text.startswith(
        "⚡ Answer Dana Lee, Brightfields\n⚡ Answer Dana Lee, Brightfields\nAnswer their reply"
    )


def test_after_a_call_the_outcomes_are_held_no_show_and_moved() -> None:
    text = said(task(kind=TaskKind.CALL_CHECK, number=None))
    assert "How did the call go with Dana Lee, Brightfields?" in text
    assert all(label in text for label in ("It was held", "No-show", "Moved"))
    assert "Voicemail" not in text


def test_a_settled_task_says_who_logged_what() -> None:
    done = task(state=TaskState.DONE, outcome=Outcome.VOICEMAIL)
    logged = Activity(id=3, at=NOW)
    text = said(done, logged=logged, logged_by=ANA, undoable=True)
    assert "✅ Left a voicemail, logged by Ana Ruiz" in text
    assert "Undo" in text
    assert "Undo" not in said(done, logged=logged, logged_by=ANA)


def test_what_became_of_a_task_is_said_as_its_button_said_it_and_with_its_date() -> None:
    reached = task(state=TaskState.DONE, outcome=Outcome.DONE)
    assert "✅ Reached them, logged by Ana Ruiz" in said(
        reached, logged=Activity(id=3, at=NOW, facts={}), logged_by=ANA
    )
    booked = task(state=TaskState.DONE, outcome=Outcome.BOOKED)
    facts = {"until": "2026-03-05T15:30:00+00:00"}
    assert "✅ Booked a meeting, Thu 5 Mar, 10:30, logged by Ana Ruiz" in said(
        booked, logged=Activity(id=4, at=NOW, facts=facts), logged_by=ANA
    )


def test_a_cancelled_task_asks_for_nothing() -> None:
    text = said(task(state=TaskState.CANCELLED))
    assert "No longer needed." in text
    assert "Reached them" not in text


def links(part: Any) -> list[str]:
    """Every URL in the blocks."""
    if isinstance(part, list):
        return [url for each in part for url in links(each)]
    if not isinstance(part, dict):
        return []
    own = [part["url"]] if part.get("type") == "link" else []
    return own + [url for value in part.values() if isinstance(value, list | dict) for url in links(value)]
