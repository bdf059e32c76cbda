"""The blocks, and which of them each surface takes."""

from bot.workspace.blockkit import tables
from bot.workspace.blockkit.elements import ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION, taken_on
from bot.workspace.blockkit.richtext import RICH_TEXT
from bot.workspace.blockkit.rules import (
    Rule,
    anything,
    both,
    by_type,
    flag,
    items,
    shape,
    some_of,
    string,
    text,
)


def block(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return shape(required, {"block_id": string(255), **(optional or {})})


_IN_CONTEXT = {
    "image": ELEMENTS["image"],
    "plain_text": text(2000, "plain_text"),
    "mrkdwn": text(2000, "mrkdwn"),
}


def _on_every_surface(surface: str) -> dict[str, Rule]:
    """The blocks that all surfaces take, holding the elements that this one takes."""
    beside, among, asked = (taken_on(surface, names) for names in (IN_SECTION, IN_ACTIONS, IN_INPUT))
    section: dict[str, Rule] = {
        "text": text(3000),
        "fields": items(text(2000), 10),
        "accessory": by_type(ELEMENTS, beside),
        "expand": flag,
    }
    return {
        "section": both(block({}, section), some_of("text", "fields")),
        "header": block({"text": text(150, "plain_text")}),
        "divider": block({}),
        "context": block({"elements": items(by_type(_IN_CONTEXT), 10)}),
        "actions": block({"elements": items(by_type(ELEMENTS, among), 25)}),
        "input": block(
            {"label": text(2000, "plain_text"), "element": by_type(ELEMENTS, asked)},
            {"hint": text(2000, "plain_text"), "optional": flag, "dispatch_action": flag},
        ),
        "image": block(
            {"image_url": string(3000), "alt_text": string(2000)}, {"title": text(2000, "plain_text")}
        ),
        "rich_text": block(RICH_TEXT),
    }


MOST_MARKDOWN = 12_000
"""In all markdown blocks of a message together."""
_IN_MESSAGES_ONLY: dict[str, Rule] = {
    "markdown": block({"text": string(MOST_MARKDOWN)}),
    "table": both(block(tables.TABLE, tables.TABLE_MORE), tables.even_rows),
    "data_table": both(
        block(tables.DATA_TABLE, tables.DATA_TABLE_MORE), tables.even_rows, tables.plain_header
    ),
    "data_visualization": block(tables.CHART),
}

SURFACES: dict[str, dict[str, Rule]] = {
    "message": {**_on_every_surface("message"), **_IN_MESSAGES_ONLY},
    "modal": _on_every_surface("modal"),
    "home": _on_every_surface("home"),
}
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_OF_A_KIND = {"table": 1, "data_table": 1, "data_visualization": 2}

_LABEL = text(24, "plain_text")
_VIEW: dict[str, Rule] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
VIEWS: dict[str, Rule] = {
    "modal": shape(
        {"title": _LABEL, "blocks": anything},
        {**_VIEW, "submit": _LABEL, "close": _LABEL, "clear_on_close": flag, "notify_on_close": flag},
    ),
    "home": shape({"blocks": anything}, _VIEW),
}
