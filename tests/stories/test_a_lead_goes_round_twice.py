"""A lead that nobody hurries to, twice: whoever was told the first time is told again (D1, D6)."""

from tests.company import Company, all_text, company, new_york

DANA = {"name": "Dana Lee", "email": "dana@brightfields.com", "phone": "+12125550142", "action": "demo"}


def heard(larkspur: Company, key: str, words: str) -> int:
    """How many messages of this person say so."""
    return sum(words in all_text(message) for message in larkspur.direct_messages(key))


def test_everybody_who_heard_of_the_first_round_hears_of_the_second(
    database_url: str, restarts: bool
) -> None:
    with company(database_url, new_york(2026, 3, 2, 10), restarts=restarts) as larkspur:
        ref = larkspur.submit_form(**DANA)
        larkspur.wait(minutes=20)
        assert heard(larkspur, "mia", "🚨 Nobody has claimed it") == 1
        larkspur.click("ana", larkspur.card(ref), "claim")
        larkspur.wait(minutes=12)
        assert heard(larkspur, "mia", "🚨 No first contact yet") == 1
        larkspur.command("ana", f"log {ref} voicemail")

        larkspur.wait(hours=1)
        larkspur.send_form(**DANA, message="Hello?")
        larkspur.settle()
        larkspur.wait(minutes=10)
        assert heard(larkspur, "ana", "⏰ First contact is late") == 1
        larkspur.wait(minutes=6)
        assert heard(larkspur, "mia", "🚨 No first contact yet") == 2

        # It is the pool's again, and climbs anew. Whose turn it is hears of it: the card stands there already.
        assert larkspur.owner(ref) is None
        (asked,) = [key for key in ("ben", "cleo") if heard(larkspur, key, "👋 Your turn")]
        before = heard(larkspur, asked, "⏰ Waiting for you")
        larkspur.wait(minutes=16)
        assert heard(larkspur, asked, "⏰ Waiting for you") == before + 2
        assert heard(larkspur, "mia", "🚨 Nobody has claimed it") == 2
        larkspur.wait(hours=3)
        assert larkspur.owner(ref) == "mia"


def test_the_card_of_a_lead_that_was_taken_back_speaks_of_now(database_url: str) -> None:
    with company(database_url, new_york(2026, 3, 2, 10)) as larkspur:
        ref = larkspur.submit_form(**DANA)
        larkspur.wait(minutes=16)
        assert "unclaimed" in all_text(larkspur.card(ref))
        larkspur.click("ana", larkspur.card(ref), "claim")
        larkspur.command("ana", f"log {ref} voicemail")
        larkspur.command("ana", f"assign {ref} ben")
        assert f"Given to <@{larkspur.users['ben']}> by Ana Ruiz" in all_text(larkspur.card(ref))

        larkspur.wait(hours=1)
        larkspur.send_form(**DANA, message="Hello?")
        larkspur.settle()
        larkspur.wait(minutes=16)
        card = all_text(larkspur.card(ref))
        assert "it is your turn" in card
        assert "unclaimed" not in card

        larkspur.click("mia", larkspur.card(ref), "claim")
        card = all_text(larkspur.card(ref))
        assert f"Claimed by <@{larkspur.users['mia']}>" in card
        assert "Given to" not in card
