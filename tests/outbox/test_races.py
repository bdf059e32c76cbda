"""Several deliveries on one database."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.outbox.budgets import Limits
from bot.outbox.delivery import Delivery
from bot.outbox.leases import lease_due
from bot.outbox.settling import adopt, bury, record_post, settle
from tests.outbox.bench import NOON, PARTNERS, SALES, Bench, HandClock


class TickingClock(HandClock):
    """Every look at it takes a tenth of a second, so that budgets refill."""

    def __init__(self) -> None:
        super().__init__()
        self._looks = itertools.count(1)

    def __call__(self) -> datetime:
        return NOON + next(self._looks) * timedelta(seconds=0.1)


@contextmanager
def all_at_once(deliveries: list[Delivery]) -> Iterator[None]:
    failures: list[BaseException] = []

    def drain(delivery: Delivery) -> None:
        try:
            while delivery.next_due() is not None:
                delivery.deliver_due()
        except BaseException as failure:  # noqa: BLE001
            failures.append(failure)

    threads = [threading.Thread(target=drain, args=(delivery,)) for delivery in deliveries]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []


def test_four_deliveries_at_once_never_send_anything_twice(bench: Bench) -> None:
    bench.machine = TickingClock()
    for number in range(15):
        bench.card(number, SALES)
        bench.card(100 + number, PARTNERS)
        bench.nudge(f"{number}:1", "ana")
        bench.nudge(f"{number}:1b", "ben")
    # A loaded machine is slow to answer; that would be another test.
    with all_at_once([bench.delivery(timeout=10) for _ in range(4)]):
        pass
    assert sorted(bench.slack.texts("CSALES")) == sorted(f"about {number}" for number in range(15))
    assert sorted(bench.slack.texts("CPARTNERS")) == sorted(f"about {100 + number}" for number in range(15))
    assert bench.slack.texts("DUANA") == [f"about {number}:1" for number in range(15)]
    assert bench.slack.texts("DUBEN") == [f"about {number}:1b" for number in range(15)]


def test_changes_during_delivery_are_all_shown_in_the_end(bench: Bench) -> None:
    bench.machine = TickingClock()
    for number in range(4):
        bench.card(number, PARTNERS)
    bench.drain(bench.delivery(timeout=10))
    with all_at_once([bench.delivery(timeout=10) for _ in range(2)]):
        for version in range(10):
            for number in range(4):
                bench.state[str(number)] = f"card {number} version {version}"
                bench.card(number, PARTNERS)
    bench.drain(bench.delivery(timeout=10))
    assert sorted(bench.slack.texts("CPARTNERS")) == [f"card {number} version 9" for number in range(4)]


def test_whose_lease_ran_out_writes_nothing_any_more(bench: Bench) -> None:
    bench.card(41)
    with bench.database.write() as session:
        (slow,) = lease_due(session, NOON, Limits(), 1)
    bench.crash_while_delivering(41)
    with bench.database.write() as session:
        (next_one,) = lease_due(session, NOON, Limits(), 1)
        assert next_one.unsure_since is not None
    with bench.database.write() as session:
        assert not settle(session, slow, 1, NOON)
        assert not bury(session, slow, "invalid_blocks", NOON)
        assert not adopt(session, slow, "CSALES", "1.1", NOON)
    with bench.database.write() as session:
        assert settle(session, next_one, 1, NOON)


def test_of_two_posts_of_one_message_the_first_recorded_stays(bench: Bench) -> None:
    bench.card(41)
    with bench.database.write() as session:
        (slow,) = lease_due(session, NOON, Limits(), 1)
    bench.crash_while_delivering(41)
    with bench.database.write() as session:
        (quick,) = lease_due(session, NOON, Limits(), 1)
    with bench.database.write() as session:
        assert record_post(session, slow, "CSALES", "1.1", NOON)
    with bench.database.write() as session:
        assert not record_post(session, quick, "CSALES", "2.2", NOON)
    assert bench.intent(41).ts == "1.1"


def test_a_delivery_overtaken_while_slack_answers_takes_its_own_message_back(bench: Bench) -> None:
    bench.card(41, PARTNERS)
    render = bench.render

    def overtaken(*args: object) -> object:
        # Between our lease and our post somebody else posted and recorded the message.
        bench.change(41, channel="CPARTNERS", ts="1600000000.000001", done=1, lease=None, leased_until=None)
        return render(*args)  # type: ignore[arg-type]

    bench.slack.messages["CPARTNERS"].append({"text": "the other's", "ts": "1600000000.000001"})
    bench.render = overtaken  # type: ignore[method-assign,assignment]
    bench.delivery().deliver_due()
    assert bench.slack.texts("CPARTNERS") == ["the other's"]
    assert bench.slack.count("chat.postMessage") == bench.slack.count("chat.delete") == 1
