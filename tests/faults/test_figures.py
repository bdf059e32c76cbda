"""What `/metrics` and `/readyz` tell of faults that pass, of calls that carry no message, and of nobody at work."""

import json
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.manifest import SCOPES
from bot.team.live import apply_team
from bot.workspace import Fault, FaultKind
from tests.company import TEAM, Company, actions, company, new_york
from tests.crash.site import until
from tests.faults.ends import assert_all_is_well
from tests.outbox.scripted import Answer, ScriptedSlack, breaks, refuses, serving

MONDAY_10 = new_york(2026, 3, 2, 10)
POST, UPDATE, HISTORY = "chat.postMessage", "chat.update", "conversations.history"
LEAD: dict[str, Any] = {
    "name": "Dana Lee",
    "email": "dana@brightfields.example",
    "phone": "+12125550142",
    "action": "demo",
}
OTHER = LEAD | {"name": "Ida Berg", "email": "ida@saltmarsh.example", "phone": "+12125550143"}


def slack_errors(larkspur: Company) -> dict[tuple[str, str], float]:
    """How often which method failed with which error."""
    samples = {}
    for name, value in larkspur.figures().items():
        if name.startswith("followup_slack_errors_total{"):
            error, method = name.split('"')[1::2]
            samples[method, error] = value
    return samples


def send_signed(larkspur: Company, payload: dict[str, Any]) -> None:
    """Send the bot this click as Slack does, wherever it wants to be answered."""
    body, stamp = urlencode({"payload": json.dumps(payload)}), str(int(time.time()))
    signature = SignatureVerifier("local-signing-secret").generate_signature(timestamp=stamp, body=body)
    answer = larkspur.bot.web.test_client().post(
        "/slack/events",
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(signature)},
    )
    assert answer.status_code == 200


def test_a_refusal_between_two_scrapes_leaves_its_trace(database_url: str) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        assert slack_errors(larkspur) == {}
        larkspur.workspace.faults.add(Fault(POST, FaultKind.RATELIMITED, times=2, seconds=5))
        larkspur.submit_form(**LEAD)
        assert_all_is_well(larkspur)
        assert slack_errors(larkspur) == {(POST, "ratelimited"): 2}


@pytest.mark.parametrize("kind", [FaultKind.REPLY_LOST, FaultKind.HANG])
def test_a_post_of_unknown_fate_shows_as_failing_until_it_is_found(
    database_url: str, kind: FaultKind
) -> None:
    with company(database_url, MONDAY_10, rate_limits=True) as larkspur:
        larkspur.bot.client.timeout = 1
        larkspur.workspace.faults.add(Fault(POST, kind, times=1, seconds=30))
        # Nor can anybody look for it.
        larkspur.workspace.faults.add(Fault(HISTORY, FaultKind.SERVER_ERROR))
        larkspur.patience = timedelta(seconds=130)
        larkspur.submit_form(**LEAD)
        ready, errors = larkspur.readiness(), slack_errors(larkspur)
        assert (ready["status"], ready["undelivered"]) == ("degraded", 1)
        assert ready["failing"] == {"http_503": 1}
        assert ready["late"] == {"message": round((larkspur.machine() - MONDAY_10).total_seconds())}
        assert errors[POST, "no_answer"] == 1
        assert errors[HISTORY, "http_503"] >= 2

        larkspur.workspace.faults.clear()
        larkspur.bot.client.timeout = 10
        larkspur.settle()
        assert_all_is_well(larkspur)
        # A counter: what was stays counted.
        assert slack_errors(larkspur) == errors


def test_a_message_sent_again_without_a_look_is_counted(database_url: str) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        ref = larkspur.submit_form(**LEAD)
        larkspur.workspace.scopes = [scope for scope in SCOPES if not scope.endswith(":history")]
        larkspur.workspace.faults.add(Fault(POST, FaultKind.REPLY_LOST, times=1))
        larkspur.click("ana", larkspur.card(ref), "claim")
        # Twice is better than never.
        assert len([one for one in larkspur.direct_messages("ana") if "outcome:done" in actions(one)]) == 2
        assert larkspur.figures()["followup_unsearched_messages_total"] == 1
        assert slack_errors(larkspur)[HISTORY, "missing_scope"] == 2
        assert larkspur.readiness()["status"] == "ok"


def test_a_message_that_slack_will_not_take_at_all_is_dead_until_it_is_wanted_again(
    database_url: str,
) -> None:
    with company(database_url, MONDAY_10) as larkspur, serving(ScriptedSlack()) as strict:
        ref = larkspur.submit_form(**LEAD)
        card = larkspur.card(ref)
        strict.always(UPDATE, refuses("invalid_blocks"))
        larkspur.bot.client.base_url = strict.url
        larkspur.wait(minutes=6)
        ready, figures = larkspur.readiness(), larkspur.figures()
        assert (ready["status"], ready["undelivered"], ready["dead"]) == ("degraded", 0, 1)
        assert figures["followup_outbox_dead"] == 1
        assert figures['followup_outbox_refused{error="invalid_blocks",state="dead"}'] == 1
        assert list(slack_errors(larkspur)) == [(UPDATE, "invalid_blocks")]

        larkspur.bot.client.base_url = larkspur.workspace.api_url
        larkspur.click("ana", card, "claim")
        assert larkspur.readiness()["status"] == "ok"
        assert larkspur.figures()["followup_outbox_dead"] == 0


