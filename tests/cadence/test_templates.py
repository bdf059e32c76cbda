from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cadence.scripts import LINKEDIN_NOTE_MAX, render_script
from bot.cadence.templates import load_templates, served, shipped_templates
from bot.db.models import Channel
from bot.team.document import Team, load_team
from bot.team.errors import TeamDocumentError
from bot.team.templates import FIELDS
from tests.cadence.conftest import TEAM

KNOWN = {name: f"the {label}" for name, label in FIELDS.items()}


def entry(**changes: Any) -> dict[str, Any]:
    script = {
        "id": "hello", "channels": ["email"], "angle": "none", "subject": "Hi", "body": "Hi {{ name }}",
        "author": "Ana", "approver": "Mia", "approved_on": "2026-11-01",
    }  # fmt: skip
    return script | changes


def team_with(template_id: str, **changes: Any) -> Team:
    script = entry(**changes)
    del script["id"]
    return load_team(TEAM + yaml.safe_dump({"templates": {template_id: script}}))


def write(folder: Path, **changes: Any) -> Path:
    (folder / "own.yml").write_text(yaml.safe_dump({"scripts": [entry(**changes)]}))
    return folder


def test_no_script_ships_without_author_approver_and_date() -> None:
    assert all(template.is_approved and template.author for template in shipped_templates().values())


def test_a_team_s_own_script_goes_before_the_shipped_one_once_it_is_approved() -> None:
    shipped = shipped_templates()["inbound-4-email"]
    assert served("inbound-4-email", team_with("inbound-4-email")) != shipped
    for missing in ("approver", "approved_on"):
        assert served("inbound-4-email", team_with("inbound-4-email", **{missing: None})) == shipped


def test_a_script_without_approval_is_never_served() -> None:
    assert served("hello", team_with("hello")) is not None
    assert served("hello", team_with("hello", approver=None)) is None
    assert served("goodbye", team_with("hello")) is None
    assert served(None, team_with("hello")) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": None}, "an e-mail needs a subject"),
        ({"body": "{{ name * 9 }}"}, "scripts have no mul"),
        ({"body": "Hi {{ name"}, "cannot be read as a script"),
        ({"body": "{% for x in name %}{{ x }}{% endfor %}"}, "scripts have no for"),
        ({"body": ""}, "is empty"),
        ({"channels": ["fax"]}, "must be 'phone', 'email'"),
    ],
)
def test_a_mistake_in_a_team_s_script_is_named_with_its_place(change: dict[str, object], words: str) -> None:
    with pytest.raises(TeamDocumentError, match=words) as refused:
        team_with("hello", **change)
    assert refused.value.mistakes[0].path.startswith("templates.hello")


def test_one_id_names_one_script(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "other.yml").write_text((tmp_path / "own.yml").read_text())
    with pytest.raises(ValueError, match="two templates called hello"):
        load_templates(tmp_path)


def test_what_stands_beside_the_scripts_of_a_file_holds_for_each(tmp_path: Path) -> None:
    script = entry()
    author = script.pop("author")
    (tmp_path / "own.yml").write_text(yaml.safe_dump({"author": author, "scripts": [script]}))
    assert load_templates(tmp_path)["hello"].author == "Ana"


def test_only_an_e_mail_has_a_subject_and_only_a_call_a_voicemail() -> None:
    errand, call = shipped_templates()["next-step"], shipped_templates()["inbound-1-call"]
    assert render_script(errand, Channel.EMAIL, KNOWN).subject == "The next step, with a date"
    assert render_script(errand, Channel.PHONE, KNOWN).subject is None
    assert [part.label for part in render_script(call, Channel.PHONE, KNOWN).parts] == [
        "If they answer",
        "Voicemail",
    ]


@pytest.mark.parametrize(
    "template_id", [key for key, one in shipped_templates().items() if Channel.LINKEDIN in one.channels]
)
def test_a_linkedin_note_fits_whatever_the_lead_is_called(template_id: str) -> None:
    long = dict.fromkeys(FIELDS, "Wolfeschlegelsteinhausen " * 8)
    assert len(render_script(shipped_templates()[template_id], Channel.LINKEDIN, long).text) <= (
        LINKEDIN_NOTE_MAX
    )


def test_what_is_known_changes_what_is_written() -> None:
    touch = shipped_templates()["inbound-2-email"]
    bare = {name: KNOWN[name] for name in ("greeting", "action", "rep", "team", "booking_link", "day")}
    more: list[dict[str, str]] = [{}, {"request": "Why?"}, {"resource": "The guide"}]
    assert len({render_script(touch, Channel.EMAIL, bare | each).text for each in more}) == 3
