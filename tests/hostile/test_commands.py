"""`/followup` with whatever people, or people's clipboards, put behind it: always a private answer."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.workspace.blockkit import faults_in_blocks
from tests.company import Company
from tests.hostile.bodies import ATTACKS, texts
from tests.hostile.checks import unsafe
from tests.hostile.signing import posted

COUNT = 200
VERBS = (
    "",
    "lead ",
    "claim ",
    "log ",
    "log L-1001 ",
    "log L-1001 not-now ",
    "log L-1001 booked ",
    "today ",
    "stats ",
    "help ",
    "lead L-",
)
LONG = (
    "log " + "a " * 5000,
    "log " + "L-1001 done " * 800,
    "lead " + "%" * 30_000,
    "lead " + "_" * 10_000,
    "x" * 10_000,
    "log L-1001 not-now 9999-12-31",
    "log L-1001 not-now 0001-01-01",
    "log L-1001 snooze 999mo",
    "log L-1001 booked 999w",
    "log L-1001 not-now ９d",
    "lead L-999999999999999",
    "lead #000",
    "lead " + "9" * 40,
    "claim L-0",
    "claim \x00",
    "lead \x00",
    "log L-1001 done \x00 note",
    "stats 30d\x00",
    'log "" done',
    'lead ""',
    "lead '",
    'log "L-1001',
    "lead “”",
    "lead &#0; &#x110000; &#xd800;",
    "log L-1001 objection " + "🔥" * 9000,
    "lead <@U0|x> <#C|y> <mailto:a@b.co|c> <<>>",
)


def typed(office: Company, user: str, text: str) -> dict[str, Any]:
    """The private answer to `/followup <text>`."""
    fields = {"command": "/followup", "text": text, "user_id": user, "team_id": office.workspace.team_id}
    place = {"channel_id": office.channel, "api_app_id": "A1", "trigger_id": "1.1.x"}
    answer = posted(office, "command", fields | place)
    assert answer.status_code == 200, text[:200]
    said = json.loads(answer.data)
    assert isinstance(said, dict)
    return said


def words() -> Iterator[str]:
    """What is typed: every attack behind some command, then what a generator comes up with, then what is too long."""
    for number, text in enumerate([*ATTACKS, *texts(COUNT - len(ATTACKS))]):
        yield VERBS[number % len(VERBS)] + text
    yield from LONG


@pytest.fixture
def floor(office: Company) -> Company:
    """A company with a lead whose every word means harm."""
    office.submit_form(
        name="<!channel> *Dana* \u202e <@U0ANA>",
        email="dana@brightfields.example",
        company="&lt;!here&gt; `x` _y_",
        message="<!everyone> " * 200,
        linkedin="https://linkedin.com/in/dana",
        action="<!subteam^S1>",
        page="https://x.example/?<script>",
        utm_source="<@U0BEN>",
    )
    return office


def test_hostile_commands_are_each_answered_privately_and_none_fails(floor: Company) -> None:
    ours = set(floor.users.values())
    people = [floor.users["ana"], floor.users["mia"], floor.users["ben"], "U0STRANGER", ""]
    with structlog.testing.capture_logs() as logs:
        for number, text in enumerate(words()):
            said = typed(floor, people[number % len(people)], text)
            assert said["response_type"] == "ephemeral", text[:200]
            assert said["text"], text[:200]
            assert faults_in_blocks(said["blocks"], "message") == [], text[:200]
            assert unsafe(said["blocks"], ours) == [], text[:200]
            assert len(json.dumps(said, ensure_ascii=False)) < 13_000, text[:200]
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
