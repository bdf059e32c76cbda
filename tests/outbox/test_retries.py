"""What may succeed later waits; others go on."""

from datetime import timedelta

import pytest

from bot.outbox.enqueue import IntentKind
from bot.outbox.failures import wait_before_retry
from bot.outbox.impossible import end_impossible_waits
from bot.outbox.leases import LEASE
from tests.outbox.bench import NOON, PARTNERS, Bench
from tests.outbox.scripted import (
    CUTS,
    DOES_IT_AND_CUTS,
    HANGS,
    NOT_AN_OBJECT,
    NOT_JSON,
    Answer,
    breaks,
    limited,
    refuses,
)


def test_retry_after_is_respected_to_the_second(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", limited(30))
    bench.card(41)
    delivery = bench.delivery()
    delivery.deliver_due()
    assert delivery.next_due() == NOON + timedelta(seconds=30)
    bench.machine.advance(seconds=29)
    assert delivery.deliver_due() == 0
    bench.machine.advance(seconds=1)
    assert delivery.deliver_due() == 1
    assert bench.slack.count("chat.postMessage") == 2


def test_a_clock_set_back_by_an_hour_leaves_nothing_waiting_for_the_hour_to_come_again(bench: Bench) -> None:
    bench.machine.advance(hours=1)
    bench.slack.script("chat.postMessage", limited(30))
    bench.card(41)
    bench.slack.script("chat.postMessage", refuses("channel_not_found"), channel="CPARTNERS")
    bench.card(42, PARTNERS)
    bench.delivery().deliver_due()
    bench.machine.advance(hours=-1)
    with bench.database.write() as session:
        end_impossible_waits(session, bench.machine(), LEASE)
    bench.drain(within=timedelta(minutes=2))
    assert (bench.slack.texts("CSALES"), bench.slack.texts("CPARTNERS")) == (["about 41"], ["about 42"])


def test_a_limited_channel_rests_as_a_whole_and_holds_up_no_other(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", limited(30), channel="#sales-inbound")
    bench.card(41)
    bench.delivery().deliver_due()
    bench.card(42)
    bench.card(43, PARTNERS)
    bench.machine.advance(seconds=20)
    bench.delivery().deliver_due()
    assert bench.slack.texts("CSALES") == []
    assert bench.slack.texts("CPARTNERS") == ["about 43"]
    bench.drain()
    assert sorted(bench.slack.texts("CSALES")) == ["about 41", "about 42"]


def test_limited_updates_rest_for_all_cards_and_posts_go_on(bench: Bench) -> None:
    bench.card(41)
    bench.card(42)
    bench.drain()
    bench.slack.script("chat.update", limited(30))
    bench.state |= {"41": "claimed", "42": "claimed"}
    bench.card(41)
    bench.delivery(threads=1).deliver_due()
    bench.card(42)
    bench.card(43)
    bench.delivery().deliver_due()
    assert sorted(bench.slack.texts("CSALES")) == ["about 41", "about 42", "about 43"]
    bench.drain()
    assert sorted(bench.slack.texts("CSALES")) == ["about 43", "claimed", "claimed"]


def test_a_limited_conversation_opening_waits_without_a_try_being_counted(bench: Bench) -> None:
    bench.slack.script("conversations.open", *[limited(60)] * 12)
    bench.nudge("41:1")
    bench.drain()
    assert bench.slack.texts("DUANA") == ["about 41:1"]
    assert bench.slack.count("conversations.open") == 13


def test_a_limit_without_a_time_is_waited_out_by_itself(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", refuses("ratelimited"), refuses("ratelimited"))
    bench.card(41)
    bench.drain()
    assert bench.slack.texts("CSALES") == ["about 41"]
    assert bench.slack.count("conversations.history") == 0


@pytest.mark.parametrize(
    "answer",
    [
        breaks(500),
        breaks(503),
        refuses("internal_error"),
        refuses("service_unavailable"),
        HANGS,
        CUTS,
        NOT_JSON,
        NOT_AN_OBJECT,
        Answer(body="{"),
        Answer(body="null"),
        Answer(404, "nothing here"),
    ],
)
def test_whatever_goes_wrong_on_the_way_is_tried_again(bench: Bench, answer: Answer) -> None:
    bench.slack.script("chat.postMessage", answer, answer)
    bench.card(41)
    delivery = bench.delivery(timeout=0.2)
    assert delivery.deliver_due() == 0
    assert delivery.next_due() == NOON + timedelta(seconds=1)
    bench.drain(delivery)
    assert bench.slack.texts("CSALES") == ["about 41"]
    assert bench.pauses() == {}


def test_retries_never_give_up(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", *[breaks()] * 16)
    bench.card(41)
    bench.drain(within=timedelta(hours=2))
    assert bench.slack.texts("CSALES") == ["about 41"]


def test_an_answer_that_is_lost_after_slack_posted_makes_no_second_message(bench: Bench) -> None:
    bench.card(40)
    bench.drain()
    bench.slack.script("chat.postMessage", DOES_IT_AND_CUTS)
    bench.card(41)
    bench.drain()
    assert bench.slack.texts("CSALES") == ["about 40", "about 41"]
    assert bench.slack.count("chat.postMessage") == 2
    bench.state["41"] = "claimed"
    bench.card(41)
    bench.drain()
    assert bench.slack.texts("CSALES") == ["about 40", "claimed"]
    assert bench.slack.count("chat.postMessage") == 2


def test_a_lost_answer_in_a_conversation_makes_no_second_message(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", DOES_IT_AND_CUTS)
    bench.nudge("41:1")
    bench.drain()
    assert bench.slack.texts("DUANA") == ["about 41:1"]
    assert bench.slack.count("chat.postMessage") == 1


def test_a_server_that_is_down_is_known_not_to_have_posted(bench: Bench) -> None:
    bench.card(40)
    bench.drain()
    url, bench.slack.url = bench.slack.url, "http://127.0.0.1:9/"
    bench.card(41)
    bench.delivery().deliver_due()
    bench.slack.url = url
    bench.drain()
    assert bench.slack.texts("CSALES") == ["about 40", "about 41"]
    assert bench.slack.count("conversations.history") == 0


def test_a_channel_that_hangs_holds_up_no_other(bench: Bench) -> None:
    bench.slack.always("chat.postMessage", HANGS, channel="#sales-inbound")
    for number in range(8):
        bench.card(number)
        bench.card(100 + number, PARTNERS)
    bench.drain(bench.delivery(timeout=0.2), within=timedelta(seconds=8))
    assert len(bench.slack.texts("CPARTNERS")) == 8
    assert bench.slack.texts("CSALES") == []


def test_a_message_that_fails_holds_up_those_after_it_in_its_lane_only(bench: Bench) -> None:
    bench.slack.always("chat.postMessage", breaks(), channel="DUANA")
    bench.nudge("41:1", "ana")
    bench.nudge("42:1", "ana")
    bench.nudge("43:1", "ben")
    bench.drain(within=timedelta(minutes=1))
    assert bench.slack.texts("DUANA") == []
    assert bench.slack.texts("DUBEN") == ["about 43:1"]
    bench.slack.mend()
    bench.drain()
    assert bench.slack.texts("DUANA") == ["about 41:1", "about 42:1"]


def test_a_cancelled_update_is_settled_without_slack_even_after_failures(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", breaks())
    bench.nudge("41:1")
    bench.delivery().deliver_due()
    bench.state["41:1"] = None
    bench.drain()
    assert bench.slack.texts("DUANA") == []
    assert bench.intent("41:1").kind == IntentKind.CLAIM_NUDGE
    assert bench.delivery().next_due() is None


def test_waits_double_up_to_five_minutes() -> None:
    waits = [wait_before_retry(failures).total_seconds() for failures in (1, 2, 3, 9, 10, 500)]
    assert waits == [1, 2, 4, 256, 300, 300]
