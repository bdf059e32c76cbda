"""Slack said no: to everything, to one destination, or to one message."""

import pytest
from sqlalchemy import select

from bot.db.models import Pause, PauseScope
from bot.outbox.enqueue import IntentKind
from tests.outbox.bench import NOON, PARTNERS, SALES, Bench
from tests.outbox.scripted import refuses


def test_a_channel_without_the_bot_is_paused_and_others_go_on(bench: Bench) -> None:
    bench.slack.always("chat.postMessage", refuses("not_in_channel"), channel="#sales-inbound")
    bench.card(41)
    bench.card(42, PARTNERS)
    bench.nudge("41:1")
    bench.delivery().deliver_due()
    assert bench.pauses() == {SALES: "not_in_channel"}
    assert bench.slack.texts("CPARTNERS") == ["about 42"]
    assert bench.slack.texts("DUANA") == ["about 41:1"]


def test_nothing_more_is_sent_to_a_paused_channel_before_its_probe(bench: Bench) -> None:
    bench.slack.always("chat.postMessage", refuses("is_archived"), channel="#sales-inbound")
    bench.card(41)
    bench.delivery().deliver_due()
    for number in range(50, 60):
        bench.card(number)
    bench.machine.advance(seconds=59)
    bench.delivery().deliver_due()
    assert len(bench.slack.calls) == 1
    assert bench.delivery().next_due() == NOON.replace(minute=1)


def test_one_message_at_a_time_probes_a_paused_channel(bench: Bench) -> None:
    bench.slack.always("chat.postMessage", refuses("is_archived"), channel="#sales-inbound")
    for number in range(5):
        bench.card(number)
    bench.delivery(threads=1).deliver_due()
    calls = len(bench.slack.calls)
    for minute in (1, 2, 3):
        bench.machine.advance(seconds=60)
        bench.delivery().deliver_due()
        assert len(bench.slack.calls) == calls + minute


def test_a_mended_channel_resumes_by_itself_and_nothing_is_lost(bench: Bench) -> None:
    bench.slack.always("chat.postMessage", refuses("not_in_channel"), channel="#sales-inbound")
    for number in range(5):
        bench.card(number)
    bench.delivery().deliver_due()
    bench.slack.mend()
    bench.drain()
    assert sorted(bench.slack.texts("CSALES")) == [f"about {number}" for number in range(5)]
    assert bench.pauses() == {}


