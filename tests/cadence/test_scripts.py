from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cadence import Script, action_in_words, script_for
from bot.cadence.scripts import matter_in_words, render_script, script_fields
from bot.cadence.templates import shipped_templates
from bot.db.models import Channel, Lead, Outcome, Rep, TaskKind
from bot.team.document import load_team
from bot.team.live import LiveTeam, apply_team
from tests.cadence.conftest import MONDAY_10, TEAM, Desk, new_york


def script_of(desk: Desk, lead_id: int) -> Script:
    """The script of the lead's next task."""
    with desk.database.read() as session:
        script = script_for(session, desk.next_task(lead_id))
    assert script is not None
    return script


def test_the_first_call_is_written_for_this_lead_and_owner(desk: Desk) -> None:
    script = script_of(desk, desk.claimed())
    assert script.channel is Channel.PHONE
    assert "Hi Dana, this is Ana from Larkspur. You asked for a demo" in script.text
    assert "We lose web leads over the weekend" in script.text
    assert "today or Tuesday" in script.text
    assert script.text.startswith("If they answer:\n")
    assert "\n\nVoicemail:\nHi Dana" in script.text
    assert script.missing == ()


def test_the_day_proposed_is_one_on_which_the_pool_is_open(desk: Desk) -> None:
    friday = new_york(3, 6, 10)
    lead_id = desk.claimed(friday)
    assert "today or Monday" in script_of(desk, lead_id).text
    with desk.database.read() as session:
        later = script_for(session, desk.next_task(lead_id), new_york(3, 9, 10))
    assert later is not None
    assert "today or Tuesday" in later.text


def test_the_owner_s_own_booking_link_goes_before_the_team_s(desk: Desk) -> None:
    links = {}
    for key in ("ana", "ben"):
        lead_id = desk.arrive(phone=None)
        desk.claim(lead_id, by=key)
        links[key] = script_of(desk, lead_id).text.split("https://")[1].split()[0]
    assert links == {"ana": "cal.example.com/larkspur", "ben": "cal.example.com/ben"}


def test_without_a_booking_link_its_place_is_a_blank_that_is_named(desk: Desk) -> None:
    with desk.database.write() as session:
        without = "\n".join(line for line in TEAM.splitlines() if not line.startswith("booking_link"))
        apply_team(session, without, author="test", now=MONDAY_10)
    script = script_of(desk, desk.claimed(phone=None))
    assert "[booking link]" in script.text
    assert script.missing == ("[booking link]",)


@pytest.mark.parametrize(
    ("reach", "channels"),
    [
        ({"phone": None}, ["email", "email"]),
        ({"email": None}, ["phone", "sms"]),
        ({"phone": None, "email": None, "handle": "@dana"}, ["message", "message"]),
        ({"phone": None, "email": None, "profile_url": "https://linkedin.example/in/dana"}, ["message"] * 2),
    ],
)
def test_a_touch_goes_to_the_next_channel_that_reaches_the_lead(
    desk: Desk, reach: dict[str, Any], channels: list[str]
) -> None:
    lead_id = desk.claimed(**reach)
    first = script_of(desk, lead_id)
    desk.run(lead_id, [Outcome.NO_ANSWER])
    second = script_of(desk, lead_id)
    assert [first.channel, second.channel] == channels
    assert (first.subject is not None) == (first.channel is Channel.EMAIL)
    assert "Voicemail" not in second.text


def test_every_task_but_the_question_about_a_call_comes_with_a_script(desk: Desk) -> None:
    lead_id = desk.claimed()
    desk.log(lead_id, Outcome.REPLIED, MONDAY_10)
    answer = script_of(desk, lead_id)
    assert answer.missing == ("[your answer]",)
    desk.log(lead_id, Outcome.AGREED, MONDAY_10)
    assert "https://cal.example.com/larkspur" in script_of(desk, lead_id).text
    desk.log(lead_id, Outcome.BOOKED, MONDAY_10)
    (check,) = desk.tasks(lead_id, TaskKind.CALL_CHECK)
    with desk.database.read() as session:
        assert script_for(session, check) is None


@pytest.mark.parametrize(
    ("action", "resource", "words", "about"),
    [
        ("demo", None, "asked for a demo", "the demo you asked for"),
        ("Request_Demo", "The guide", "asked for a demo", "the demo you asked for"),
        ("pricing", None, "asked about pricing", "the prices you asked about"),
        ("download", "The weekend guide", "downloaded “The weekend guide”", "“The weekend guide”"),
        ("download", None, "asked for a download on our site", "your download"),
        (None, "The guide", "downloaded “The guide”", "“The guide”"),
        ("roi-calculator", "ROI calculator", "asked for “ROI calculator”", "“ROI calculator”"),
        (None, None, "got in touch with us", "your request"),
    ],
)
def test_what_the_lead_did_and_what_it_is_about_complete_sentences(
    action: str | None, resource: str | None, words: str, about: str
) -> None:
    lead = Lead(action=action, resource=resource, facts={})
    assert (action_in_words(lead), matter_in_words(lead)) == (words, about)
    lead.facts = {"problem": "the weekends"}
    assert matter_in_words(lead) == "the weekends"


TEXT = st.none() | st.text(max_size=400).map(lambda text: text.replace("\x00", ""))


@given(st.fixed_dictionaries(dict.fromkeys(("first_name", "company", "resource", "message", "action"), TEXT)))
def test_no_lead_breaks_a_script(fields: dict[str, str | None]) -> None:
    lead = Lead(source="web", pool="inbound", facts={}, **fields)
    live, ana = LiveTeam(1, load_team(TEAM)), Rep(key="ana", name="Ana Ruiz")
    for template in shipped_templates().values():
        script = render_script(template, template.channels[0], script_fields(lead, ana, live, "Tuesday"))
        assert 0 < len(script.text) < 3000
        assert "\n" not in (script.subject or "")
