"""`route` and `replay`: what would become of leads, without doing any of it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.__main__ import main
from bot.clock import machine_clock
from bot.db.models import Base
from tests.intake.site import TEAM, Site
from tests.intake.test_coming_back import ELI, arrive, contact
from tests.intake.test_deciding import take

CHANGED = TEAM + "rules: [{name: downloads, when: {action: download}, pool: partners}]\n"


def rows(site: Site) -> dict[str, int]:
    """How many rows every table has."""
    with site.database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def command(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The command line beside the site; the folder for its files."""
    monkeypatch.setenv("DATABASE_URL", site.database.url.render_as_string(hide_password=False))
    (tmp_path / "lead.json").write_text(json.dumps({**ELI, "phone": "(212) 555-0142", "country": "Germany"}))
    (tmp_path / "new.yml").write_text(CHANGED)
    return tmp_path


def test_a_dry_run_says_where_a_lead_would_go_and_why_and_does_nothing(
    site: Site, command: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rows(site)
    words = ["route", "--lead", str(command / "lead.json"), "--source", "website", "--at", "2026-03-02T10:00"]
    assert main([*words, "--team", str(command / "new.yml")]) == 0
    said = capsys.readouterr().out
    assert "Score: 13, cool\n    +10 downloaded something\n    +3 left a phone number\n" in said
    assert "Rule: downloads\nPool: partners\nAsked: Ben Okafor\n    Ben Okafor: 0.0 turns\n" in said
    assert rows(site) == before
    lead = arrive(site, **ELI)
    take(site, lead)
    after = rows(site)
    assert main(words) == 0
    said = capsys.readouterr().out
    assert f"Known: this is {lead.ref}, Ana Ruiz has it." in said
    assert "Pool: inbound\nAsked: Ben Okafor\n    Ben Okafor: 0.0 turns\n    Ana Ruiz: 1.0 turns\n" in said
    assert rows(site) == after


def test_what_cannot_be_tried_is_refused_in_words(command: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (command / "new.yml").write_text(CHANGED.replace("pool: partners}]", "pool: partnes}]"))
    (command / "no.json").write_text("{}")
    lead = ["--lead", str(command / "lead.json")]
    for words, complaint in (
        (["route", *lead], "Say which source the lead comes from with --source."),
        (["route", "--lead", str(command / "no.json"), "--source", "website"], "is no lead that can be read"),
        (["route", *lead, "--source", "website", "--at", "soon"], "'soon' is no time"),
        (["replay", "--team", str(command / "new.yml")], "rules[0].pool: there is no pool 'partnes'"),
        (["replay", "--since", "a while"], "'a while' is no number of days"),
    ):
        assert main(words) == 1
        assert complaint in capsys.readouterr().err


def test_a_replay_shows_who_would_have_got_what_and_changes_nothing(
    site: Site, command: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.business.now = machine_clock() - timedelta(days=2)
    site.apply(TEAM.replace('    hours: {mon-fri: "09:00-17:00"}\n', ""))
    leads = [arrive(site, email=f"lead{number}@gmail.com", action="download") for number in range(4)]
    for lead, key in zip(leads, ("ana", "ben"), strict=False):
        take(site, lead, key)
        site.business.advance(minutes=6)
        contact(site, lead)
    before = rows(site)
    assert main(["replay", "--since", "30d", "--team", str(command / "new.yml")]) == 0
    said = capsys.readouterr().out
    assert f"{leads[0].ref}  cool, inbound, " in said
    assert " ->  cool, partners by 'downloads', ben" in said
    assert "4 of 4 get another pool.\n0 of 4 get another tier.\n2 of 4 get another first rep." in said
    assert f"{'Ana Ruiz':<24}{2:>8}{2:>8}{0:>8}{-2:>+8}" in said
    assert f"{'Ben Okafor':<24}{2:>8}{2:>8}{4:>8}{2:>+8}" in said
    assert "median 9.0 min, P90 12.0 min live, median 12.0 min" in said
    assert rows(site) == before
