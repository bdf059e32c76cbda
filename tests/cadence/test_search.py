import pytest

from bot.cadence.search import find_scripts
from bot.db.models import Channel, Rep
from bot.team.document import load_team
from bot.team.live import LiveTeam
from tests.cadence.conftest import MONDAY_10, TEAM

LARKSPUR = LiveTeam(1, load_team(TEAM))
ANA = Rep(key="ana", name="Ana Ruiz")


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("price", "objection-price"),
        ("too expensive", "objection-price"),
        ("objection timing", "objection-timing"),
        ("their boss decides", "objection-authority"),
        ("competitr", "objection-competitor"),
        ("call-ask break-up", "call-ask-6-email"),
        ("first-steps voicemail", "first-steps-2-call"),
        ("two theories", "conversation-3-call"),
        ("Checklist, email", "inbound-4-email"),
    ],
)  # fmt: skip
def test_what_somebody_types_finds_the_script_they_mean(asked: str, wanted: str) -> None:
    found = find_scripts(LARKSPUR, asked, None, ANA, MONDAY_10)
    assert wanted in [each.template.id for each in found]


def test_a_channel_that_is_named_is_the_channel_it_is_written_for() -> None:
    (found, *_) = find_scripts(LARKSPUR, "objection-price email", None, ANA, MONDAY_10)
    assert (found.channel, found.script.subject) == (Channel.EMAIL, "What it costs, and what waiting costs")
    assert find_scripts(LARKSPUR, "zzzz qqqq", None, ANA, MONDAY_10) == []
