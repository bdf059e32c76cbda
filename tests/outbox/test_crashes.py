"""What a crash leaves behind, at any point, is taken up again and never said twice."""

from datetime import timedelta

import pytest
from slack_sdk import WebClient

from bot.db import database_now
from bot.outbox.impossible import end_impossible_waits
from bot.outbox.late import LATER, extra_messages_deleted, messages_unsearched
from bot.outbox.leases import LEASE
from bot.outbox.slack import EVENT_TYPE
from bot.team.live import apply_team
from tests.outbox.bench import NOON, PARTNERS, TEAM, Bench
from tests.outbox.scripted import DOES_IT_AND_CUTS, breaks, limited, refuses


def posted_by_the_dead(bench: Bench, channel: str, subject: int | str) -> str:
    """Slack has the message, the row does not know; returns the message's ts."""
    bench.crash_while_delivering(subject)
    payload = {"event_type": EVENT_TYPE, "event_payload": {"intent": bench.intent(subject).id}}
    client: WebClient = bench.slack.client()
    answer = client.chat_postMessage(channel=channel, text=f"about {subject}", metadata=payload)
    return str(answer["ts"])


def test_a_message_that_slack_took_before_the_crash_is_found_and_not_posted_again(bench: Bench) -> None:
    bench.card(41, PARTNERS)
    ts = posted_by_the_dead(bench, "CPARTNERS", 41)
    assert bench.delivery().deliver_due() == 1
    assert bench.slack.texts("CPARTNERS") == ["about 41"]
    assert bench.slack.count("chat.postMessage") == 1
    found = bench.intent(41)
    assert (found.channel, found.ts, found.sent_at) == ("CPARTNERS", ts, bench.business())
    assert bench.delivery().next_due() is None


def test_what_changed_since_the_crash_is_shown_on_the_message_that_was_found(bench: Bench) -> None:
    bench.card(41, PARTNERS)
    posted_by_the_dead(bench, "CPARTNERS", 41)
    bench.state["41"] = "claimed"
    bench.card(41, PARTNERS)
    bench.drain()
    assert bench.slack.texts("CPARTNERS") == ["claimed"]
    assert bench.slack.count("chat.postMessage") == 1


def test_a_message_deep_in_the_history_is_found(bench: Bench) -> None:
    bench.card(41, PARTNERS)
    posted_by_the_dead(bench, "CPARTNERS", 41)
    for number in range(450):
        bench.slack.messages["CPARTNERS"].append({"text": "chat", "ts": f"1700000001.{number:06d}"})
    bench.drain()
    assert bench.slack.texts("CPARTNERS").count("about 41") == 1
    assert bench.slack.count("chat.postMessage") == 1
    assert bench.slack.count("conversations.history") == 3


def test_a_crash_before_slack_was_asked_posts_the_message_once(bench: Bench) -> None:
    bench.card(41, PARTNERS)
    bench.nudge("41:1")
    bench.crash_while_delivering(41)
    bench.crash_while_delivering("41:1")
    bench.drain()
    assert bench.slack.texts("CPARTNERS") == ["about 41"]
    assert bench.slack.texts("DUANA") == ["about 41:1"]
    assert bench.slack.count("chat.postMessage") == 2


def test_another_message_of_ours_is_not_taken_for_the_lost_one(bench: Bench) -> None:
    bench.card(40, PARTNERS)
    bench.drain()
    bench.card(41, PARTNERS)
    bench.crash_while_delivering(41)
    bench.drain()
    assert bench.slack.texts("CPARTNERS") == ["about 40", "about 41"]


def test_a_lease_that_still_runs_is_left_alone(bench: Bench) -> None:
    bench.card(41)
    with bench.database.read() as session:
        bench_time = database_now(session)
    bench.change(41, lease="of another", leased_until=bench_time + LEASE)
    delivery = bench.delivery()
    assert delivery.deliver_due() == 0
    due = delivery.next_due()
    assert due is not None
    assert 0 < (due - bench.machine()).total_seconds() <= LEASE.total_seconds()


