from sqlalchemy import delete

from bot.db.models import TeamVersion
from bot.outbox.enqueue import IntentKind, posted_at
from bot.team.live import apply_team
from tests.outbox.bench import NOON, PARTNERS, SALES, TEAM, Bench


def test_a_card_is_posted_once_and_updated_in_place_from_then_on(bench: Bench) -> None:
    bench.card(41)
    assert bench.delivery().deliver_due() == 1
    assert bench.slack.texts("CSALES") == ["about 41"]
    bench.state["41"] = "claimed"
    bench.card(41)
    assert bench.delivery().deliver_due() == 1
    assert bench.slack.texts("CSALES") == ["claimed"]
    assert [call.method for call in bench.slack.calls] == ["chat.postMessage", "chat.update"]


def test_nothing_is_sent_when_nothing_is_due(bench: Bench) -> None:
    bench.card(41)
    bench.drain()
    delivery = bench.delivery()
    assert delivery.deliver_due() == 0
    assert delivery.next_due() is None
    assert bench.slack.count("chat.postMessage") == 1


def test_any_number_of_changes_before_delivery_become_one_message(bench: Bench) -> None:
    for _ in range(5):
        bench.card(41)
    assert bench.delivery().deliver_due() == 1
    for _ in range(5):
        bench.card(41)
    assert bench.delivery().deliver_due() == 1
    assert len(bench.slack.calls) == 2


def test_a_change_that_comes_while_a_message_is_rendered_is_shown_next(bench: Bench) -> None:
    render = bench.render
    changed: list[str] = []

    def render_and_change(*args: object) -> object:
        message = render(*args)  # type: ignore[arg-type]
        if not changed:
            changed.append("once")
            bench.state["41"] = "claimed"
            bench.card(41)
        return message

    bench.render = render_and_change  # type: ignore[method-assign,assignment]
    bench.card(41)
    assert bench.delivery().deliver_due() == 2
    assert bench.slack.texts("CSALES") == ["claimed"]


def test_people_get_their_messages_in_the_order_they_were_said(bench: Bench) -> None:
    for number in range(8):
        bench.nudge(f"{number}:1")
    bench.drain()
    assert bench.slack.texts("DUANA") == [f"about {number}:1" for number in range(8)]


def test_a_person_is_looked_up_and_their_conversation_opened_only_once(bench: Bench) -> None:
    bench.nudge("1:1")
    bench.nudge("2:1")
    bench.drain()
    assert bench.slack.count("users.lookupByEmail") == 1
    bench.nudge("3:1")
    delivery = bench.delivery()
    bench.drain(delivery)
    bench.nudge("4:1")
    bench.drain(delivery)
    assert bench.slack.count("users.lookupByEmail") == 1
    assert bench.slack.count("conversations.open") == 2  # one per life of a process


def test_what_has_nothing_to_say_any_more_is_never_posted(bench: Bench) -> None:
    bench.state["41:1"] = None
    bench.nudge("41:1")
    assert bench.delivery().deliver_due() == 0
    assert bench.slack.calls == []
    assert bench.delivery().next_due() is None


def test_what_was_posted_stays_as_it_is_when_there_is_nothing_to_say_any_more(bench: Bench) -> None:
    bench.task(7)
    bench.drain()
    bench.state["7"] = None
    bench.refresh(IntentKind.TASK, 7)
    bench.drain()
    assert bench.slack.texts("DUANA") == ["about 7"]
    assert bench.slack.count("chat.update") == 0


def test_a_message_carries_its_intent_and_unfolds_no_links(bench: Bench) -> None:
    bench.card(41)
    bench.drain()
    (message,) = bench.slack.messages["CSALES"]
    assert message["metadata"] == {
        "event_type": "followup_intent",
        "event_payload": {"intent": bench.intent(41).id},
    }
    assert message["unfurl_links"] is False
    assert message["unfurl_media"] is False


def test_when_a_message_went_out_is_kept_in_business_time(bench: Bench) -> None:
    bench.business.advance(days=3)
    bench.card(41)
    bench.drain()
    with bench.database.read() as session:
        assert posted_at(session, IntentKind.LEAD_CARD, 41) == bench.business()


def test_a_card_stays_in_its_channel_when_the_pool_moves_to_another(bench: Bench) -> None:
    bench.card(41)
    bench.drain()
    with bench.database.write() as session:
        moved = TEAM.replace('"#sales-inbound"', "CELSEWHERE")
        apply_team(session, moved, author="the test", now=NOON)
    bench.card(41)
    bench.card(42)
    bench.drain()
    assert bench.slack.texts("CSALES") == ["about 41"]
    assert bench.slack.texts("CELSEWHERE") == ["about 42"]
    assert bench.slack.count("chat.update") == 1


def test_a_card_that_somebody_deleted_is_posted_anew(bench: Bench) -> None:
    bench.card(41)
    bench.drain()
    bench.slack.messages["CSALES"].clear()
    bench.state["41"] = "claimed"
    bench.card(41)
    bench.drain()
    assert bench.slack.texts("CSALES") == ["claimed"]
    assert bench.intent(41).ts == bench.slack.messages["CSALES"][0]["ts"]


def test_a_destination_that_left_the_team_document_waits_and_is_reported(bench: Bench) -> None:
    bench.card(41, "pool:gone")
    bench.card(42, PARTNERS)
    bench.delivery().deliver_due()
    assert bench.slack.texts("CPARTNERS") == ["about 42"]
    assert bench.pauses() == {"pool:gone": "no_such_pool"}


def test_stopping_starts_nothing_more(bench: Bench) -> None:
    bench.card(41)
    delivery = bench.delivery()
    delivery.stop()
    assert delivery.deliver_due() == 0
    assert bench.slack.calls == []


def test_a_mistake_in_one_message_stops_no_other(bench: Bench) -> None:
    good = bench.render

    def render(*args: object) -> object:
        if args[1] == "41":
            raise ZeroDivisionError
        return good(*args)  # type: ignore[arg-type]

    bench.render = render  # type: ignore[method-assign,assignment]
    bench.card(41)
    bench.card(42)
    bench.drain()
    assert bench.slack.texts("CSALES") == ["about 42"]
    broken = bench.intent(41)
    assert broken.dead_at is not None
    assert broken.last_error == "ZeroDivisionError"


def test_without_a_team_document_messages_wait(bench: Bench) -> None:
    with bench.database.write() as session:
        session.execute(delete(TeamVersion))
    bench.card(41, SALES)
    bench.delivery().deliver_due()
    assert bench.intent(41).dead_at is None
    with bench.database.write() as session:
        apply_team(session, TEAM, author="the test", now=NOON)
    bench.drain()
    assert bench.slack.texts("CSALES") == ["about 41"]
