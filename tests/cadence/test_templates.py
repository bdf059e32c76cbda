import re
from pathlib import Path

import pytest
import yaml

from bot.cadence.scripts import LINKEDIN_NOTE_MAX, Script, render_script
from bot.cadence.templates import FIELDS, Template, banned_wording, load_templates, served, shipped_templates
from bot.db.models import Channel

LINK = "https://cal.example.com/larkspur"
KNOWN = {
    "first_name": "Dana",
    "name": "Dana Lee",
    "company": "Brightfields",
    "resource": "The weekend guide",
    "action": "asked for a demo",
    "request": "We lose web leads over the weekend",
    "message": "We lose web leads over the weekend",
    "problem": "leads lost over the weekend",
    "goal": "an answer within five minutes",
    "rep": "Ana",
    "team": "Larkspur",
    "booking_link": LINK,
    "day": "Thursday",
    "answer": "It does.",
}
BARE = {name: KNOWN[name] for name in ("action", "rep", "team", "booking_link", "day")}
ASKS = (re.escape(LINK), r"\?", r"\b[Rr]eply\b(?! as)", r"Call me back", r"pick the slot", r"one line picks")

TEMPLATES = sorted(shipped_templates().values(), key=lambda template: template.id)
EVERY_TEMPLATE = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
EVERY_KNOWLEDGE = pytest.mark.parametrize("fields", [KNOWN, BARE], ids=["all known", "little known"])


def script(template: Template, fields: dict[str, str]) -> Script:
    return render_script(template, template.channels[0], fields)


@EVERY_TEMPLATE
@EVERY_KNOWLEDGE
def test_every_script_refers_to_what_the_lead_did_or_said(template: Template, fields: dict[str, str]) -> None:
    for part in script(template, fields).parts:
        assert re.search("asked for a demo|your answer|leads lost over the weekend", part.text), part.text


@EVERY_TEMPLATE
@EVERY_KNOWLEDGE
def test_every_script_asks_for_exactly_one_next_step(template: Template, fields: dict[str, str]) -> None:
    for part in script(template, fields).parts:
        if part.label and "LinkedIn" in part.label:
            continue  # The request to connect is itself the one thing asked.
        # The checklist's own questions are what it gives, not what it asks.
        own_words = re.sub(r"^\d\..*$", "", part.text, flags=re.MULTILINE)
        asked = [found for ask in ASKS for found in re.findall(ask, own_words)]
        assert len(asked) == 1, (asked, part.text)


@EVERY_TEMPLATE
@EVERY_KNOWLEDGE
def test_no_script_has_an_unfinished_sentence_or_an_unexpected_blank(
    template: Template, fields: dict[str, str]
) -> None:
    written = script(template, fields)
    assert set(written.missing) <= {"[your answer]"}
    assert not re.search(r" [,.:]|  |[{}]|\.\.", written.text), written.text


@EVERY_TEMPLATE
def test_no_script_ships_without_author_approver_and_date(template: Template) -> None:
    assert template.is_approved
    assert template.author


@pytest.mark.parametrize("template_id", ["inbound-1-call", "inbound-3-call"])
@EVERY_KNOWLEDGE
def test_a_voicemail_takes_at_most_30_seconds_and_names_what_the_lead_did(
    template_id: str, fields: dict[str, str]
) -> None:
    (voicemail,) = [
        part.text
        for part in script(shipped_templates()[template_id], fields).parts
        if part.label == "Voicemail"
    ]
    assert len(voicemail.split()) <= 75
    assert fields["action"] in voicemail


def test_the_second_call_leaves_another_voicemail_with_a_concrete_reason_and_a_note_that_fits() -> None:
    first, second = (shipped_templates()[name] for name in ("inbound-1-call", "inbound-3-call"))
    assert first.voicemail != second.voicemail
    assert "one-page outline" in (second.voicemail or "")
    long = dict.fromkeys(FIELDS, "Wolfeschlegelsteinhausen " * 8)
    for fields in (KNOWN, BARE, long):
        note = script(second, fields).parts[-1].text
        assert len(note) <= LINKEDIN_NOTE_MAX
    assert "…" not in script(second, KNOWN).parts[-1].text