def test_a_lease_taken_before_the_clock_was_set_back_lasts_no_longer_than_any_other(bench: Bench) -> None:
    with bench.database.read() as session:
        an_hour_on = database_now(session) + timedelta(hours=1)
    bench.card(41)
    bench.card(42, PARTNERS)
    bench.change(41, lease="of the dead", leased_until=an_hour_on, attempts=1)
    # Its sender never heard whether Slack has it.
    bench.change(42, leased_until=an_hour_on, attempts=1, look_again_at=an_hour_on)
    with bench.database.write() as session:
        end_impossible_waits(session, bench.machine(), LEASE)
        now = database_now(session)
    held, doubted = bench.intent(41), bench.intent(42)
    assert held.leased_until is not None
    assert now < held.leased_until <= now + LEASE
    assert doubted.leased_until is not None
    assert doubted.leased_until <= now
    assert doubted.look_again_at is not None
    assert doubted.look_again_at <= now + LATER


def test_while_slack_cannot_be_searched_for_now_the_doubt_stays(bench: Bench) -> None:
    bench.card(41, PARTNERS)
    posted_by_the_dead(bench, "CPARTNERS", 41)
    bench.slack.script("conversations.history", breaks(), limited(20))
    bench.drain()
    assert bench.slack.texts("CPARTNERS") == ["about 41"]
    assert bench.slack.count("chat.postMessage") == 1


