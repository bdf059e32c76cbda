"""What thousands of hostile calls once broke, each by itself."""

import json
import time
from typing import Any

import pytest

from bot.workspace import Workspace
from tests.company import Company
from tests.hostile.signing import posted

LEAD = {"name": "Dana Lee", "email": "dana@brightfields.example", "phone": "+12125550142", "action": "demo"}


def sent(office: Company, callback_id: str, carried: str, **fields: dict[str, Any]) -> dict[str, Any]:
    """What is answered to Ana's form, whose fields are sent as Slack sends them."""
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": carried,
        "state": {"values": {name: {name: field} for name, field in fields.items()}},
        "blocks": [{"type": "input", "block_id": name} for name in fields],
    }
    person = {"user": {"id": office.users["ana"]}, "team": {"id": office.workspace.team_id}}
    answer = posted(office, "form", {"type": "view_submission", "view": view, **person})
    assert answer.status_code == 200
    said: dict[str, Any] = json.loads(answer.data)
    return said


def test_slack_gives_an_app_three_seconds() -> None:
    assert Workspace().ack_seconds == 3.0


def test_a_note_may_speak_of_a_payload(office: Company) -> None:
    ref = office.submit_form(**LEAD)
    assert "Logged for Dana Lee" in office.command(
        "ana", f"log {ref} replied wants the payload of the webhook"
    )


def test_half_a_character_in_a_note_is_left_out(office: Company) -> None:
    ref = office.submit_form(**LEAD)
    office.click("ana", office.card(ref), "claim")
    (task,) = office.tasks(ref)
    carried = json.dumps({"task": task.id, "outcome": "replied", "from": "list"})
    said = sent(office, "log", carried, note={"type": "plain_text_input", "value": "a\ud800b"})
    assert "Logged for Dana Lee" in json.dumps(said["view"])


def test_a_form_of_a_version_that_is_gone_says_so_at_its_field(office: Company) -> None:
    said = sent(office, "an-old-form", "", note={"type": "plain_text_input", "value": "x"})
    assert said["errors"]["note"].startswith("This form does not fit any more")


def test_a_colleague_who_is_not_on_the_team_cannot_cover(office: Company) -> None:
    stranger = office.workspace.add_user("zoe", "Zoe Park", "zoe@larkspur.example")
    said = sent(
        office,
        "leave",
        "",
        until={"type": "datepicker", "selected_date": "2026-03-20"},
        **{"from": {"type": "datepicker", "selected_date": "2026-03-09"}},
        leads={"type": "radio_buttons", "selected_option": {"value": "cover"}},
        cover={"type": "users_select", "selected_user": stranger},
    )
    assert said["errors"] == {"cover": "They are not on the Followup team yet. Choose somebody who is."}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": "9" * 5000},
        {"X-Slack-Signature": "v0=é"},
    ],
    ids=["a time beyond numbers", "a time beyond reading", "a signature with an accent"],
)
def test_whatever_stands_where_slack_signs_an_unsigned_call_is_refused(
    office: Company, headers: dict[str, str]
) -> None:
    usual = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=0"}
    answer = office.bot.web.test_client().post("/slack/events", data=b"{}", headers=usual | headers)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("first", "back", "answer"),
    [
        ("0001-01-01", "2026-03-20", "You are away until"),
        ("2026-03-09", "9999-12-31", "more than a year away"),
        ("9999-12-31", "0001-01-01", "has passed already"),
    ],
)
def test_leave_on_a_day_at_the_edge_of_all_calendars_is_planned_or_refused_in_words(
    office: Company, first: str, back: str, answer: str
) -> None:
    said = sent(
        office,
        "leave",
        "",
        until={"type": "datepicker", "selected_date": back},
        **{"from": {"type": "datepicker", "selected_date": first}},
        leads={"type": "radio_buttons", "selected_option": {"value": "wait"}},
    )
    assert answer in json.dumps(said)


@pytest.mark.parametrize("nothing", ["\u200b\u2060", " \u3000\n"], ids=["invisible", "blank"])
def test_an_answer_that_nobody_can_see_is_asked_for_at_its_field(office: Company, nothing: str) -> None:
    office.submit_form(**LEAD)
    carried = json.dumps({"lead": 1, "fact": "problem"})
    said = sent(office, "learn", carried, answer={"type": "plain_text_input", "value": nothing})
    assert said["errors"] == {"answer": "Please write something here."}


def test_the_name_of_the_last_lead_that_waited_calls_nobody(office: Company) -> None:
    ref = office.submit_form(**LEAD | {"name": "<!channel> *Dana*"})
    office.click("ana", office.card(ref), "claim")
    office.command("ana", "next")
    office.click("ana", office.workspace.ephemerals(office.users["ana"])[-1], "outcome:done")

    def said() -> str:
        return office.workspace.ephemerals(office.users["ana"])[-1].text

    assert office.workspace.wait_for(lambda: "Nothing waits for you now" in said())
    assert "Logged for &lt;!channel&gt;" in said()
