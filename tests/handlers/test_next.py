"""`/followup next`: the single best thing to do now, one after the other (R40)."""

from bot.db.models import Outcome, Tier
from bot.workspace import Message
from tests.handlers.conftest import Desk, buttons, read, texts


def owned(desk: Desk, name: str, tier: Tier) -> int:
    """A lead of Ana's with its first touch due."""
    number = desk.arrives(name, tier=tier, email=f"{name.lower()}@x.example", phone=None)
    desk.followup("ana", f"claim L-{1000 + number}")
    return number


def another_answer(desk: Desk, before: Message) -> Message:
    """What Ana is shown after this answer: it comes after her click is acknowledged."""

    def newest() -> Message:
        return desk.workspace.ephemerals(desk.users["ana"])[-1]

    assert desk.workspace.wait_for(lambda: newest() != before)
    return newest()


def test_callbacks_come_first_then_uncontacted_hot_leads_then_tiers_then_the_most_recent(desk: Desk) -> None:
    replied = owned(desk, "Replied", Tier.COOL)
    desk.followup("ana", f"log L-{1000 + replied} replied")
    owned(desk, "Older", Tier.WARM)
    desk.step(minutes=1)
    owned(desk, "Newer", Tier.WARM)
    owned(desk, "Hottest", Tier.HOT)
    shown = desk.answer("ana", "next")
    served = []
    while "Next lead" in read(shown):
        served.append(read(shown))
        desk.click("ana", shown, "next_lead")
        shown = another_answer(desk, shown)
    order = [
        next(name for name in ("Replied", "Older", "Newer", "Hottest") if name in text) for text in served
    ]
    assert order == ["Replied", "Hottest", "Newer", "Older"]
    assert "comes again" in read(shown)


def test_logging_a_touch_there_brings_the_next_one_in_its_place(desk: Desk) -> None:
    first = owned(desk, "First", Tier.HOT)
    owned(desk, "Second", Tier.WARM)
    shown = desk.answer("ana", "next")
    assert "First" in read(shown)
    count = len(desk.whispers("ana"))
    desk.click("ana", shown, "outcome:done")
    assert desk.hears("ana", "Logged for First")
    assert len(desk.whispers("ana")) == count
    assert "Second" in desk.whispers("ana")[-1]
    assert desk.tasks(first)[0].outcome is Outcome.DONE


def test_a_form_sent_from_there_leads_on_to_the_next(desk: Desk) -> None:
    owned(desk, "First", Tier.HOT)
    owned(desk, "Second", Tier.WARM)
    desk.click("ana", desk.answer("ana", "next"), "outcome:objection")
    desk.submit("ana", {"objection": "price", "note": "too dear"})
    window = desk.window("ana")
    desk.workspace.click_view(desk.users["ana"], "next_lead")
    assert "Logged for First" in texts(window.blocks)
    assert desk.workspace.wait_for(lambda: "Second" in texts(desk.window("ana").blocks))
    desk.submit("ana", {"outcome": "done"})
    desk.workspace.click_view(desk.users["ana"], "next_lead")
    assert desk.workspace.wait_for(lambda: "Nothing waits" in texts(desk.window("ana").blocks))


def test_without_a_touch_due_a_lead_to_claim_is_served_and_then_its_first_touch(desk: Desk) -> None:
    desk.arrives("Unclaimed", tier=Tier.WARM)
    shown = desk.answer("ana", "next")
    assert "claim" in buttons(shown)
    desk.click("ana", shown, "claim")
    assert desk.owner(1) == "ana"
    assert "outcome:done" in buttons(another_answer(desk, shown))


def test_a_hot_lead_that_nobody_has_comes_before_a_touch_of_an_older_one(desk: Desk) -> None:
    owned(desk, "Mine", Tier.WARM)
    desk.arrives("Fresh", tier=Tier.HOT)
    assert "Fresh" in desk.followup("ana", "next")


def test_with_nothing_to_do_it_says_so(desk: Desk) -> None:
    assert "Nothing waits for you" in desk.followup("ana", "next")
