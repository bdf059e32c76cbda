"""Lead text inside Slack's markup."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.mrkdwn import ago, at_time, clean, cut, lasted, literal, one_line

MARKUP = re.compile(r"[*~`<>\n]|&(?!amp;|lt;|gt;)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:[\w+'-]+:")
HOSTILE = st.text(st.sampled_from("<>!@#&|*_~`:ab1 \n\t\u202e\u2066é漢🔥.-/")) | st.text()
NEW_YORK = ZoneInfo("America/New_York")


@given(HOSTILE)
def test_literal_text_mentions_links_and_formats_nothing(text: str) -> None:
    assert not MARKUP.search(literal(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("*bold* _it_ ~no~ `x`", "∗bold∗ ˍitˍ ∼no∼ ˋxˋ"),
        (":tada: at 12:30 PM", "꞉tada: at 12:30 PM"),
        ("Dana :ta", "Dana ꞉ta"),
        ("dana_lee@x.example", "dana_lee@x.example"),
        ("AT&T\n  <b>", "AT&amp;T &lt;b&gt;"),
    ],
)
def test_what_would_format_is_shown_as_its_look_alike(text: str, shown: str) -> None:
    assert literal(text) == shown


@given(HOSTILE, st.integers(1, 50))
def test_a_line_is_one_line_of_at_most_its_length(text: str, most: int) -> None:
    shown = one_line(text, most)
    assert len(shown) <= most
    assert len(shown.splitlines()) <= 1


def test_characters_that_turn_the_text_around_are_taken_out() -> None:
    assert clean("Dana\u202e eeL\u2066\x00\r\nשלום") == "Dana eeL\nשלום"


def test_what_is_cut_says_so() -> None:
    assert cut("one two three", 8) == "one two…"
    assert cut("one two", 7) == "one two"


def test_moments_are_drawn_by_the_readers_slack_and_spelled_in_the_pools_zone_elsewhere() -> None:
    at = datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert ago(at, NEW_YORK) == "<!date^1772463600^{ago}|Mon 2 Mar, 10:00>"
    assert at_time(at, NEW_YORK) == "<!date^1772463600^{date_short_pretty} at {time}|Mon 2 Mar, 10:00>"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "under a minute"), (59, "under a minute"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"),
        (7500, "2 h 5 min"), (86399, "23 h 59 min"), (86400, "1 day"), (300000, "3 days"),
    ],
)  # fmt: skip
def test_lengths_of_time_are_said_as_people_say_them(seconds: int, said: str) -> None:
    assert lasted(seconds) == said
