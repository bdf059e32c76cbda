"""A lead that is already known goes to its owner: no second card, no turn (D6)."""

from sqlalchemy import func, select

from bot.db.models import Lead, Turn
from tests.company import all_text, company, new_york


def test_the_owner_hears_of_it_and_of_what_is_different_this_time(database_url: str, restarts: bool) -> None:
    with company(database_url, new_york(2026, 3, 2, 10), restarts=restarts) as larkspur:
        ref = larkspur.submit_form(name="Dana Lee", email="dana@brightfields.com", phone="+12125550142")
        larkspur.click("ana", larkspur.card(ref), "claim")
        with larkspur.bot.database.read() as session:
            turns = session.scalar(select(func.count(Turn.id)))

        larkspur.send_form(
            name="Rhea Kapoor", email="rhea@other.com", phone="+12125550142", message="Me too!"
        )
        larkspur.settle()

        told = [all_text(message) for message in larkspur.direct_messages("ana")]
        (news,) = [text for text in told if "wrote again" in text]
        # Warm, and now hot: its plan starts anew (D6).
        assert "Hot" in told[-1]
        assert "Me too!" in news
        assert "This time as Rhea Kapoor, rhea@other.com" in news
        with larkspur.bot.database.read() as session:
            assert session.scalar(select(func.count(Lead.id))) == 1
            assert session.scalar(select(func.count(Turn.id))) == turns
        assert len(larkspur.workspace.messages(larkspur.channel)) == 1
