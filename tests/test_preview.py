"""`python -m bot preview`: the whole sequence for a lead, before it meets one; `check`: the linter's word."""

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.company import TEAM

DANA = {"name": "Dana Lee", "email": "dana@brightfields.com", "phone": "+12125550142", "action": "demo"} | {
    "consent": True
}


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A team document and a lead."""
    team, lead = tmp_path / "team.yml", tmp_path / "lead.json"
    team.write_text(TEAM)
    lead.write_text(json.dumps(DANA))
    return str(team), str(lead)


def preview(files: tuple[str, str], plan: str, at: str = "2026-03-06T16:00") -> int:
    return main(["preview", plan, "--lead", files[1], "--team", files[0], "--at", at])


def test_the_whole_sequence_is_printed_with_dates_and_scripts(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert preview(files, "inbound-48h") == 0
    said = capsys.readouterr().out
    assert "inbound-48h for Dana Lee, times of America/New_York" in said
    assert [line.rpartition(": ")[2] for line in said.splitlines() if line.startswith("==")] == [
        "call, Fri 6 Mar 2026, 16:00",
        "e-mail, Mon 9 Mar 2026, 10:00",
        "call, Mon 9 Mar 2026, 13:15",
        "e-mail, Tue 10 Mar 2026, 09:00",
        "e-mail, Wed 11 Mar 2026, 09:00",
    ]
    assert "Hi Dana, this is Ana from Larkspur. You asked for a demo" in said
    assert "Subject: Closing your request for now" in said
    assert said.endswith("Then: nurture.\n")


def test_what_cannot_be_previewed_is_said_in_words(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert preview(files, "inbound") == 1
    assert "There is no plan “inbound”. There is: first-steps, inbound-48h" in capsys.readouterr().err
    assert preview(files, "nurture", at="noonish") == 1
    assert "“noonish” is no time. Write it like 2026-03-02T10:00." in capsys.readouterr().err
    Path(files[1]).write_text("[[[")
    assert preview(files, "nurture") == 1
    assert "is no lead that can be read" in capsys.readouterr().err


def test_check_names_what_the_linter_finds_and_fails_on_errors_only(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    team = Path(files[0])
    hot_by_mail = TEAM.replace("plan: inbound-48h", "plan: first-steps")
    team.write_text(hot_by_mail)
    assert main(["check", files[0], "--offline"]) == 0
    said = capsys.readouterr().out
    assert "warning  plans.first-steps, touch 1: hot leads get email before a call on day one (R32)." in said
    own = (
        "templates:\n  next-step:\n    channels: [phone]\n    angle: a\n    author: Ana\n    approver: Mia\n"
    )
    team.write_text(TEAM + own + "    approved_on: 2026-03-01\n    body: You {{ action }}. Any update?\n")
    assert main(["check", files[0], "--offline"]) == 1
    assert (
        "templates.next-step: “any update” gives nobody a reason to answer (R7)." in capsys.readouterr().err
    )
