from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.db.models import LadderKind, Outcome, Tier
from bot.messages.stats import duration, rep_stats_blocks, stats_blocks
from bot.outbox.rendering import SlackMessage
from bot.stats import Durations, RepStats, TeamStats, spread
from bot.workspace.blockkit import faults_in_blocks
from tests.stats.conftest import A_WEEK, NOW

NOTHING = TeamStats(
    pools=None,
    since=NOW - A_WEEK,
    until=NOW,
    received=0,
    by_tier=dict.fromkeys(Tier, 0),
    by_source={},
    claimed=0,
    assigned=0,
    claim=Durations(spread([]), spread([])),
    unclaimed_now=0,
    oldest_unclaimed_at=None,
    first_response=Durations(spread([]), spread([])),
    unanswered=0,
    in_target=0,
    out_of_target=0,
    escalated=dict.fromkeys(LadderKind, 0),
    outcomes={},
    touches_done=0,
    touches_late=0,
    touches_skipped=0,
    touches_overdue=0,
    reps=(),
)
ANA = RepStats(
    rep_id=1,
    name="Ana Ruiz",
    offered=5,
    claimed=4,
    passed=1,
    missed=0,
    claim=spread([125]),
    first_response=spread([]),
    touches_done=1,
    touches_late=0,
    touches_skipped=0,
    touches_overdue=1,
    overdue_now=2,
    booked=1,
)
SOME = replace(
    NOTHING,
    received=4,
    by_tier={Tier.HOT: 1, Tier.WARM: 3, Tier.COOL: 0},
    by_source={"website": 3, "r&d <form>": 1},
    claimed=3,
    claim=Durations(wall=spread([60, 120, 231_300]), business=spread([60, 120, 900])),
    unclaimed_now=2,
    oldest_unclaimed_at=NOW - timedelta(days=2, hours=4),
    first_response=Durations(wall=spread([200, 200, 4000]), business=spread([200, 200, 4000])),
    unanswered=1,
    in_target=2,
    out_of_target=1,
    outcomes={Outcome.NO_ANSWER: 3, Outcome.BOOKED: 1},
    touches_done=3,
    touches_late=1,
    touches_skipped=1,
    reps=(ANA,),
)


def words(message: SlackMessage) -> str:
    """Everything the message says, as written."""
    sections = [block["text"]["text"] for block in message.blocks if "text" in block]
    return "\n".join(sections)


def test_the_figures_stand_one_a_line() -> None:
    lines = words(stats_blocks(SOME, "the last 7 days")).splitlines()
    assert lines[0] == "Figures for the last 7 days"
    for line in (
        "*4 leads* came in: 1 hot, 3 warm, 0 cool",
        "Unclaimed now: *2*, the oldest for 2 days 4 h on the clock",
        "P90: *12 min 24 s* (2 days 3 h on the clock)",
        "On target: *67%* (2 of 3, 1 may still be)",
        "Touches done by the end of the day they were due: *50%*",
        "3 done (1 of them late), 1 skipped, 0 overdue",
        "Outcomes: no answer 3, booked 1",
        "*Ana Ruiz*: 5 offered, 4 claimed, 1 passed, 0 missed",
        "      median claim 2 min 5 s",
        "      1 touch done, 2 overdue now, 1 booked",
    ):
        assert line in lines


def test_business_and_wall_time_are_said_once_where_they_agree() -> None:
    assert "Median: *3 min 20 s*" in words(stats_blocks(SOME, "today")).splitlines()


def test_one_reps_part_stands_alone() -> None:
    message = rep_stats_blocks(
        replace(ANA, name="<!channel> & co", first_response=spread([200, 4000])), "today"
    )
    assert faults_in_blocks(message.blocks, "message") == []
    said = words(message)
    assert "<!channel> & co: figures for today" in said.splitlines()[0]
    for line in (
        "Offered *5*: 4 claimed, 1 passed, 0 missed",
        "Touches: *1 done*, 0 skipped, 2 overdue now",
        "Touches done by the end of the day they were due: *50%*",
        "*Time to claim* (1 lead)",
        "Median: *2 min 5 s*",
        "*First response* (2 leads)",
        "60+ min    ████████████████████ 1```",
    ):
        assert line in said.splitlines()
    assert "No data yet." in words(rep_stats_blocks(ANA, "today"))


