"""What the offer card says at each moment of a lead's life."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.db.models import Lead, Status, Tier
from bot.messages.card import CardState, offer_card
from bot.outbox.rendering import SlackMessage
from bot.team.ladder import LadderStep
from tests.handlers.conftest import texts
from tests.messages.leads import ANA, BEN, NOW, ZONE, lead


def card(shown: Lead | None = None, **state: Any) -> SlackMessage:
    return offer_card(CardState(shown or lead(), NOW, ZONE, **state))


def test_a_new_card_says_who_what_and_whose_turn_it_is() -> None:
    shown = card(assignee=ANA)
    said = texts(shown.blocks)
    assert shown.text == "New hot lead: Dana Lee, Brightfields. Your turn, Ana."
    assert said.startswith("Dana Lee, Brightfields\n🔥 Hot  ·  asked for a demo  ·  ")
    assert "We lose web leads over the weekend." in said
    assert "📞 +1 212-555-0142   ✉️ dana@lee.example" in said
    assert "L-1042 · source website · page https://acme.example/pricing · campaign spring / google" in said
    assert "<@U0ANA>, it is your turn." in said


def test_how_long_the_lead_has_waited_is_drawn_by_slack_and_stays_current() -> None:
    (waiting,) = [
        part
        for block in card().blocks
        if block["type"] == "rich_text"
        for line in block["elements"]
        for part in line["elements"]
        if part["type"] == "date"
    ]
    assert (waiting["format"], waiting["timestamp"]) == ("{ago}", int(lead().received_at.timestamp()))


def test_an_assignee_whom_slack_does_not_know_is_named_without_formatting() -> None:
    assert "Ben ∗Boss∗ Okafor, it is your turn." in texts(card(assignee=BEN).blocks)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("nudge", "Next: a nudge"),
        ("managers", "Next: the managers are told"),
        ("repeat", "Next: a reminder"),
        ("fallback", "Next: it goes to the fallback person"),
    ],
)
def test_the_next_step_of_the_ladder_is_announced(action: Any, said: str) -> None:
    assert said in texts(card(assignee=ANA, next_step=(LadderStep(5, action, 1), NOW)).blocks)


def test_no_nudge_is_announced_where_nobody_is_asked() -> None:
    shown = card(passed=(ANA, BEN), next_step=(LadderStep(5, "nudge", 1), NOW))
    assert "Next:" not in texts(shown.blocks)


def test_a_step_of_today_needs_no_date_and_one_of_another_day_does() -> None:
    soon, later = (
        texts(card(assignee=ANA, next_step=(LadderStep(5, "nudge", 1), NOW + wait)).blocks)
        for wait in (timedelta(minutes=5), timedelta(days=1))
    )
    assert "Next: a nudge at <!date^" in soon
    assert "^{time}|" in soon
    assert "Next: a nudge, <!date^" in later


def test_a_lead_from_outside_hours_says_when_its_clock_starts() -> None:
    start = datetime(2026, 3, 3, 14, tzinfo=UTC)
    shown = card(lead(clock_started_at=start), assignee=ANA, next_step=(LadderStep(5, "nudge", 1), start))
    assert "The clock starts <!date^1772546400^{date_short_pretty} at {time}|Tue 3 Mar, 09:00>" in texts(
        shown.blocks
    )


def test_nudges_passes_and_the_managers_alert_show() -> None:
    said = texts(card(assignee=ANA, passed=(BEN,), nudged_at=NOW, managers_told_at=NOW).blocks)
    assert all(part in said for part in ("Passed: Ben", "⏰ Nudged", "🚨 *Still unclaimed.*"))
    assert card(managers_told_at=NOW).text == "Still unclaimed: Dana Lee, Brightfields"


def test_a_claimed_card_names_the_owner_and_how_long_it_took() -> None:
    mine = lead(claimed_at=NOW, first_response_at=NOW + timedelta(minutes=2))
    said = texts(card(mine, owner=ANA).blocks)
    assert "✅ Claimed by <@U0ANA> in 5 min." in said
    assert "First response in 7 min." in said


def test_hours_in_which_nobody_was_there_are_not_counted_on_the_card() -> None:
    friday, monday = datetime(2026, 2, 27, 23, tzinfo=UTC), datetime(2026, 3, 2, 14, tzinfo=UTC)
    late = lead(received_at=friday, clock_started_at=monday, claimed_at=monday + timedelta(minutes=1))
    assert "in 1 min." in texts(card(late, owner=ANA).blocks)
    early = lead(received_at=friday, clock_started_at=monday, claimed_at=friday + timedelta(minutes=20))
    assert "in 20 min." in texts(card(early, owner=ANA).blocks)


def test_a_lead_nobody_claimed_says_who_was_given_it() -> None:
    assert "👉 Given to <@U0ANA>: nobody had claimed it." in texts(card(owner=ANA, assigned=True).blocks)


def test_what_became_of_the_lead_shows() -> None:
    assert "*Booked*" in texts(card(lead(status=Status.BOOKED), owner=ANA).blocks)
    closed = card(lead(status=Status.WRONG_FIT))
    assert "Closed: wrong fit" in texts(closed.blocks)
    assert "Claim" not in texts(closed.blocks).split("\n")


def test_a_lead_known_by_one_handle_only_is_shown_with_it() -> None:
    bare = lead(
        name=None, company=None, email=None, phone=None, message=None, page=None, campaign={}, action=None,
        handle="@dana.lee", profile_url="https://social.example/dana.lee", tier=Tier.COOL,
    )  # fmt: skip
    said = texts(card(bare).blocks)
    assert said.startswith("@dana.lee\n❄️ Cool")
    assert "🔗 https://social.example/dana.lee" in said
