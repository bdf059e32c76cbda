"""Friday 16:45 in New York: nobody claims, and still the lead is not lost (R2, D1, D3, D8)."""

from bot.db.models import Status
from tests.company import Company, actions, all_text, company, new_york

FRIDAY_16_45 = new_york(2026, 3, 6, 16, 45)
EVE = {"name": "Eve Sand", "email": "eve@sandworks.com", "message": "Can you help us?", "action": "contact"}


def test_a_lead_nobody_claims_climbs_from_first_nudge_over_managers_to_the_fallback_person(
    database_url: str, restarts: bool
) -> None:
    with company(database_url, FRIDAY_16_45, restarts=restarts) as larkspur:
        ref = larkspur.submit_form(**EVE)
        assignee = next(
            key for key in ("ana", "ben", "cleo") if larkspur.users[key] in all_text(larkspur.card(ref))
        )
        told = Told(larkspur, assignee)

        larkspur.wait_until(new_york(2026, 3, 6, 16, 49))
        assert told.by_now() == (0, 0)
        larkspur.wait_until(new_york(2026, 3, 6, 16, 51))
        assert told.by_now() == (1, 0)
        larkspur.wait_until(new_york(2026, 3, 6, 16, 56))
        assert told.by_now() == (2, 0)

        # 17:00: the shop closes, the ladder does not (D3).
        larkspur.wait_until(new_york(2026, 3, 6, 17, 1))
        assert told.by_now() == (2, 1)
        assert "managers were told" in all_text(larkspur.card(ref))

        # Repeats every 15 minutes, eight times: 17:15 ... 19:00.
        larkspur.wait_until(new_york(2026, 3, 6, 19, 1))
        assert told.by_now() == (10, 9)
        assert larkspur.owner(ref) is None

        # One interval later the fallback person owns it.
        larkspur.wait_until(new_york(2026, 3, 6, 19, 16))
        assert larkspur.owner(ref) == "mia"
        assert "claim" not in actions(larkspur.card(ref))
        assert any("outcome:done" in actions(message) for message in larkspur.direct_messages("mia"))
        assert larkspur.lead(ref).status is Status.ACTIVE

        # Nobody is told again over the weekend that it is unclaimed.
        before = told.by_now()[0]
        larkspur.wait_until(new_york(2026, 3, 9, 8))
        assert told.by_now()[0] == before


def test_a_lead_that_arrives_after_closing_starts_its_clocks_on_monday_morning(database_url: str) -> None:
    with company(database_url, new_york(2026, 3, 6, 17, 30)) as larkspur:
        ref = larkspur.submit_form(**EVE)
        assignee = next(
            key for key in ("ana", "ben", "cleo") if larkspur.users[key] in all_text(larkspur.card(ref))
        )
        told = Told(larkspur, assignee)
        larkspur.wait_until(new_york(2026, 3, 9, 9, 4))  # over the change to summer time
        assert told.by_now() == (0, 0)
        larkspur.wait_until(new_york(2026, 3, 9, 9, 6))
        assert told.by_now() == (1, 0)
        larkspur.wait_until(new_york(2026, 3, 9, 9, 16))
        assert told.by_now() == (2, 1)


def test_whoever_clicks_second_is_told_privately_who_has_the_lead(database_url: str) -> None:
    with company(database_url, new_york(2026, 3, 2, 10)) as larkspur:
        ref = larkspur.submit_form(**EVE)
        card = larkspur.card(ref)
        larkspur.click("ben", card, "claim")
        larkspur.click("cleo", card, "claim")
        assert larkspur.owner(ref) == "ben"
        assert larkspur.hears("cleo", "Ben Okafor")


class Told:
    """How often the assignee and the manager were told of an unclaimed lead since the story began, mornings aside."""

    def __init__(self, larkspur: Company, assignee: str) -> None:
        self._larkspur = larkspur
        self._assignee = assignee

    def by_now(self) -> tuple[int, int]:
        """(messages to the assignee, messages to the manager)."""
        return self._count(self._assignee), self._count("mia")

    def _count(self, key: str) -> int:
        said = map(all_text, self._larkspur.direct_messages(key))
        return sum("Good morning" not in text for text in said)
