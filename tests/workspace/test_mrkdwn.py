"""Slack's mrkdwn as HTML, safely."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workspace.page.dates import ago, formatted
from bot.workspace.page.mrkdwn import Lens
from bot.workspace.page.rich import rich

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # 9:30 AM in New York
LENS = Lens({"U1": "Ana Ruiz", "U2": "Ben Okafor"}, {"C1": "sales"}, NOW, NEW_YORK, reader="U1")
STAMP = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("*bold* _it_ ~no~", "<strong>bold</strong> <em>it</em> <s>no</s>"),
        ("*bold _both_*", "<strong>bold <em>both</em></strong>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("* not bold *", "* not bold *"),
        ("`*code* &lt;b&gt;`", "<code>*code* &lt;b&gt;</code>"),
        ("```\na *b*\n```", "<pre>a *b*</pre>"),
        ("&gt; quoted\n&gt;more\nplain", "<blockquote>quoted<br>more</blockquote>plain"),
        ("a\nb", "a<br>b"),
        ("<@U2>", '<span class="mention">@Ben Okafor</span>'),
        ("<@U1>", '<span class="mention me">@Ana Ruiz</span>'),
        ("<@U9|zoe>", '<span class="mention">@zoe</span>'),
        ("<#C1>", '<span class="mention">#sales</span>'),
        ("<!here>", '<span class="mention everyone">@here</span>'),
        ("&lt;!channel&gt;", "&lt;!channel&gt;"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        (":tada: :no_such:", "🎉 :no_such:"),
        ("&amp;lt;", "&amp;lt;"),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        (f"<!date^{STAMP}^{{date_short_pretty}} at {{time}}|x>", "<time>Today at 9:30 AM</time>"),
        ("<!date^nonsense^{date}|some day>", "some day"),
    ],
)
def test_mrkdwn_is_drawn_as_slack_draws_it(typed: str, html: str) -> None:
    assert str(LENS.mrkdwn(typed)) == html


@pytest.mark.parametrize(
    ("typed", "href", "words"),
    [
        ("<https://x.com/?a=1&amp;b=2|here>", "https://x.com/?a=1&amp;b=2", "here"),
        ("<https://x.com>", "https://x.com", "https://x.com"),
        ("see https://x.com/a_b_c.", "https://x.com/a_b_c", "https://x.com/a_b_c"),
        ("<mailto:a@b.co|a@b.co>", "mailto:a@b.co", "a@b.co"),
        ("<tel:+1212>", "tel:+1212", "+1212"),
    ],
)
def test_links_lead_where_they_say(typed: str, href: str, words: str) -> None:
    assert f'<a href="{href}" target="_blank" rel="noopener noreferrer">{words}</a>' in str(
        LENS.mrkdwn(typed)
    )


def test_plain_text_formats_nothing() -> None:
    assert str(LENS.plain("*x* <@U1> :tada: <b>")) == "*x* &lt;@U1&gt; 🎉 &lt;b&gt;"


def test_plain_text_keeps_its_lines_and_has_emoji_only_where_they_are_asked_for() -> None:
    said = {"type": "plain_text", "text": ":tada:\n<b>"}
    assert str(LENS.text(said)) == "🎉<br>&lt;b&gt;"
    assert str(LENS.text({**said, "emoji": False})) == ":tada:<br>&lt;b&gt;"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-59, "just now"),
        (-60, "1 minute ago"),
        (-3 * 60, "3 minutes ago"),
        (7200, "in 2 hours"),
        (-90_000, "1 day ago"),
    ],
)
def test_how_far_away_a_moment_is(seconds: int, words: str) -> None:
    assert ago(NOW + timedelta(seconds=seconds), NOW) == words


def test_date_tokens_use_the_readers_zone() -> None:
    late = datetime(2026, 11, 24, 3, 5, tzinfo=UTC).timestamp()
    assert formatted(late, "{date_num} {time}", NOW, NEW_YORK) == "2026-11-23 10:05 PM"
    assert formatted(late, "on {date_long}", NOW, NEW_YORK) == "on Monday, November 23rd, 2026"
    assert formatted(late + 86_400, "{date_pretty}", NOW, NEW_YORK) == "Tomorrow"
    assert formatted(late, "{nonsense}", NOW, NEW_YORK) == "{nonsense}"


def test_rich_text_is_drawn_with_its_styles_and_lists() -> None:
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "<hi>", "style": {"bold": True}},
            {"type": "user", "user_id": "U2"},
            {"type": "emoji", "name": "tada"},
            {"type": "link", "url": "https://x.com", "text": "x"},
        ],
    }
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}
    block = {"elements": [section, {"type": "rich_text_list", "style": "ordered", "elements": [words]}]}
    html = str(rich(block, LENS))
    assert html.startswith('<p><strong>&lt;hi&gt;</strong><span class="mention">@Ben Okafor</span>🎉<a href=')
    assert html.endswith("<ol><li>one</li></ol>")


def test_rich_text_shows_user_groups_and_colours() -> None:
    named = [{"type": "usergroup", "usergroup_id": "S1"}, {"type": "color", "value": "#F405B3"}]
    html = str(rich({"elements": [{"type": "rich_text_section", "elements": named}]}, LENS))
    assert html == '<p><span class="mention">@S1</span>#F405B3</p>'


class Tags(HTMLParser):
    """Every tag of an HTML text, with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


SCRAPS = ["&lt;", "&gt;", "```", "<!date^1^{date}|", "<@U1>", ":tada:", "\ue0000\ue001", "https://x.com/"]
WICKED = ["script", "img src=x onerror=y", "javascript:alert(1)", "mailto:", '" onclick=x ']
HOSTILE = st.lists(
    st.sampled_from([*"<>&|*_~`\"'\n^:@#! /", *SCRAPS, *WICKED]) | st.text(max_size=4), max_size=25
).map("".join)


@given(HOSTILE)
def test_no_text_ever_becomes_markup_of_its_own(text: str) -> None:
    for tag, attributes in Tags(str(LENS.mrkdwn(text))).seen:
        assert tag in {"a", "span", "strong", "em", "s", "code", "pre", "blockquote", "br", "time"}
        assert set(attributes) <= {"href", "target", "rel", "class"}
        assert (
            (attributes.get("href") or "https://")
            .lower()
            .startswith(("http://", "https://", "mailto:", "tel:"))
        )
