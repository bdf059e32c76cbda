from datetime import timedelta

from bot.db.models import PauseScope
from bot.outbox.enqueue import IntentKind
from bot.outbox.health import OutboxHealth, outbox_health
from bot.outbox.slack_errors import Scope, sort_failure
from tests.outbox.bench import SALES, Bench
from tests.outbox.scripted import limited, refuses


def health(bench: Bench) -> OutboxHealth:
    with bench.database.read() as session:
        return outbox_health(session, bench.machine())


def test_an_empty_outbox_is_well(bench: Bench) -> None:
    assert health(bench) == OutboxHealth(
        depth=0, oldest_seconds=None, dead=0, failing={}, given_up={}, pauses=()
    )


def test_what_waits_is_counted_and_the_oldest_timed(bench: Bench) -> None:
    bench.card(41)
    bench.machine.advance(seconds=90)
    bench.business.advance(seconds=90)
    bench.card(42)
    assert (health(bench).depth, health(bench).oldest_seconds) == (2, 90.0)


def test_an_update_has_waited_since_it_was_first_wanted(bench: Bench) -> None:
    bench.card(41)
    bench.drain()
    bench.machine.advance(days=3)
    bench.business.now = bench.machine.now
    bench.card(41)
    assert (health(bench).depth, health(bench).oldest_seconds) == (1, 0.0)
    for _ in range(2):
        bench.machine.advance(minutes=1)
        bench.business.now = bench.machine.now
        bench.refresh(IntentKind.LEAD_CARD, 41)
    assert (health(bench).depth, health(bench).oldest_seconds) == (1, 120.0)
    bench.drain()
    assert (health(bench).depth, health(bench).oldest_seconds) == (0, None)


def test_what_was_wanted_anew_while_it_was_delivered_has_waited_only_since_then(bench: Bench) -> None:
    bench.card(41)
    bench.machine.advance(hours=1)
    bench.business.now = bench.machine.now
    bench.meanwhile.append(lambda: bench.refresh(IntentKind.LEAD_CARD, 41))
    bench.slack.script("chat.update", limited(60))
    bench.delivery().deliver_due()
    assert bench.slack.texts("CSALES") == ["about 41"]
    assert (health(bench).depth, health(bench).oldest_seconds) == (1, 0.0)


def test_what_was_given_up_and_is_wanted_again_has_waited_only_since_then(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", refuses("invalid_blocks"), refuses("no_text"))
    bench.card(41)
    bench.drain()
    assert health(bench).given_up == {"no_text": 1}
    bench.machine.advance(days=1)
    bench.business.now = bench.machine.now
    bench.card(41)
    assert (health(bench).depth, health(bench).dead, health(bench).oldest_seconds) == (1, 0, 0.0)


def test_business_time_ahead_of_the_machine_makes_no_negative_age(bench: Bench) -> None:
    bench.business.advance(days=2)
    bench.card(41)
    assert health(bench).oldest_seconds == 0.0


def test_what_was_given_up_is_counted_apart(bench: Bench) -> None:
    bench.slack.script("chat.postMessage", refuses("invalid_blocks"), refuses("no_text"))
    bench.card(41)
    bench.drain()
    assert (health(bench).depth, health(bench).dead) == (0, 1)


def test_pauses_say_what_since_when_and_how_to_mend_it(bench: Bench) -> None:
    bench.slack.always("chat.postMessage", refuses("not_in_channel"))
    bench.card(41)
    bench.delivery().deliver_due()
    since = bench.machine()
    bench.machine.advance(minutes=3)
    bench.slack.mend()
    bench.slack.always("chat.postMessage", refuses("token_revoked"))
    bench.delivery().deliver_due()
    channel, workspace = health(bench).pauses
    assert (channel.scope, channel.destination, channel.since) == (PauseScope.DESTINATION, SALES, since)
    assert channel.mend == "Invite the bot to the channel."
    assert (workspace.scope, workspace.error) == (PauseScope.WORKSPACE, "token_revoked")
    assert workspace.since - since == timedelta(minutes=3)
    assert "Reinstall the app" in workspace.mend


def test_an_error_of_nobodys_making_is_unknown() -> None:
    failure = sort_failure("chat.postMessage", TypeError("a lead's words"))
    assert (failure.scope, failure.error) == (Scope.UNKNOWN, "TypeError")