@pytest.mark.parametrize("template_id", ["inbound-2-email", "inbound-2-text"])
@EVERY_KNOWLEDGE
def test_touch_2_has_the_booking_link(template_id: str, fields: dict[str, str]) -> None:
    assert script(shipped_templates()[template_id], fields).text.count(LINK) == 1


def test_the_value_e_mail_brings_exactly_one_useful_item() -> None:
    body = script(shipped_templates()["inbound-4-email"], KNOWN).text
    assert len(re.findall(r"\bchecklist\b", body)) == 1
    assert re.findall(r"^\d\.", body, re.MULTILINE) == ["1.", "2.", "3."]
    assert LINK not in body


@EVERY_KNOWLEDGE
@pytest.mark.parametrize("template_id", ["inbound-5-email", "inbound-5-text"])
def test_the_last_message_is_three_to_five_sentences(template_id: str, fields: dict[str, str]) -> None:
    body = script(shipped_templates()[template_id], fields).text
    assert 3 <= len(re.findall(r"[.!?](?=\s|$)", body)) <= 5


def test_what_is_known_changes_what_is_written() -> None:
    touch = shipped_templates()["inbound-2-email"]
    texts = {script(touch, BARE | more).text for more in ({}, {"request": "Why?"}, {"resource": "The guide"})}
    assert len(texts) == 3


@pytest.mark.parametrize(
    "wording",
    [
        "Just checking in", "I wanted to check in", "just following up", "Following up again", "a quick follow-up",
        "circling back", "let me circle back", "Touching base", "to touch  base", "Any update?", "any updates",
    ],
)  # fmt: skip
def test_wordings_that_say_nothing_are_found_in_any_form(wording: str) -> None:
    assert banned_wording(f"Hi, {wording} here") is not None


@EVERY_TEMPLATE
@EVERY_KNOWLEDGE
def test_no_script_uses_a_banned_wording(template: Template, fields: dict[str, str]) -> None:
    written = script(template, fields)
    assert banned_wording(f"{written.subject} {written.text}") is None


def write(folder: Path, **changes: object) -> Path:
    entry = {
        "id": "hello", "channels": ["email"], "angle": "none", "subject": "Hi", "body": "Hi {{ name }}",
        "author": "Ana", "approver": "Mia", "approved_on": "2026-11-01",
    } | changes  # fmt: skip
    (folder / "own.yml").write_text(yaml.safe_dump([entry]))
    return folder


def test_a_script_without_approval_is_never_served(tmp_path: Path) -> None:
    assert served("hello", load_templates(write(tmp_path))) is not None
    for missing in ("approver", "approved_on"):
        assert served("hello", load_templates(write(tmp_path, **{missing: None}))) is None
    assert served("goodbye", load_templates(tmp_path)) is None
    assert served(None, load_templates(tmp_path)) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"body": "Just checking in, {{ name }}"}, "gives nobody a reason to answer"),
        ({"body": "Hi {{ nmae }}"}, "unknown field nmae"),
        ({"subject": None}, "an e-mail needs a subject"),
        ({"body": "{{ name * 9 }}"}, "scripts have no mul"),
        ({"body": ""}, "at least 1 character"),
    ],
)
def test_a_mistake_in_a_script_is_named(tmp_path: Path, change: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        load_templates(write(tmp_path, **change))


def test_one_id_names_one_script(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "other.yml").write_text((tmp_path / "own.yml").read_text())
    with pytest.raises(ValueError, match="two templates called hello"):
        load_templates(tmp_path)


def test_only_an_e_mail_has_a_subject() -> None:
    errand = shipped_templates()["next-step"]
    assert render_script(errand, Channel.EMAIL, KNOWN).subject == "The next step, with a date"
    assert render_script(errand, Channel.PHONE, KNOWN).subject is None