def test_what_fails_before_whoever_clicked_is_counted_too(database_url: str) -> None:
    with company(database_url, MONDAY_10) as larkspur, serving(ScriptedSlack()) as elsewhere:
        ref = larkspur.submit_form(**LEAD)
        larkspur.click("ana", larkspur.card(ref), "claim")
        larkspur.workspace.faults.add(Fault("views.open", FaultKind.SERVER_ERROR, times=1))
        larkspur.click("ana", larkspur.touch("ana"), "outcome:objection")
        until(lambda: slack_errors(larkspur), "the window is counted")

        elsewhere.script("used", Answer(404, '{"ok": false, "error": "used_url"}'), breaks(502))
        for _ in range(2):
            click = {
                "type": "block_actions",
                "team": {"id": larkspur.workspace.team_id},
                "user": {"id": larkspur.users["ana"], "team_id": larkspur.workspace.team_id},
                "actions": [{"type": "button", "action_id": "claim", "block_id": "b", "value": "0"}],
                "response_url": f"{elsewhere.url}used",
            }
            send_signed(larkspur, click)
        until(lambda: len(slack_errors(larkspur)) == 3, "both answers are counted")
        assert slack_errors(larkspur) == {
            ("views.open", "http_503"): 1,
            ("response_url", "used_url"): 1,
            ("response_url", "http_502"): 1,
        }


def test_asking_who_is_there_in_vain_is_counted(database_url: str) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        with larkspur.bot.database.write() as session:
            watchful = TEAM.replace("    hours:", "    presence: true\n    hours:")
            apply_team(session, watchful, author="the test", now=larkspur.clock())
        for method in ("dnd.teamInfo", "users.getPresence"):
            larkspur.workspace.faults.add(Fault(method, FaultKind.NOT_JSON, times=1))
            larkspur.bot.worker.find_people()
        assert slack_errors(larkspur) == {
            ("dnd.teamInfo", "not_json"): 1,
            ("users.getPresence", "not_json"): 1,
        }
        assert larkspur.readiness()["status"] == "ok"


def test_everything_delivered_twice_is_counted_once(database_url: str) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        larkspur.workspace.faults.add(Fault("*", FaultKind.DUPLICATE))
        ref = larkspur.submit_form(**LEAD)
        larkspur.click("ana", larkspur.card(ref), "claim")
        larkspur.click("ana", larkspur.touch("ana"), "outcome:voicemail")
        figures = larkspur.figures()
        assert figures['followup_leads_claimed_total{pool="inbound",tier="hot"}'] == 1
        assert figures['followup_claim_seconds_count{tier="hot"}'] == 1
        assert figures['followup_first_response_seconds_count{tier="hot"}'] == 1
        assert slack_errors(larkspur) == {}
        larkspur.workspace.faults.clear()
        assert_all_is_well(larkspur)


def test_with_no_worker_alive_whatever_is_due_shows_as_late_and_leads_still_come_in(
    database_url: str,
) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        tried, answered = larkspur.submit_form(**LEAD), larkspur.submit_form(**OTHER)
        larkspur.submit_form(name="Lou Fry", email="lou@mill.example")
        larkspur.command("ana", f"claim {tried}")
        larkspur.command("ana", f"log {tried} voicemail")
        larkspur.command("ben", f"claim {answered}")
        larkspur.command("ben", f"log {answered} replied")
        # From now on nothing but time passes.
        larkspur.clock.advance(timedelta(days=3))
        larkspur.send_form(name="Kim Roe", email="kim@harbor.example")
        larkspur.clock.advance(timedelta(seconds=91))
        ready, figures = larkspur.readiness(), larkspur.figures()
        assert ready["status"] == "degraded"
        assert set(ready["late"]) >= {"task", "timer", "escalation", "digest", "lead"}
        assert ready["late"]["lead"] == figures["followup_inbox_oldest_seconds"] == 91
        for kind in set(ready["late"]) - {"lead"}:
            assert figures[f'followup_due_late{{kind="{kind}"}}'] >= 1
            assert round(figures[f'followup_due_late_seconds{{kind="{kind}"}}']) == ready["late"][kind]

        larkspur.settle()
        assert (larkspur.readiness()["status"], larkspur.readiness()["late"]) == ("ok", {})
        late = {value for name, value in larkspur.figures().items() if name.startswith("followup_due_late")}
        assert late == {0}
