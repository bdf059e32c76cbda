"""`/followup scripts`: nobody drafts from nothing."""

from bot.team.live import apply_team
from tests.handlers.conftest import TEAM, Desk


def test_with_a_lead_it_is_written_for_them_and_without_one_the_blanks_are_seen(desk: Desk) -> None:
    desk.arrives()
    assert "You [what they did]" in desk.followup("ana", "scripts price")
    written = desk.followup("ana", "scripts price L-1001")
    assert "Hi Dana, it's Ana from Acme. You asked for a demo" in written
    assert "[" not in written


def test_without_words_or_with_none_that_fits_it_says_what_there_is(desk: Desk) -> None:
    for asked in ("scripts", "scripts <!channel> zzzzqq"):
        said = desk.followup("ana", asked)
        assert "stalled-14d-call-ask" in said
        assert "authority, competitor" in said
        assert "<!channel>" not in said
    assert "No lead fits" in desk.followup("ana", "scripts price L-9999")
    assert "not on the Followup team" in desk.followup("zoe", "scripts price")


def test_a_team_s_own_script_is_found_once_it_is_approved(desk: Desk) -> None:
    own = (
        "templates:\n  objection-price:\n    channels: [phone]\n    angle: our own sum\n"
        "    body: You {{ action }}. Shall we do our own sum?\n    author: Ana\n"
    )
    for approval, found in (("", False), ("    approver: Mia\n    approved_on: 2026-03-01\n", True)):
        with desk.database.write() as session:
            apply_team(session, TEAM + own + approval, author="test", now=desk.now)
        assert ("our own sum" in desk.followup("ana", "scripts objection price")) == found
