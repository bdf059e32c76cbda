"""Each fault alone: what the bot does while it lasts, and that all ends well."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.workspace import Fault, FaultKind
from tests.company import CHANNEL, Company, all_text, company, new_york
from tests.faults.ends import assert_all_is_well

MONDAY_10 = new_york(2026, 3, 2, 10)
POST = "chat.postMessage"


@dataclass(frozen=True)
class Case:
    """A fault, and the name under which the bot reports it while it lasts; `scope` of what it pauses."""

    fault: Fault
    error: str
    scope: str | None = None


CASES = {
    "too many requests": Case(Fault("*", FaultKind.RATELIMITED, seconds=20), "ratelimited"),
    "server errors": Case(Fault("*", FaultKind.SERVER_ERROR), "http_503"),
    "no json": Case(Fault("*", FaultKind.NOT_JSON), "not_json"),
    "token revoked": Case(Fault("*", FaultKind.TOKEN_REVOKED), "token_revoked", "workspace"),
    "account inactive": Case(Fault("*", FaultKind.ACCOUNT_INACTIVE), "account_inactive", "workspace"),
    "channel archived": Case(Fault("*", FaultKind.ARCHIVED, channel=CHANNEL), "is_archived", "destination"),
    "bot kicked": Case(Fault("*", FaultKind.KICKED, channel=CHANNEL), "not_in_channel", "destination"),
    "replies to posts lost": Case(Fault(POST, FaultKind.REPLY_LOST, times=3), "no_answer"),
    "replies to everything lost": Case(Fault("*", FaultKind.REPLY_LOST), "no_answer"),
    "history fails": Case(Fault("conversations.history", FaultKind.SERVER_ERROR), "http_503"),
}


def lead(number: int) -> dict[str, Any]:
    return {
        "first_name": f"Dana{number}",
        "email": f"dana@company{number}.example",
        "phone": f"+1 212 555 01{number:02}",
        "company": f"Company {number}",
        "action": "demo",
        "message": "We lose web leads over the weekend.",
    }


@contextmanager
def fault(larkspur: Company, fault: Fault) -> Iterator[None]:
    """While this lasts the fault stands, and nobody waits long for what it holds up."""
    larkspur.patience = timedelta(seconds=70)
    larkspur.workspace.faults.add(fault)
    yield
    larkspur.workspace.faults.clear()
    larkspur.patience = timedelta(hours=1)
    larkspur.settle()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_after_a_fault_everything_is_said_once_and_in_order(database_url: str, case: Case) -> None:
    with company(database_url, MONDAY_10, rate_limits=True) as larkspur:
        first, second = larkspur.submit_form(**lead(1)), larkspur.submit_form(**lead(2))
        larkspur.click("ana", larkspur.card(first), "claim")
        with fault(larkspur, case.fault):
            larkspur.send_form(**lead(3))
            larkspur.send_form(**lead(4))
            larkspur.settle()
            larkspur.click("ben", larkspur.card(second), "claim")
            larkspur.click("ana", larkspur.touch("ana"), "outcome:voicemail")
            larkspur.wait(minutes=6)
        assert_all_is_well(larkspur)
        assert (larkspur.owner(first), larkspur.owner(second)) == ("ana", "ben")

        # Work goes on as if nothing had been.
        larkspur.wait(hours=3)
        assert_all_is_well(larkspur)
        assert len(larkspur.workspace.messages(CHANNEL)) == 4


@pytest.mark.parametrize("name", sorted(set(CASES) - {"replies to posts lost", "history fails"}))
def test_health_and_figures_tell_the_truth_while_a_fault_lasts(database_url: str, name: str) -> None:
    case = CASES[name]
    with company(database_url, MONDAY_10, rate_limits=True) as larkspur:
        larkspur.machine.now = MONDAY_10
        with fault(larkspur, case.fault):
            larkspur.send_form(**lead(1))
            larkspur.settle()
            ready, figures = larkspur.readiness(), larkspur.figures()
            assert ready["status"] == "degraded"
            assert (ready["undelivered"], ready["dead"]) == (1, 0)
            assert ready["failing"] == {case.error: 1}
            assert [pause["error"] for pause in ready["pauses"]] == ([case.error] if case.scope else [])
            assert figures["followup_outbox_depth"] == 1
            assert figures["followup_outbox_dead"] == 0
            waited = (larkspur.machine() - MONDAY_10).total_seconds()
            assert figures["followup_outbox_oldest_seconds"] == waited >= 60
            assert figures[f'followup_slack_errors_total{{error="{case.error}",method="{POST}"}}'] >= 1
            if case.scope:
                label = f'followup_outbox_pauses{{error="{case.error}",scope="{case.scope}"}}'
                assert figures[label] == 1
        assert_all_is_well(larkspur)


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.RATELIMITED, FaultKind.NOT_JSON])
def test_one_persons_trouble_holds_up_nobody_else(database_url: str, kind: FaultKind) -> None:
    with company(database_url, MONDAY_10, rate_limits=True) as larkspur:
        first, second = larkspur.submit_form(**lead(1)), larkspur.submit_form(**lead(2))
        # Opening conversations is limited for the whole workspace: a 429 there is nobody's own.
        method = "chat.postMessage" if kind is FaultKind.RATELIMITED else "*"
        with fault(larkspur, Fault(method, kind, channel=larkspur.users["ana"], seconds=30)):
            larkspur.click("ana", larkspur.card(first), "claim")
            larkspur.click("ben", larkspur.card(second), "claim")
            third = larkspur.submit_form(**lead(3))
            assert larkspur.direct_messages("ana") == []
            assert "Dana2" in all_text(larkspur.touch("ben"))
            assert "Dana3" in all_text(larkspur.card(third))
            assert larkspur.readiness()["undelivered"] == 1
        assert "Dana1" in all_text(larkspur.touch("ana"))
        assert_all_is_well(larkspur)


@pytest.mark.parametrize("kind", [FaultKind.ARCHIVED, FaultKind.KICKED])
def test_a_lost_channel_holds_up_no_direct_messages(database_url: str, kind: FaultKind) -> None:
    with company(database_url, MONDAY_10, rate_limits=True) as larkspur:
        first = larkspur.submit_form(**lead(1))
        with fault(larkspur, Fault("*", kind, channel=CHANNEL)):
            larkspur.click("ana", larkspur.card(first), "claim")
            assert "Dana1" in all_text(larkspur.touch("ana"))
        assert_all_is_well(larkspur)


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.HANG, FaultKind.TOKEN_REVOKED])
def test_the_first_click_after_a_start_counts_though_slack_answers_no_call(
    database_url: str, kind: FaultKind
) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        ref = larkspur.submit_form(**lead(1))
        larkspur.restart()
        larkspur.bot.client.timeout = larkspur.bot.bolt.client.timeout = 1
        larkspur.workspace.faults.add(Fault("*", kind, seconds=60))
        card, ana = larkspur.card(ref), larkspur.users["ana"]
        assert larkspur.workspace.click(ana, card.channel, card.ts, "claim").ok
        assert larkspur.owner(ref) == "ana"
        assert larkspur.workspace.wait_for(lambda: larkspur.workspace.ephemerals(ana))
        larkspur.workspace.faults.clear()
        larkspur.settle()
        assert_all_is_well(larkspur)


def test_a_deactivated_rep_is_reported_and_holds_up_nobody(database_url: str) -> None:
    with company(database_url, MONDAY_10, rate_limits=True) as larkspur:
        first, second = larkspur.submit_form(**lead(1)), larkspur.submit_form(**lead(2))
        larkspur.patience = timedelta(seconds=70)
        card = larkspur.card(first)
        # Her account is closed between her click and what she is sent for it.
        assert larkspur.workspace.click(larkspur.users["ana"], card.channel, card.ts, "claim").ok
        larkspur.workspace.deactivate(larkspur.users["ana"])
        larkspur.click("ben", larkspur.card(second), "claim")
        assert "Dana2" in all_text(larkspur.touch("ben"))
        (pause,) = larkspur.readiness()["pauses"]
        assert pause["error"] == "user_disabled"
        assert "deactivated" in pause["mend"]
        larkspur.workspace.add_user("ana", "Ana Ruiz", "ana@larkspur.example")
        larkspur.settle()
        assert_all_is_well(larkspur)


@pytest.mark.parametrize("applied", [False, True], ids=["nothing-done", "done-all-the-same"])
def test_a_call_that_hangs_is_given_up_and_made_good(database_url: str, applied: bool) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        larkspur.submit_form(**lead(1))
        larkspur.bot.client.timeout = 2
        with fault(larkspur, Fault(POST, FaultKind.HANG, times=2, seconds=60, applied=applied)):
            larkspur.submit_form(**lead(2))
        larkspur.bot.client.timeout = 10
        assert_all_is_well(larkspur)


def test_every_click_and_command_delivered_twice_is_harmless(database_url: str) -> None:
    with company(database_url, MONDAY_10) as larkspur:
        larkspur.workspace.faults.add(Fault("*", FaultKind.DUPLICATE))
        first, second = larkspur.submit_form(**lead(1)), larkspur.submit_form(**lead(2))
        larkspur.click("ana", larkspur.card(first), "claim")
        larkspur.command("ben", f"claim {second}")
        larkspur.click("ana", larkspur.touch("ana"), "outcome:voicemail")
        larkspur.command("ben", f"log {second} no-answer")
        larkspur.command("ben", f"promise {second} send the quote by fri")
        larkspur.wait(hours=3)
        larkspur.workspace.faults.clear()
        assert_all_is_well(larkspur)
        assert (larkspur.owner(first), larkspur.owner(second)) == ("ana", "ben")
        for ref, outcome in ((first, "voicemail"), (second, "no-answer")):
            numbers = [task.number for task in larkspur.tasks(ref)]
            assert len(numbers) == len(set(numbers))
            assert [task.outcome for task in larkspur.tasks(ref) if task.outcome] == [outcome]


def test_what_was_said_unheard_and_need_not_be_said_any_more_is_found_again(database_url: str) -> None:
    with company(database_url, MONDAY_10, rate_limits=True) as larkspur:
        ref = larkspur.submit_form(**lead(1))
        with fault(larkspur, Fault(POST, FaultKind.REPLY_LOST)):
            larkspur.workspace.faults.add(Fault("conversations.history", FaultKind.SERVER_ERROR))
            larkspur.wait(minutes=2)
            larkspur.click("ben", larkspur.card(ref), "claim")
        assert_all_is_well(larkspur)
