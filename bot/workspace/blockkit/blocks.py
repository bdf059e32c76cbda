"""The blocks, and which of them each surface takes."""

from typing import Any

from bot.workspace.blockkit.elements import ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION
from bot.workspace.blockkit.rules import (
    Findings,
    Rule,
    anything,
    both,
    by_type,
    flag,
    items,
    number,
    one_of,
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
_RICH_PARTS = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")
_RICH = shape(
    {"elements": items(anything, 1000, 0)}, dict.fromkeys(("style", "indent", "offset", "border"), anything)
)
_RICH_TEXT = block({"elements": items(by_type(dict.fromkeys(_RICH_PARTS, _RICH)), 1000)})

_CELLS = by_type(
    {
        "raw_text": shape({"text": string(3000)}),
        "raw_number": shape({"value": number(), "text": string(3000)}),
        "rich_text": _RICH_TEXT,
    }
)
_ROW = items(_CELLS, 20)

_POINT = shape({"label": string(20), "value": number()})
_SERIES = items(shape({"name": string(20), "data": items(_POINT, 20)}), 6)
_AXIS = shape({"categories": items(string(20), 20)}, {"x_label": string(50), "y_label": string(50)})


def _follows_its_axis(chart: Any, path: str, found: Findings) -> None:
    wanted = chart["axis_config"]["categories"]
    names = [line["name"] for line in chart["series"]]
    if len(set(names)) < len(names):
        found.add("series names must be unique", f"{path}/series")
    for index, line in enumerate(chart["series"]):
        if [point["label"] for point in line["data"]] != wanted:
            found.add("data labels must match the axis categories", f"{path}/series/{index}/data")


def _even_rows(table: Any, path: str, found: Findings) -> None:
    if len({len(row) for row in table["rows"]}) > 1:
        found.add("all rows must have the same number of cells", f"{path}/rows")


_LINES = both(shape({"series": _SERIES, "axis_config": _AXIS}), _follows_its_axis)
_PIE = shape({"segments": items(shape({"label": string(20), "value": number(0.000001)}), 6)})

BLOCKS: dict[str, Rule] = {
    "section": both(
        block(
            {},
            {
                "text": text(3000),
                "fields": items(text(2000), 10),
                "accessory": by_type(ELEMENTS, IN_SECTION),
                "expand": flag,
            },
        ),
        some_of("text", "fields"),
    ),
    "header": block({"text": text(150, "plain_text")}),
    "divider": block({}),
    "context": block({"elements": items(by_type(_IN_CONTEXT), 10)}),
    "actions": block({"elements": items(by_type(ELEMENTS, IN_ACTIONS), 25)}),
    "input": block(
        {"label": text(2000, "plain_text"), "element": by_type(ELEMENTS, IN_INPUT)},
        {"hint": text(2000, "plain_text"), "optional": flag, "dispatch_action": flag},
    ),
    "image": block(
        {"image_url": string(3000), "alt_text": string(2000)}, {"title": text(2000, "plain_text")}
    ),
    "rich_text": _RICH_TEXT,
    "markdown": block({"text": string(12000)}),
    "table": both(block({"rows": items(_ROW, 100)}, {"column_settings": items(anything, 20)}), _even_rows),
    "data_table": both(
        block(
            {"caption": string(3000), "rows": items(_ROW, 101, 2)},
            {"page_size": number(1, 100), "row_header_column_index": number(0, 19)},
        ),
        _even_rows,
    ),
    "data_visualization": block(
        {
            "title": string(50),
            "chart": by_type({"pie": _PIE, "bar": _LINES, "area": _LINES, "line": _LINES}),
        }
    ),
}

ON_EVERY_SURFACE = frozenset(
    {"section", "header", "divider", "context", "actions", "input", "image", "rich_text"}
)
SURFACES = {
    "message": ON_EVERY_SURFACE | {"markdown", "table", "data_table", "data_visualization"},
    "modal": ON_EVERY_SURFACE,
    "home": ON_EVERY_SURFACE,
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
VIEW_TYPE = one_of("modal", "home")
