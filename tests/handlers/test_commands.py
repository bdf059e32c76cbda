"""`/followup`, as people type it."""

from datetime import UTC, datetime

import pytest

from bot.db.models import Outcome, Status
from bot.handlers.command.log import readings
from bot.handlers.typed import meant
from tests.handlers.conftest import Desk, buttons, read


def test_help_names_every_command(desk: Desk) -> None:
    said = desk.followup("zoe", "help")
    assert all(f"/followup {word}" in said for word in ("lead", "claim", "log", "today", "stats", "help"))
    assert desk.followup("ana", "") == said


def test_an_unknown_word_is_answered_with_the_likeliest(desk: Desk) -> None:
    assert "Did you mean “/followup today”?" in desk.followup("ana", "tday")
    assert "Did you mean “/followup lead L-1001”?" in desk.followup("ana", "L-1001")
    assert "“/followup help”" in desk.followup("ana", "*what* <!channel>")


def test_a_stranger_is_told_how_to_join_whatever_they_ask(desk: Desk) -> None:
    desk.arrives()
    for words in ("lead L-1001", "claim L-1001", "log L-1001 done", "today", "stats"):
        assert "not on the Followup team" in desk.followup("zoe", words)
    assert desk.owner(1) is None


@pytest.mark.parametrize(
    "asked",
    [
        "L-1001", "l1001", "#L-1001", "1001", "dana@lee.example", "DANA@lee.example", "Dana Lee", "dana", "“Dana Lee”",
        "brightfields", "+1 (212) 555-0142",
    ],
)  # fmt: skip
def test_a_lead_is_found_by_number_address_phone_or_part_of_its_name(desk: Desk, asked: str) -> None:
    desk.arrives()
    said = desk.followup("ana", f"lead {asked}")
    assert "Dana Lee, Brightfields" in said
    assert "We lose web leads over the weekend." in said


def test_a_lead_is_shown_with_what_happened_to_it(desk: Desk) -> None:
    desk.arrives()
    desk.step(minutes=2)
    desk.click("ben", desk.card(), "claim")
    desk.followup("ben", "log dana voicemail asked for Thursday")
    said = desk.followup("mia", "lead L-1001")
    story = ["Came in", "Offered to", "Ben Okafor claimed it", "Ben Okafor: Left a voicemail"]
    places = [said.find(event) for event in story if event != "Came in"]
    assert places == sorted(places)
    assert min(places) > 0
    assert "asked for Thursday" in said
    assert "Next: Touch 2 of 5: e-mail" in said


def test_names_beyond_a_to_z_are_found_in_any_case(desk: Desk) -> None:
    desk.arrives("Łucja Öztürk", email="lo@x.example", phone=None)
    assert "Łucja Öztürk" in desk.followup("ana", "lead łucja ÖZTÜRK")


def test_several_fitting_leads_are_listed_with_their_numbers(desk: Desk) -> None:
    desk.arrives("Dana Lee")
    desk.arrives("Dana Scully", email="d@fbi.example", phone="+12025550100")
    said = desk.followup("ana", "claim dana")
    assert "L-1001  Dana Lee" in said
    assert "L-1002  Dana Scully" in said
    assert (desk.owner(1), desk.owner(2)) == (None, None)


def test_an_exact_name_beats_a_longer_one(desk: Desk) -> None:
    desk.arrives("Dana Lee", company=None)
    desk.arrives("Dana Lee-Smith", company=None, email="d@s.example", phone="+12025550100")
    desk.followup("ana", "claim dana lee")
    assert (desk.owner(1), desk.owner(2)) == ("ana", None)


def test_a_misspelt_name_brings_up_the_near_one(desk: Desk) -> None:
    desk.arrives()
    assert "Did you mean one of these?\nL-1001  Dana Lee, Brightfields" in desk.followup(
        "ana", "lead Dnaa Lee"
    )


@pytest.mark.parametrize(
    "words", ["lead", "claim", "log", "log L-1001", "lead L-99999999999999999999", "log x y z"]
)
def test_what_is_missing_is_asked_for(desk: Desk, words: str) -> None:
    desk.arrives()
    said = desk.followup("ana", words)
    assert any(hint in said for hint in ("Which lead?", "What came of it?", "No lead fits", "is no outcome"))


def test_claim_makes_the_lead_mine(desk: Desk) -> None:
    desk.arrives()
    assert "Dana Lee, Brightfields is yours" in desk.followup("ana", "claim L-1001")
    assert "is yours already" in desk.followup("ana", "claim L-1001")
    assert "Ana Ruiz has had this lead since" in desk.followup("ben", "claim L-1001")


