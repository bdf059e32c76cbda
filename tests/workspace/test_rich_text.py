"""Rich text: the parts, stretches and styles that Slack documents, and no others."""

import pytest

from bot.workspace.blockkit import faults_in_blocks
from tests.workspace.kit import EVERYWHERE, STRETCHES, Json, bullets, lines


def test_rich_text_takes_what_slack_documents() -> None:
    for surface in EVERYWHERE:
        for kind in ("rich_text_section", "rich_text_quote"):
            assert faults_in_blocks([lines(kind=kind)], surface) == []
            assert faults_in_blocks([lines(*STRETCHES, kind=kind)], surface) == []
        assert faults_in_blocks([lines(*STRETCHES[:2], kind="rich_text_preformatted")], surface) == []
        rows = [{"type": "rich_text_section", "elements": STRETCHES}]
        assert faults_in_blocks([bullets(elements=rows, indent=1, offset=3, border=1)], surface) == []


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ({"type": "text", "text": ""}, "must be more than 0 characters [json-pointer:{}/text]"),
        ({"type": "text"}, "missing required field: text [json-pointer:{}]"),
        (
            {"type": "text", "text": "x", "style": {"blink": True}},
            "invalid additional property: blink [json-pointer:{}/style]",
        ),
        (
            {"type": "text", "text": "x", "style": {"bold": "yes"}},
            "must provide a boolean [json-pointer:{}/style/bold]",
        ),
        (
            {"type": "text", "text": "x", "style": {"highlight": True}},
            "invalid additional property: highlight [json-pointer:{}/style]",
        ),
        (
            {"type": "user", "user_id": "U1", "style": {"unlink": "yes"}},
            "must provide a boolean [json-pointer:{}/style/unlink]",
        ),
        (
            {"type": "link", "url": "https://x.example", "unsafe": "no"},
            "must provide a boolean [json-pointer:{}/unsafe]",
        ),
        ({"type": "emoji", "name": "x", "skin_tone": 0}, "must be at least 1 [json-pointer:{}/skin_tone]"),
        ({"type": "text", "text": "x", "size": 3}, "invalid additional property: size [json-pointer:{}]"),
        ({"type": "link", "text": "x"}, "missing required field: url [json-pointer:{}]"),
        (
            {"type": "link", "url": "https://x.example", "text": ""},
            "must be more than 0 characters [json-pointer:{}/text]",
        ),
        ({"type": "user"}, "missing required field: user_id [json-pointer:{}]"),
        ({"type": "usergroup"}, "missing required field: usergroup_id [json-pointer:{}]"),
        ({"type": "channel"}, "missing required field: channel_id [json-pointer:{}]"),
        (
            {"type": "broadcast", "range": "all"},
            "must be one of: here, channel, everyone [json-pointer:{}/range]",
        ),
        ({"type": "color", "value": "red"}, "must be a colour like #F405B3 [json-pointer:{}/value]"),
        ({"type": "emoji"}, "missing required field: name [json-pointer:{}]"),
        (
            {"type": "date", "timestamp": 1.5, "format": "{ago}"},
            "must provide an integer [json-pointer:{}/timestamp]",
        ),
        ({"type": "date", "timestamp": 1}, "missing required field: format [json-pointer:{}]"),
        ({"type": "mrkdwn", "text": "x"}, "unsupported type: mrkdwn [json-pointer:{}/type]"),
    ],
)
def test_a_faulty_stretch_of_rich_text_is_named_with_its_place(part: Json, fault: str) -> None:
    expected = [fault.format("/blocks/0/elements/0/elements/0")]
    assert faults_in_blocks([lines(part)], "message") == expected


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (
            lines({"type": "user", "user_id": "U1"}, kind="rich_text_preformatted"),
            "unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]",
        ),
        (
            bullets(style="square"),
            "must be one of: bullet, ordered [json-pointer:/blocks/0/elements/0/style]",
        ),
        (bullets(style=None), "missing required field: style [json-pointer:/blocks/0/elements/0]"),
        (
            bullets(elements=STRETCHES[:1]),
            "unsupported type: text [json-pointer:/blocks/0/elements/0/elements/0/type]",
        ),
        (
            lines(kind="rich_text_verse"),
            "unsupported type: rich_text_verse [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            {"type": "rich_text", "elements": []},
            "no less than 1 items required [json-pointer:/blocks/0/elements]",
        ),
    ],
)
def test_a_faulty_part_of_rich_text_is_named_with_its_place(block: Json, fault: str) -> None:
    assert faults_in_blocks([block], "message") == [fault]
