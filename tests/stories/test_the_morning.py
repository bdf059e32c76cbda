"""Every morning says what the day holds (R52), in each person's own pool's hours, and nothing on a day with nothing."""

from tests.company import Company, all_text, company, new_york


def mornings(larkspur: Company, key: str) -> list[str]:
    return [text for text in map(all_text, larkspur.direct_messages(key)) if "Good morning" in text]


def test_a_morning_lists_what_is_due_and_overdue_and_who_answered(database_url: str) -> None:
    with company(database_url, new_york(2026, 3, 6, 10)) as larkspur:  # a Friday
        late = larkspur.submit_form(name="Dana Lee", email="dana@brightfields.com", phone="+12125550142")
        larkspur.command("ana", f"claim {late}")
        replied = larkspur.submit_form(name="Rob Hale", email="rob@hale.example")
        larkspur.command("ana", f"claim {replied}")
        larkspur.command("ana", f"log {replied} replied")
        larkspur.wait_until(new_york(2026, 3, 8, 23))
        assert mornings(larkspur, "ana") == []
        larkspur.wait_until(new_york(2026, 3, 9, 9, 1))
        (morning,) = mornings(larkspur, "ana")
        assert "2 overdue" in morning
        assert "Dana Lee" in morning.split("They answered")[0]
        assert "Rob Hale" in morning.split("They answered")[1]
        (managers,) = mornings(larkspur, "mia")
        assert "Ana Ruiz: 2 touches, the oldest due" in managers
        assert mornings(larkspur, "ben") == []


def test_a_morning_comes_once_however_often_the_bot_restarts(database_url: str) -> None:
    with company(database_url, new_york(2026, 3, 2, 10), restarts=True) as larkspur:
        ref = larkspur.submit_form(name="Dana Lee", email="dana@brightfields.com", phone="+12125550142")
        larkspur.command("ana", f"claim {ref}")
        larkspur.wait_until(new_york(2026, 3, 3, 9, 5))
        larkspur.wait_until(new_york(2026, 3, 4, 8, 59))
        assert len(mornings(larkspur, "ana")) == 1
        larkspur.wait_until(new_york(2026, 3, 4, 9, 1))
        assert len(mornings(larkspur, "ana")) == 2
