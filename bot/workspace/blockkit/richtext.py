"""Rich text: its parts, and the stretches that they hold."""

import re

from bot.workspace.blockkit.rules import (
    Rule,
    by_type,
    flag,
    integer,
    items,
    matching,
    one_of,
    shape,
    string,
)

_WORDS = ("bold", "italic", "strike", "code", "underline")
_MENTIONS = ("highlight", "client_highlight", "unlink")
_STYLE = shape({}, dict.fromkeys(_WORDS, flag))
_MENTION_STYLE = shape({}, dict.fromkeys((*_WORDS, *_MENTIONS), flag))
_HEX = matching(lambda value: bool(re.fullmatch(r"#[0-9A-Fa-f]{6}", value)), "a colour like #F405B3")
_MOST_PARTS = 1000


def _stretch(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return shape(required, {"style": _STYLE, **(optional or {})})


def _mention(**required: Rule) -> Rule:
    return shape(required, {"style": _MENTION_STYLE})


# An empty text is refused, also that of a link; a link without one shows its address.
_TEXT: dict[str, Rule] = {
    "text": _stretch({"text": string()}),
    "link": _stretch({"url": string()}, {"text": string(), "unsafe": flag}),
}
_STRETCHES: dict[str, Rule] = {
    **_TEXT,
    "user": _mention(user_id=string()),
    "usergroup": _mention(usergroup_id=string()),
    "channel": _mention(channel_id=string()),
    "team": _mention(team_id=string()),
    "broadcast": _mention(range=one_of("here", "channel", "everyone")),
    "color": _mention(value=_HEX),
    "emoji": _stretch({"name": string()}, {"unicode": string(), "url": string(), "skin_tone": integer(1)}),
    "date": _stretch({"timestamp": integer(), "format": string()}, {"url": string(), "fallback": string()}),
}

_ANY_STRETCHES: dict[str, Rule] = {"elements": items(by_type(_STRETCHES), _MOST_PARTS, 0)}
_FRAMED: dict[str, Rule] = {"border": integer(0, 1)}
_SECTION = shape(_ANY_STRETCHES)

PARTS: dict[str, Rule] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": shape(_ANY_STRETCHES, _FRAMED),
    "rich_text_preformatted": shape({"elements": items(by_type(_TEXT), _MOST_PARTS, 0)}, _FRAMED),
    "rich_text_list": shape(
        {
            "style": one_of("bullet", "ordered"),
            "elements": items(by_type({"rich_text_section": _SECTION}), _MOST_PARTS, 0),
        },
        {"indent": integer(0, 8), "offset": integer(0), **_FRAMED},
    ),
}
RICH_TEXT: dict[str, Rule] = {"elements": items(by_type(PARTS), _MOST_PARTS)}
