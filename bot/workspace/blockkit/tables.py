"""What shows figures: tables and charts."""

from typing import Any

from bot.workspace.blockkit.richtext import RICH_TEXT
from bot.workspace.blockkit.rules import (
    Findings,
    Rule,
    both,
    by_type,
    flag,
    integer,
    items,
    number,
    one_of,
    shape,
    string,
)

_RAW_TEXT = shape({"text": string(3000)})
_RAW_NUMBER = shape({"value": number(), "text": string(3000)})
_CELLS: dict[str, Rule] = {"raw_text": _RAW_TEXT, "rich_text": shape(RICH_TEXT, {"block_id": string(255)})}
_COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})

TABLE: dict[str, Rule] = {"rows": items(items(by_type(_CELLS), 20), 100)}
TABLE_MORE: dict[str, Rule] = {"column_settings": items(_COLUMN, 20)}
DATA_TABLE: dict[str, Rule] = {
    "caption": string(3000),
    "rows": items(items(by_type({**_CELLS, "raw_number": _RAW_NUMBER}), 20), 101, 2),
}
DATA_TABLE_MORE: dict[str, Rule] = {"page_size": integer(1, 100), "row_header_column_index": integer(0, 19)}


def even_rows(table: Any, path: str, found: Findings) -> None:
    if len({len(row) for row in table["rows"]}) > 1:
        found.add("all rows must have the same number of cells", f"{path}/rows")


def plain_header(table: Any, path: str, found: Findings) -> None:
    for index, cell in enumerate(table["rows"][0]):
        if cell["type"] == "rich_text":
            found.add("unsupported type: rich_text", f"{path}/rows/0/{index}/type")


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


_LINES = both(shape({"series": _SERIES, "axis_config": _AXIS}), _follows_its_axis)
_PIE = shape({"segments": items(shape({"label": string(20), "value": number(0.000001)}), 6)})

CHART: dict[str, Rule] = {
    "title": string(50),
    "chart": by_type({"pie": _PIE, "bar": _LINES, "area": _LINES, "line": _LINES}),
}