def test_the_pause_keeps_its_beginning_and_its_newest_reason(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", refuses("not_in_channel"), refuses("is_archived"))
    bench.card(41)
    bench.delivery().deliver_due()
    bench.machine.advance(seconds=60)
    bench.delivery().deliver_due()
    with bench.database.read() as session:
        pause = session.scalars(select(Pause)).one()
    assert (pause.scope, pause.error, pause.since) == (PauseScope.DESTINATION, "is_archived", NOON)


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth", "missing_scope"])
def test_a_refused_token_pauses_everything_until_it_is_mended(bench: Bench, error: str) -> None:
    bench.slack.always("chat.postMessage", refuses(error))
    bench.card(41)
    bench.delivery().deliver_due()
    bench.card(42, PARTNERS)
    bench.nudge("42:1")
    bench.delivery().deliver_due()
    assert bench.pauses() == {"*": error}
    assert bench.slack.count("chat.postMessage") == 1
    bench.slack.mend()
    bench.drain()
    assert bench.pauses() == {}
    assert bench.slack.texts("CSALES") == ["about 41"]
    assert bench.slack.texts("CPARTNERS") == ["about 42"]
    assert bench.slack.texts("DUANA") == ["about 42:1"]


def test_a_refused_workspace_is_probed_by_one_message_a_minute(bench: Bench) -> None:
    bench.slack.always("chat.postMessage", refuses("token_revoked"))
    for number in range(5):
        bench.card(number)
    bench.delivery(threads=1).deliver_due()
    for _ in range(3):
        bench.machine.advance(seconds=60)
        bench.delivery().deliver_due()
    assert bench.slack.count("chat.postMessage") == 4


def test_a_probe_refused_by_its_channel_only_shows_that_the_workspace_is_mended(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", refuses("token_revoked"), refuses("not_in_channel"))
    bench.card(41)
    bench.delivery().deliver_due()
    bench.card(42, PARTNERS)
    bench.machine.advance(seconds=60)
    bench.delivery().deliver_due()
    assert bench.pauses() == {SALES: "not_in_channel"}
    assert bench.slack.texts("CPARTNERS") == ["about 42"]


def test_a_workspace_is_probed_even_when_all_that_waits_goes_to_a_paused_channel(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", refuses("not_in_channel"), channel="#sales-inbound")
    bench.card(41)
    bench.delivery().deliver_due()
    bench.slack.script("chat.postMessage", refuses("token_revoked"))
    bench.card(42, PARTNERS)
    bench.delivery().deliver_due()
    bench.state["42"] = None
    bench.drain()
    assert bench.slack.texts("CSALES") == ["about 41"]
    assert bench.pauses() == {}


def test_a_pause_that_nothing_waits_for_any_more_is_forgotten(bench: Bench) -> None:
    bench.slack.always("conversations.open", refuses("user_disabled"))
    bench.nudge("41:1")
    bench.nudge("42:1")
    bench.delivery().deliver_due()
    assert list(bench.pauses().values()) == ["user_disabled"]
    bench.state |= {"41:1": None, "42:1": None}
    bench.machine.advance(seconds=60)
    bench.delivery().deliver_due()
    assert bench.pauses() == {}


def test_a_lost_scope_for_people_does_not_stop_the_channels(bench: Bench) -> None:
    bench.slack.always("conversations.open", refuses("missing_scope"))
    bench.nudge("41:1")
    bench.card(41)
    bench.delivery().deliver_due()
    assert bench.slack.texts("CSALES") == ["about 41"]
    assert bench.pauses() == {bench.rep("ana"): "missing_scope"}


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long", "restricted_action"])
def test_blocks_that_slack_refuses_go_out_as_plain_text(bench: Bench, error: str) -> None:
    bench.slack.script("chat.postMessage", refuses(error))
    bench.card(41)
    assert bench.delivery().deliver_due() == 1
    (message,) = bench.slack.messages["CSALES"]
    assert message["text"] == "about 41"
    assert "blocks" not in message


def test_an_update_that_slack_refuses_loses_its_blocks_too(bench: Bench) -> None:
    bench.card(41)
    bench.drain()
    bench.slack.script("chat.update", refuses("invalid_blocks"))
    bench.state["41"] = "claimed"
    bench.card(41)
    bench.drain()
    (message,) = bench.slack.messages["CSALES"]
    assert (message["text"], message["blocks"]) == ("claimed", [])


def test_a_message_refused_as_plain_text_too_is_dead_and_its_lane_moves_on(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", refuses("invalid_blocks"), refuses("no_text"))
    bench.nudge("41:1")
    bench.nudge("42:1")
    bench.drain()
    assert bench.slack.texts("DUANA") == ["about 42:1"]
    dead = bench.intent("41:1")
    assert dead.dead_at is not None
    assert dead.last_error == "no_text"
    assert bench.delivery().next_due() is None


def test_a_dead_card_gets_a_new_chance_with_the_next_change(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", refuses("invalid_blocks"), refuses("invalid_blocks"))
    bench.card(41)
    bench.drain()
    assert bench.intent(41).dead_at is not None
    bench.card(41)
    bench.drain()
    assert bench.slack.texts("CSALES") == ["about 41"]
    assert bench.intent(41).last_error is None


def test_an_unknown_error_is_tried_again_for_two_minutes_before_the_message_is_dead(bench: Bench) -> None:
    bench.slack.always("chat.postMessage", refuses("some_new_error"))
    bench.card(41)
    bench.drain()
    assert bench.intent(41).dead_at is not None
    assert bench.machine() - NOON > (NOON.replace(minute=2) - NOON)


def test_an_unknown_error_that_passes_costs_nothing(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", refuses("some_new_error"), refuses("some_new_error"))
    bench.card(41)
    bench.drain()
    (message,) = bench.slack.messages["CSALES"]
    assert message["blocks"]
    assert bench.intent(41).attempts == 0


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_a_card_that_can_no_longer_be_updated_is_posted_anew(bench: Bench, error: str) -> None:
    bench.task(7)
    bench.drain()
    bench.slack.script("chat.update", refuses(error))
    bench.state["7"] = "done"
    bench.refresh(IntentKind.TASK, 7)
    bench.drain()
    assert bench.slack.texts("DUANA") == ["about 7", "done"]
    assert bench.intent(7).ts == bench.slack.messages["DUANA"][1]["ts"]
