"""Claim and Pass, from the button to what everybody sees."""

from concurrent.futures import ThreadPoolExecutor

from bot.db.models import TaskState
from tests.handlers.conftest import CHANNEL, Desk, buttons, read


def test_whoever_claims_owns_the_lead_and_the_card_says_so_to_everybody(desk: Desk) -> None:
    lead_id = desk.arrives()
    assert buttons(desk.card()) == ["claim", "pass", "view_lead"]
    desk.step(minutes=3)
    desk.click("ben", desk.card(), "claim")
    assert desk.owner(lead_id) == "ben"
    assert f"Claimed by <@{desk.users['ben']}> in 3 min" in read(desk.card())
    assert buttons(desk.card()) == ["view_lead"]
    assert desk.hears("ben", "is yours")


def test_the_owner_gets_the_first_touch_with_its_script_and_buttons(desk: Desk) -> None:
    lead_id = desk.arrives()
    desk.click("ana", desk.card(), "claim")
    (touch,) = desk.direct("ana")
    assert "📞 Call Dana Lee, Brightfields" in read(touch)
    assert "Voicemail" in read(touch)
    assert "outcome:voicemail" in buttons(touch)
    assert desk.tasks(lead_id)[0].state is TaskState.DUE


def test_whoever_comes_second_is_told_privately_who_has_it(desk: Desk) -> None:
    lead_id, card = desk.arrives(), desk.card()
    desk.click("ben", card, "claim")
    desk.click("ana", card, "claim")
    assert desk.owner(lead_id) == "ben"
    assert desk.hears("ana", "Ben Okafor has had this lead since")
    assert len(desk.workspace.messages(CHANNEL)) == 1


def test_the_same_click_delivered_twice_changes_nothing_and_says_the_same(desk: Desk) -> None:
    lead_id, card = desk.arrives(), desk.card()
    desk.click("ben", card, "claim")
    desk.click("ben", card, "claim")
    assert desk.workspace.wait_for(lambda: len(desk.whispers("ben")) == 2)
    assert desk.whispers("ben")[0] == desk.whispers("ben")[1]
    assert len(desk.tasks(lead_id)) == 1


def test_of_many_who_click_at_once_one_owns_the_lead_and_everybody_is_answered(desk: Desk) -> None:
    lead_id, card = desk.arrives(), desk.card()
    people = ["ana", "ben", "mia"] * 4
    with ThreadPoolExecutor(len(people)) as crowd:
        answers = list(
            crowd.map(
                lambda who: desk.workspace.click(desk.users[who], card.channel, card.ts, "claim"), people
            )
        )
    assert [answer.error for answer in answers] == [None] * len(people)
    owner = desk.owner(lead_id)
    assert desk.workspace.wait_for(lambda: all(len(desk.whispers(who)) == 4 for who in set(people)))
    heard = {who: desk.whispers(who) for who in set(people)}
    assert {who for who, said in heard.items() if "is yours" in said[0]} == {owner}


def test_a_pass_asks_the_next_one_who_hears_of_it(desk: Desk) -> None:
    desk.arrives()
    first = "ana" if desk.users["ana"] in read(desk.card()) else "ben"
    second = {"ana": "ben", "ben": "ana"}[first]
    desk.click(first, desk.card(), "pass")
    assert f"<@{desk.users[second]}>, it is your turn" in read(desk.card())
    assert desk.hears(first, "is asked now")
    (nudge,) = desk.direct(second)
    assert "Your turn: Dana Lee, Brightfields" in read(nudge)
    desk.click(second, nudge, "claim")
    assert desk.owner(1) == second


def test_when_everybody_has_passed_the_managers_hear_why_and_anybody_may_still_claim(desk: Desk) -> None:
    lead_id = desk.arrives()
    for _ in range(2):
        asked = "ana" if f"<@{desk.users['ana']}>, it is" in read(desk.card()) else "ben"
        desk.click(asked, desk.card(), "pass")
    assert "Everybody has passed" in read(desk.card())
    assert buttons(desk.card()) == ["claim", "view_lead"]
    (alert,) = desk.direct("mia")
    assert "everybody passed" in read(alert)
    desk.click("mia", alert, "claim")
    assert desk.owner(lead_id) == "mia"


def test_only_who_is_asked_can_pass(desk: Desk) -> None:
    desk.arrives()
    desk.click("mia", desk.card(), "pass")
    assert desk.hears("mia", "turn on this lead")


def test_a_stranger_is_told_privately_how_to_join(desk: Desk) -> None:
    lead_id = desk.arrives()
    desk.click("zoe", desk.card(), "claim")
    assert desk.owner(lead_id) is None
    assert desk.hears("zoe", f"team document, by your e-mail address or your Slack id, {desk.users['zoe']}")