def test_logging_an_unclaimed_lead_claims_it(desk: Desk) -> None:
    desk.arrives()
    answer = desk.answer("ben", "log dana no answer, rang twice")
    assert "Logged for Dana Lee, Brightfields: no answer. Next: Touch 2" in read(answer)
    assert desk.owner(1) == "ben"
    desk.click("ben", answer, "undo")
    assert desk.lead(1).first_response_at is None


def test_a_mistyped_outcome_after_a_whole_name_is_told_from_the_name(desk: Desk) -> None:
    desk.arrives("Will Warm", company=None)
    said = desk.followup("ana", "log Will Warm snoze")
    assert "“snoze” is no outcome. Did you mean snooze?" in said
    assert "What came of it?" in desk.followup("ana", "log Will Warm")


def test_not_now_takes_the_date_that_follows(desk: Desk) -> None:
    desk.arrives()
    desk.followup("ana", "log L-1001 not now 2026-09-01 new budget")
    lead = desk.lead(1)
    assert (lead.status, lead.next_action_at) == (Status.NURTURE, datetime(2026, 9, 1, 13, tzinfo=UTC))
    assert "new budget" in desk.followup("ana", "lead L-1001")


def test_an_outcome_in_a_name_is_part_of_the_name(desk: Desk) -> None:
    desk.arrives("Li Na", company=None)
    said = desk.followup("ana", "log Li Na done, she calls back")
    assert "Logged for Li Na: done" in said


@pytest.mark.parametrize(
    ("words", "lead", "outcome", "note"),
    [
        ("L-1042 done", "L-1042", Outcome.DONE, ""),
        ("Dana Lee no answer", "Dana Lee", Outcome.NO_ANSWER, ""),
        ('"Dana Lee" vm rang twice', "Dana Lee", Outcome.VOICEMAIL, "rang twice"),
        ("dana@lee.example not interested", "dana@lee.example", Outcome.NOT_INTERESTED, ""),
    ],
)
def test_lead_outcome_and_note_are_told_apart(words: str, lead: str, outcome: Outcome, note: str) -> None:
    first = readings(words)[0]
    assert (first.lead, first.outcome, first.note) == (lead, outcome, note)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("lead <mailto:dana@lee.example|dana@lee.example>", "lead dana@lee.example"),
        ("lead <tel:+12125550142|+1 212>", "lead +12125550142"),
        ("lead <http://lee.example|lee.example>", "lead lee.example"),
        ("lead <@U123|ana> <#C1|sales> <@U9>", "lead @U123 #sales @U9"),
        ("lead “Dana Lee”", 'lead "Dana Lee"'),
        ("log l-1 not—now  it’s &lt;b&gt; &amp;amp;", "log l-1 not-now it's <b> &amp;"),
    ],
)
def test_what_slack_and_keyboards_made_of_the_text_is_undone(text: str, read_as: str) -> None:
    assert meant(text) == read_as


def test_today_lists_what_is_due_the_hottest_first(desk: Desk) -> None:
    assert "Nothing is due" in desk.followup("ana", "today")
    desk.arrives("Wanda Warm", tier="warm", email="w@w.example", phone="+12025550111")
    desk.arrives("Holly Hot", email="h@h.example", phone="+12025550112")
    desk.followup("ana", "claim wanda")
    desk.followup("ana", "claim holly")
    answer = desk.answer("ana", "today")
    said = read(answer)
    assert "2 touches are due" in said
    assert said.index("Holly Hot") < said.index("Wanda Warm")
    assert buttons(answer) == ["open_task", "open_task"]


def test_a_due_touch_is_opened_from_the_list_and_logged_in_its_form(desk: Desk) -> None:
    desk.arrives()
    desk.followup("ana", "claim dana")
    desk.click("ana", desk.answer("ana", "today"), "open_task")
    form = desk.window("ana")
    assert "We lose web leads over the weekend." in str(form.blocks)
    desk.workspace.submit(
        desk.users["ana"], {"outcome": "voicemail", "note": "Asked for <https://x.example>"}
    )
    done = desk.window("ana")
    assert "Logged for Dana Lee, Brightfields: left a voicemail." in str(done.blocks)
    desk.workspace.click_view(desk.users["ana"], "undo")
    assert desk.lead(1).first_response_at is None


def test_managers_see_everybody_and_a_rep_their_own_part(desk: Desk) -> None:
    desk.arrives()
    desk.followup("ana", "claim dana")
    assert "1 lead" in desk.followup("mia", "stats today")
    assert "1 claimed" in desk.followup("mia", "stats today @ana")
    assert "1 claimed" in desk.followup("ana", "stats")
    assert "0 claimed" in desk.followup("ben", "stats 30d @ben")
    assert "for their managers" in desk.followup("ben", "stats 30d @ana")
    assert "not on the team" in desk.followup("mia", "stats @nobody")
    assert "Choose today, 7d or 30d" in desk.followup("mia", "stats fortnight")
