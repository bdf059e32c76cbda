from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.budgets import POST, UPDATE, Limits, Rate, channel_key, charger, hold, take
from bot.outbox.enqueue import IntentKind
from tests.outbox.bench import NOON, PARTNERS, SALES, Bench

rates = st.builds(
    Rate, every=st.integers(1, 5000).map(lambda ms: timedelta(milliseconds=ms)), burst=st.integers(1, 20)
)
pauses_between_asks = st.lists(st.integers(0, 3000).map(lambda ms: timedelta(milliseconds=ms)), max_size=60)


@given(rates, pauses_between_asks)
def test_no_stretch_of_time_ever_sees_more_than_the_burst_and_the_steady_rate(
    rate: Rate, waits: list[timedelta]
) -> None:
    stands_at = now = NOON
    granted = []
    for wait in waits:
        now += wait
        if rate.room_at(stands_at) <= now:
            stands_at = rate.after_call(stands_at, now)
            granted.append(now)
    for first in range(len(granted)):
        for last in range(first, len(granted)):
            stretch = granted[last] - granted[first]
            assert last - first + 1 <= rate.burst + stretch / rate.every


@given(rates, st.integers(1, 50))
def test_who_waits_for_room_always_gets_it(rate: Rate, calls: int) -> None:
    stands_at = now = NOON
    for _ in range(calls):
        now = max(now, rate.room_at(stands_at))
        stands_at = rate.after_call(stands_at, now)
    assert now - NOON == max(calls - rate.burst, 0) * rate.every


def test_a_call_is_taken_from_all_its_budgets_or_from_none(bench: Bench) -> None:
    limits = Limits(messages_per_minute=60_000)
    with bench.database.write() as session:
        for _ in range(3):
            assert take(session, [POST, channel_key(SALES)], limits, NOON) is None
        assert take(session, [POST, channel_key(SALES)], limits, NOON) == NOON + timedelta(seconds=1)
        assert take(session, [POST, channel_key(PARTNERS)], limits, NOON) is None


def test_budgets_are_shared_by_everybody_on_the_database(bench: Bench) -> None:
    here = charger(bench.database, Limits(), bench.machine)
    there = charger(bench.database, Limits(), bench.machine)
    granted = [charge("conversations.open") is None for charge in [here, there] * 8]
    assert sum(granted) == Limits().tier_3.burst


def test_a_held_budget_opens_at_the_time_slack_gave(bench: Bench) -> None:
    until = NOON + timedelta(seconds=45)
    with bench.database.write() as session:
        hold(session, UPDATE, Limits(), until, NOON)
    with bench.database.write() as session:
        assert take(session, [UPDATE], Limits(), NOON) == until
        assert take(session, [UPDATE], Limits(), until) is None


def test_a_channel_gets_a_small_burst_and_then_a_message_a_second(bench: Bench) -> None:
    for number in range(10):
        bench.card(number)
    delivery = bench.delivery()
    assert delivery.deliver_due() == 3
    for _ in range(7):
        assert delivery.deliver_due() == 0
        assert delivery.next_due() == bench.machine() + timedelta(seconds=1)
        bench.machine.advance(seconds=1)
        assert delivery.deliver_due() == 1


def test_a_busy_channel_never_keeps_others_from_their_turn(bench: Bench) -> None:
    for number in range(40):
        bench.card(number)
    bench.card(99, PARTNERS)
    bench.delivery(threads=2).deliver_due()
    assert bench.slack.texts("CPARTNERS") == ["about 99"]


def test_updates_have_a_budget_of_their_own(bench: Bench) -> None:
    for number in range(12):
        bench.card(number, PARTNERS)
    bench.drain()
    bench.machine.advance(minutes=5)
    for number in range(12):
        bench.state[str(number)] = "claimed"
        bench.refresh(IntentKind.LEAD_CARD, number)
    bench.card(99, PARTNERS)
    bench.delivery().deliver_due()
    assert bench.slack.texts("CPARTNERS").count("claimed") == Limits().tier_3.burst
    assert bench.slack.texts("CPARTNERS")[-1] == "about 99"


def test_a_minute_never_sees_more_messages_than_the_workspace_may_get(bench: Bench) -> None:
    limits = Limits(messages_per_minute=60)
    granted = 0
    with bench.database.write() as session:
        for second in range(60):
            now = NOON + timedelta(seconds=second)
            granted += sum(take(session, [POST], limits, now) is None for _ in range(5))
    assert granted == 60 + limits.rate(POST).burst - 1