def test_the_bands_are_bars_and_leads_without_a_response_have_theirs() -> None:
    assert (
        "```0-5 min          ████████████████████ 2\n"
        "5-15 min          0\n"
        "15-60 min         0\n"
        "60+ min          ██████████ 1\n"
        "no response yet  ██████████ 1```"
    ) in words(stats_blocks(SOME, "today"))


def test_one_among_thousands_still_has_a_bar() -> None:
    many = replace(SOME, unanswered=5000)
    assert "60+ min          █ 1" in words(stats_blocks(many, "today"))


def test_names_are_escaped() -> None:
    message = stats_blocks(replace(SOME, reps=(replace(ANA, name="<!channel> & co"),)), "today")
    assert "&lt;!channel&gt; &amp; co" in words(message)
    assert "r&amp;d &lt;form&gt; 1" in words(message)
    assert "<" not in words(message)


def test_a_notification_reads_as_a_sentence() -> None:
    assert stats_blocks(SOME, "today").text == (
        "Figures for today: 4 leads came in, 3 claimed, first response 3 min 20 s (median), 2 unclaimed now"
    )
    assert stats_blocks(NOTHING, "today").text == "Figures for today: 0 leads came in, 0 unclaimed now"


def test_without_leads_no_figure_is_shown_that_there_is_none_of() -> None:
    said = words(stats_blocks(replace(NOTHING, reps=(ANA,)), "today"))
    assert "*No leads* came in" in said
    assert "Unclaimed now: *0*" in said
    assert "Average" not in said
    assert "%" not in said


def test_leads_that_nobody_touched_are_said_to_be_so() -> None:
    said = words(stats_blocks(replace(NOTHING, received=1, unanswered=1, by_source={"website": 1}), "today"))
    for sentence in (
        "*1 lead* came in",
        "No lead has been claimed yet.",
        "No lead has been answered yet.",
        "On target: too early to say",
        "No touch has come due yet.",
        "Outcomes: none logged yet",
    ):
        assert sentence in said


def test_of_many_reps_and_sources_the_first_are_shown_and_the_rest_counted() -> None:
    reps = tuple(replace(ANA, rep_id=number, name=f"Rep {number}") for number in range(26))
    sources = {f"source-{number}": 1 for number in range(13)}
    said = words(stats_blocks(replace(SOME, reps=reps, by_source=sources), "today"))
    assert "Rep 19*" in said
    assert "Rep 20*" not in said
    assert "\nand 6 more" in said
    assert "source-9 1, and 3 more" in said


@given(
    names=st.lists(st.text(max_size=200), max_size=60),
    sources=st.lists(st.text(min_size=1, max_size=64), max_size=60, unique=True),
    number=st.integers(0, 10**9),
)
def test_slack_takes_the_message_whatever_the_names(
    names: list[str], sources: list[str], number: int
) -> None:
    stats = replace(
        SOME,
        reps=tuple(replace(ANA, name=name, offered=number, touches_done=number) for name in names),
        by_source=dict.fromkeys(sources, number),
        outcomes=dict.fromkeys(Outcome, number),
        unanswered=number,
    )
    message = stats_blocks(stats, "the last 30 days")
    assert faults_in_blocks(message.blocks, "message") == []
    # A section cut short would lose a number without a word.
    assert not any(
        block["text"]["text"].endswith("…") for block in message.blocks if block["type"] == "section"
    )


@pytest.mark.parametrize(
    ("seconds", "said", "in_days"),
    [
        (0, "0 s", False),
        (45.4, "45 s", False),
        (59.6, "1 min", False),
        (200, "3 min 20 s", False),
        (3600, "1 h", False),
        (7559, "2 h 5 min", False),
        (187_500, "52 h 5 min", False),
        (86_399, "23 h 59 min", True),
        (86_400, "1 day", True),
        (187_500, "2 days 4 h", True),
    ],
)
def test_durations_read_as_people_say_them(seconds: float, said: str, in_days: bool) -> None:
    assert duration(seconds, in_days=in_days) == said