def test_a_pause_does_not_end_the_doubt(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", DOES_IT_AND_CUTS)
    bench.nudge("41:1")
    bench.delivery().deliver_due()
    bench.slack.script("conversations.open", refuses("user_disabled"))
    bench.drain()
    assert bench.slack.texts("DUANA") == ["about 41:1"]
    assert bench.slack.count("chat.postMessage") == 1


def test_without_the_right_to_search_a_message_is_rather_said_twice_than_never(bench: Bench) -> None:
    bench.slack.always("conversations.history", refuses("missing_scope"))
    bench.card(41, PARTNERS)
    posted_by_the_dead(bench, "CPARTNERS", 41)
    bench.drain()
    assert bench.slack.texts("CPARTNERS") == ["about 41", "about 41"]
    assert bench.pauses() == {}
    with bench.database.read() as session:
        assert messages_unsearched(session) == 1


@pytest.mark.parametrize(
    ("method", "error"),
    [("conversations.open", "user_disabled"), ("users.lookupByEmail", "users_not_found")],
)
def test_with_nothing_left_to_say_nobody_waits_for_somebody_who_cannot_be_reached(
    bench: Bench, method: str, error: str
) -> None:
    bench.nudge("41:1")
    bench.crash_while_delivering("41:1")
    bench.state["41:1"] = None
    bench.slack.always(method, refuses(error))
    bench.drain()
    assert (bench.intent("41:1").done, bench.pauses()) == (1, {})
    with bench.database.read() as session:
        assert messages_unsearched(session) == 1


def test_with_nothing_left_to_say_nobody_waits_for_a_pool_that_is_gone(bench: Bench) -> None:
    bench.card(41, PARTNERS)
    bench.crash_while_delivering(41)
    bench.state["41"] = None
    without = "\n".join(line for line in TEAM.splitlines() if "partners" not in line)
    with bench.database.write() as session:
        apply_team(session, without, author="the test", now=NOON)
    bench.drain()
    assert (bench.intent(41).done, bench.pauses()) == (1, {})
    with bench.database.read() as session:
        assert messages_unsearched(session) == 1


def test_in_a_channel_of_which_only_the_name_is_known_nobody_could_look(bench: Bench) -> None:
    bench.card(41)
    bench.crash_while_delivering(41)
    bench.state["41"] = None
    bench.drain()
    assert (bench.intent(41).done, bench.slack.count("conversations.history")) == (1, 0)
    with bench.database.read() as session:
        assert messages_unsearched(session) == 1


def test_with_nothing_left_to_say_a_doubt_waits_for_a_workspace_that_refuses_everything(bench: Bench) -> None:
    bench.nudge("41:1")
    posted_by_the_dead(bench, "DUANA", "41:1")
    bench.state["41:1"] = None
    bench.slack.script("conversations.open", refuses("token_revoked"))
    bench.delivery().deliver_due()
    assert (bench.intent("41:1").done, bench.pauses()) == (0, {"*": "token_revoked"})
    bench.drain()
    assert (bench.intent("41:1").done, bench.pauses()) == (1, {})


def test_the_first_message_of_a_channel_known_by_name_leaves_no_double(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", DOES_IT_AND_CUTS)
    bench.card(41)
    bench.drain()
    assert bench.slack.texts("CSALES") == ["about 41"]
    assert bench.slack.messages["CSALES"][0]["ts"] == bench.intent(41).ts


def test_doubt_outlives_failures_that_bring_none(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", DOES_IT_AND_CUTS, limited(5), refuses("some_new_error"))
    bench.card(41)
    bench.drain()
    assert bench.slack.texts("CSALES") == ["about 41"]
    assert bench.slack.count("chat.postMessage") == 4


def test_of_several_lost_messages_one_is_kept(bench: Bench) -> None:
    bench.card(41, PARTNERS)
    kept = posted_by_the_dead(bench, "CPARTNERS", 41)
    posted_by_the_dead(bench, "CPARTNERS", 41)
    bench.drain()
    assert [message["ts"] for message in bench.slack.messages["CPARTNERS"]] == [kept]


def test_an_extra_that_cannot_be_removed_stops_nothing(bench: Bench) -> None:
    bench.slack.script("chat.delete", refuses("cant_delete_message"))
    bench.card(41, PARTNERS)
    posted_by_the_dead(bench, "CPARTNERS", 41)
    posted_by_the_dead(bench, "CPARTNERS", 41)
    bench.drain()
    assert len(bench.slack.texts("CPARTNERS")) == 2
    assert bench.intent(41).done == 1


def test_a_message_that_slack_applies_after_the_search_is_found_later_deleted_and_counted(
    bench: Bench,
) -> None:
    bench.card(41, PARTNERS)
    bench.crash_while_delivering(41)
    bench.drain()
    kept = bench.intent(41)
    late = {"event_type": EVENT_TYPE, "event_payload": {"intent": kept.id}}
    bench.slack.client().chat_postMessage(channel="CPARTNERS", text="about 41", metadata=late)
    assert kept.look_again_at is not None
    assert bench.delivery().remove_late_extras() == 0
    assert bench.slack.texts("CPARTNERS") == ["about 41", "about 41"]

    bench.change(41, look_again_at=kept.look_again_at - LATER)
    bench.slack.script("conversations.history", breaks())
    assert bench.delivery().remove_late_extras() == 0
    bench.change(41, look_again_at=kept.look_again_at - LATER)
    assert bench.delivery().remove_late_extras() == 1
    assert [each["ts"] for each in bench.slack.messages["CPARTNERS"]] == [kept.ts]
    after = bench.intent(41)
    assert (after.ts, after.look_again_at) == (kept.ts, None)
    with bench.database.read() as session:
        assert extra_messages_deleted(session) == 1


def test_a_message_that_was_never_in_doubt_is_not_looked_for_again(bench: Bench) -> None:
    bench.card(41, PARTNERS)
    bench.drain()
    assert bench.intent(41).look_again_at is None
    assert bench.slack.count("conversations.history") == 0


def test_twins_taken_back_at_once_are_counted_too(bench: Bench) -> None:
    bench.card(41, PARTNERS)
    for _ in range(3):
        posted_by_the_dead(bench, "CPARTNERS", 41)
    bench.drain()
    assert bench.slack.texts("CPARTNERS") == ["about 41"]
    with bench.database.read() as session:
        assert extra_messages_deleted(session) == 2
