from datetime import timedelta

from bot.db.models import Rep
from bot.outbox.people import Unresolved, resolve_people
from bot.team.live import apply_team
from tests.outbox.bench import NOON, TEAM, Bench
from tests.outbox.scripted import breaks, limited
from tests.people import rep_by_key


def slack_users(bench: Bench) -> dict[str, str | None]:
    with bench.database.read() as session:
        return {rep.key: rep.slack_user_id for rep in session.query(Rep).all()}


def test_people_are_found_by_their_e_mail_address(bench: Bench) -> None:
    assert resolve_people(bench.database, bench.slack.client(), bench.machine) == []
    assert slack_users(bench) == {"ana": "UANA", "ben": "UBEN", "mia": "UMIA"}
    assert resolve_people(bench.database, bench.slack.client(), bench.machine) == []
    assert bench.slack.count("users.lookupByEmail") == 3


def test_who_is_not_found_is_reported_and_others_are_found(bench: Bench) -> None:
    del bench.slack.users["ana@larkspur.example"]
    unresolved = resolve_people(bench.database, bench.slack.client(), bench.machine)
    assert unresolved == [Unresolved("ana", "no_slack_user")]
    assert slack_users(bench) == {"ana": None, "ben": "UBEN", "mia": "UMIA"}


def test_who_was_asked_for_in_vain_leaves_the_budget_to_the_others(bench: Bench) -> None:
    del bench.slack.users["ana@larkspur.example"]
    unresolved = resolve_people(bench.database, bench.slack.client(), bench.machine, but={"ana"})
    assert unresolved == []
    assert bench.slack.count("users.lookupByEmail") == 2


def test_two_people_cannot_be_the_same_slack_user(bench: Bench) -> None:
    bench.slack.users["ben@larkspur.example"] = "UANA"
    unresolved = resolve_people(bench.database, bench.slack.client(), bench.machine)
    assert unresolved == [Unresolved("ben", "slack_user_of_another_rep")]


def test_who_comes_back_under_another_key_takes_their_slack_user_along(bench: Bench) -> None:
    resolve_people(bench.database, bench.slack.client(), bench.machine)
    with bench.database.write() as session:
        apply_team(
            session, TEAM.replace("ana:", "anita:").replace("[ana,", "[anita,"), author="the test", now=NOON
        )
    assert resolve_people(bench.database, bench.slack.client(), bench.machine) == []
    with bench.database.read() as session:
        assert rep_by_key(session, "anita").slack_user_id == "UANA"


def test_trouble_on_the_way_is_reported_by_name(bench: Bench) -> None:
    bench.slack.script("users.lookupByEmail", breaks(503), limited(5))
    unresolved = resolve_people(bench.database, bench.slack.client(), bench.machine)
    assert unresolved == [
        Unresolved("ana", "http_503"),
        Unresolved("ben", "ratelimited", timedelta(seconds=5)),
    ]


def test_a_person_without_a_slack_user_waits_and_gets_everything_once_found(bench: Bench) -> None:
    address = "ana@larkspur.example"
    user = bench.slack.users.pop(address)
    bench.nudge("41:1")
    bench.nudge("42:1")
    bench.nudge("43:1", "ben")
    bench.delivery().deliver_due()
    assert bench.pauses() == {bench.rep("ana"): "no_slack_user"}
    assert bench.slack.texts("DUBEN") == ["about 43:1"]
    bench.slack.users[address] = user
    bench.drain()
    assert bench.slack.texts("DUANA") == ["about 41:1", "about 42:1"]
    assert bench.pauses() == {}


def test_looking_people_up_lifts_their_pause_at_once(bench: Bench) -> None:
    user = bench.slack.users.pop("ana@larkspur.example")
    bench.nudge("41:1")
    bench.delivery().deliver_due()
    bench.slack.users["ana@larkspur.example"] = user
    resolve_people(bench.database, bench.slack.client(), bench.machine)
    assert bench.pauses() == {}
    assert bench.delivery().deliver_due() == 1
