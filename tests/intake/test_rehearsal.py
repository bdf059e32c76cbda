"""`route` and `replay`: what would become of leads, without doing any of it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.__main__ import main
from bot.clock import machine_clock
from bot.db.models import Absence, AbsenceState, Base, Lead, LeavePlan, Status
from tests.intake.site import TEAM, Site
from tests.intake.test_coming_back import ELI, arrive, contact
from tests.intake.test_deciding import take
from tests.people import rep_by_key

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


def test_a_replay_keeps_to_caps_to_leave_as_it_was_and_knows_who_was_a_customer_then(
    site: Site, command: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.business.now = machine_clock() - timedelta(days=2)
    always = TEAM.replace('    hours: {mon-fri: "09:00-17:00"}\n', "")
    site.apply(always)
    won = arrive(site, email="first@acorn.example")
    with site.database.write() as session:
        lead = session.get_one(Lead, won.id)
        lead.status, lead.closed_at = Status.WON, site.business()
    leads = [arrive(site, email=f"lead{number}@gmail.com", action="download") for number in range(4)]
    new = command / "new.yml"

    def replayed(document: str, *words: str) -> tuple[int, str]:
        new.write_text(document)
        return main(["replay", "--team", str(new), *words]), capsys.readouterr().out

    capped = always.replace("members: [ana, ben]\n", "members: [ana, ben]\n    caps: {per_day: 1}\n")
    code, said = replayed(capped)
    # Of five on one day two are within the caps, and nobody is asked for the others.
    assert (code, f"{'nobody':<24}{0:>8}{0:>8}{3:>8}{3:>+8}" in said) == (1, True)
    assert "WRONG 3 leads would find nobody to be asked; with the live document 0 do." in said
    # The one that was won is done with, so two of the four others have room beside one open lead each.
    code, said = replayed(capped.replace("per_day", "open"))
    assert f"{'nobody':<24}{0:>8}{0:>8}{2:>8}{2:>+8}" in said
    with site.database.write() as session:
        ana, now = rep_by_key(session, "ana"), site.business()
        absence = Absence(rep_id=ana.id, starts_at=now - timedelta(hours=1), until=now + timedelta(hours=1))
        absence.plan, absence.state, absence.next_at = LeavePlan.WAIT, AbsenceState.OVER, absence.until
        absence.created_at, absence.created_by_id = absence.starts_at, ana.id
        session.add(absence)
    site.business.advance(minutes=5)
    again = arrive(site, email="second@acorn.example", action="download")
    code, said = replayed(always + "rules: [{name: ours, when: {customer: true}, pool: partners}]\n", "--all")
    assert f"{again.ref}  cool, inbound, ben  ->  cool, partners by 'ours', ben" in said
    assert f"{leads[0].ref}  cool, inbound, ben\n" in said
    assert f"{won.ref}  warm, inbound, ben\n" in said
