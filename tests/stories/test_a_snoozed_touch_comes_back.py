"""A snoozed touch that is due again reaches its owner as a new message: an update notifies nobody."""

from tests.company import all_text, company, new_york


def test_a_snoozed_touch_is_announced_again_when_it_is_due(database_url: str, restarts: bool) -> None:
    with company(database_url, new_york(2026, 3, 2, 10), restarts=restarts) as larkspur:
        ref = larkspur.submit_form(name="Dana Lee", email="dana@brightfields.com", phone="+12125550142")
        larkspur.click("ana", larkspur.card(ref), "claim")
        larkspur.command("ana", f"log {ref} snooze 2h")
        assert len(larkspur.direct_messages("ana")) == 1
        larkspur.wait_until(new_york(2026, 3, 2, 11, 59))
        assert [text for text in map(all_text, larkspur.direct_messages("ana")) if "Due again" in text] == []
        larkspur.wait_until(new_york(2026, 3, 2, 12, 1))
        (again,) = [text for text in map(all_text, larkspur.direct_messages("ana")) if "Due again" in text]
        assert "Dana Lee" in again
        assert "outcome:done" in str(larkspur.touch("ana").blocks)
