"""Every documented limit of Block Kit: what reaches it passes, one more is refused, with its place."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.workspace.blockkit import faults_in_blocks, faults_in_view, too_long
from tests.workspace.kit import (
    EVERYWHERE,
    STRETCHES,
    Json,
    accessory,
    actions,
    asked,
    bars,
    bullets,
    confirm,
    data_table,
    image,
    lines,
    options,
    pie,
    relabelled,
    renamed,
    select,
    table,
    typed,
    words,
    x,
)
from tests.workspace.tinybot import button, home, note_modal, option, section, text

Build = Callable[[int], Json]


LENGTHS: dict[str, tuple[Build, int, str]] = {
    "section text": (lambda n: section(x(n)), 3000, "/text/text"),
    "section field": (lambda n: {"type": "section", "fields": [words(n)]}, 2000, "/fields/0/text"),
    "header": (lambda n: {"type": "header", "text": words(n)}, 150, "/text/text"),
    "context": (lambda n: {"type": "context", "elements": [words(n)]}, 2000, "/elements/0/text"),
    "context in mrkdwn": (
        lambda n: {"type": "context", "elements": [text(x(n), "mrkdwn")]},
        2000,
        "/elements/0/text",
    ),
    "timezone": (
        lambda n: asked({"type": "timepicker", "timezone": x(n)}),
        100,
        "/element/timezone",
    ),
    "person": (lambda n: asked({"type": "users_select", "initial_user": x(n)}), 255, "/element/initial_user"),
    "people": (
        lambda n: asked({"type": "multi_users_select", "initial_users": [x(n)]}),
        255,
        "/element/initial_users/0",
    ),
    "block_id": (lambda n: {"type": "divider", "block_id": x(n)}, 255, "/block_id"),
    "action_id": (lambda n: actions(button("x", x(n))), 255, "/elements/0/action_id"),
    "button text": (lambda n: actions(button(x(n), "a")), 75, "/elements/0/text/text"),
    "button value": (lambda n: actions(button("x", "a", x(n))), 2000, "/elements/0/value"),
    "button url": (lambda n: actions(button("x", "a", url=x(n))), 3000, "/elements/0/url"),
    "button label": (
        lambda n: actions(button("x", "a", accessibility_label=x(n))),
        75,
        "/elements/0/accessibility_label",
    ),
    "confirm title": (lambda n: actions(confirm(title=words(n))), 100, "/elements/0/confirm/title/text"),
    "confirm text": (lambda n: actions(confirm(text=words(n))), 300, "/elements/0/confirm/text/text"),
    "confirm yes": (lambda n: actions(confirm(confirm=words(n))), 30, "/elements/0/confirm/confirm/text"),
    "confirm no": (lambda n: actions(confirm(deny=words(n))), 30, "/elements/0/confirm/deny/text"),
    "placeholder": (lambda n: actions(select(placeholder=words(n))), 150, "/elements/0/placeholder/text"),
    "option text": (
        lambda n: actions(select(options=[{"text": words(n), "value": "v"}])),
        75,
        "/elements/0/options/0/text/text",
    ),
    "option value": (
        lambda n: actions(select(options=[{"text": text("x"), "value": x(n)}])),
        150,
        "/elements/0/options/0/value",
    ),
    "option description": (
        lambda n: actions(select(options=[option("a") | {"description": words(n)}])),
        75,
        "/elements/0/options/0/description/text",
    ),
    "checkbox text": (
        lambda n: actions({"type": "checkboxes", "options": [{"text": words(n), "value": "v"}]}),
        75,
        "/elements/0/options/0/text/text",
    ),
    "checkbox value": (
        lambda n: actions({"type": "checkboxes", "options": [{"text": text("x"), "value": x(n)}]}),
        150,
        "/elements/0/options/0/value",
    ),
    "checkbox description": (
        lambda n: actions({"type": "checkboxes", "options": [option("a") | {"description": words(n)}]}),
        75,
        "/elements/0/options/0/description/text",
    ),
    "overflow text": (
        lambda n: actions({"type": "overflow", "options": [{"text": words(n), "value": "v"}]}),
        75,
        "/elements/0/options/0/text/text",
    ),
    "overflow value": (
        lambda n: actions({"type": "overflow", "options": [{"text": text("x"), "value": x(n)}]}),
        150,
        "/elements/0/options/0/value",
    ),
    "overflow description": (
        lambda n: actions({"type": "overflow", "options": [option("a") | {"description": words(n)}]}),
        75,
        "/elements/0/options/0/description/text",
    ),
    "image beside, url": (lambda n: accessory(image(image_url=x(n))), 3000, "/accessory/image_url"),
    "overflow url": (
        lambda n: actions({"type": "overflow", "options": [option("a") | {"url": x(n)}]}),
        3000,
        "/elements/0/options/0/url",
    ),
    "group label": (
        lambda n: asked(
            {"type": "static_select", "option_groups": [{"label": words(n), "options": options(1)}]}
        ),
        75,
        "/element/option_groups/0/label/text",
    ),
    "input label": (lambda n: typed() | {"label": words(n)}, 2000, "/label/text"),
    "input hint": (lambda n: typed() | {"hint": words(n)}, 2000, "/hint/text"),
    "input value": (lambda n: typed(initial_value=x(n)), 3000, "/element/initial_value"),
    "input placeholder": (lambda n: typed(placeholder=words(n)), 150, "/element/placeholder/text"),
    "image url": (lambda n: image(image_url=x(n)), 3000, "/image_url"),
    "image words": (lambda n: image(alt_text=x(n)), 2000, "/alt_text"),
    "image title": (lambda n: image(title=words(n)), 2000, "/title/text"),
    "image beside": (lambda n: accessory(image(alt_text=x(n))), 2000, "/accessory/alt_text"),
}
LENGTHS_IN_MESSAGES: dict[str, tuple[Build, int, str]] = {
    "markdown": (lambda n: {"type": "markdown", "text": x(n)}, 12_000, "/text"),
    "table cell": (
        lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": x(n)}]]},
        3000,
        "/rows/0/0/text",
    ),
    "data table number": (
        lambda n: data_table(rows=[[{"type": "raw_number", "value": 1, "text": x(n)}]] * 2),
        3000,
        "/rows/0/0/text",
    ),
    "cell block_id": (
        lambda n: {"type": "table", "rows": [[bullets() | {"block_id": x(n)}]]},
        255,
        "/rows/0/0/block_id",
    ),
    "category": (lambda n: relabelled(x(n)), 20, "/chart/axis_config/categories/0"),
    "point": (lambda n: relabelled(x(n)), 20, "/chart/series/0/data/0/label"),
    "data table caption": (lambda n: data_table(caption=x(n)), 3000, "/caption"),
    "series name": (lambda n: renamed(name=x(n)), 20, "/chart/series/0/name"),
    "segment": (lambda n: pie(label=x(n)), 20, "/chart/segments/0/label"),
    "chart axis aside": (lambda n: bars(y_label=x(n)), 50, "/chart/axis_config/y_label"),
    "chart title": (lambda n: bars() | {"title": x(n)}, 50, "/title"),
    "chart axis": (lambda n: bars(x_label=x(n)), 50, "/chart/axis_config/x_label"),
}
ITEMS: dict[str, tuple[Build, int, str]] = {
    "section fields": (lambda n: {"type": "section", "fields": [words(1)] * n}, 10, "/fields"),
    "context": (lambda n: {"type": "context", "elements": [words(1)] * n}, 10, "/elements"),
    "actions": (lambda n: actions(*(button("x", f"a{i}") for i in range(n))), 25, "/elements"),
    "overflow": (
        lambda n: accessory({"type": "overflow", "options": options(n)}),
        5,
        "/accessory/options",
    ),
    "options": (lambda n: actions(select(options=options(n))), 100, "/elements/0/options"),
    "groups": (
        lambda n: asked(
            {"type": "static_select", "option_groups": [{"label": words(1), "options": options(1)}] * n}
        ),
        100,
        "/element/option_groups",
    ),
    "options of a group": (
        lambda n: asked(
            {"type": "static_select", "option_groups": [{"label": words(1), "options": options(n)}]}
        ),
        100,
        "/element/option_groups/0/options",
    ),
    "multi options": (
        lambda n: asked({"type": "multi_static_select", "options": options(n)}),
        100,
        "/element/options",
    ),
    "checkboxes": (
        lambda n: asked({"type": "checkboxes", "options": options(n)}),
        10,
        "/element/options",
    ),
    "people": (
        lambda n: asked({"type": "multi_users_select", "initial_users": ["U1"] * n}),
        100,
        "/element/initial_users",
    ),
    "initial options": (
        lambda n: asked(
            {"type": "multi_static_select", "options": options(1), "initial_options": options(1) * n}
        ),
        100,
        "/element/initial_options",
    ),
    "initial checkboxes": (
        lambda n: asked({"type": "checkboxes", "options": options(1), "initial_options": options(1) * n}),
        10,
        "/element/initial_options",
    ),
    "conversations": (
        lambda n: asked({"type": "conversations_select", "filter": {"include": ["im"] * n}}),
        4,
        "/element/filter/include",
    ),
    "triggers": (
        lambda n: typed(dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"] * n}),
        2,
        "/element/dispatch_action_config/trigger_actions_on",
    ),
    "stretches": (
        lambda n: lines(*STRETCHES[:1] * n),
        1000,
        "/elements/0/elements",
    ),
    "radio buttons": (
        lambda n: actions({"type": "radio_buttons", "options": options(n)}),
        10,
        "/elements/0/options",
    ),
}
ITEMS_IN_MESSAGES: dict[str, tuple[Build, int, str]] = {
    "table rows": (table, 100, "/rows"),
    "table cells": (lambda n: table(1, n), 20, "/rows/0"),
    "table columns": (lambda n: table(1) | {"column_settings": [{}] * n}, 20, "/column_settings"),
    "data table rows": (data_table, 101, "/rows"),
    "data table cells": (lambda n: data_table(rows=table(2, n)["rows"]), 20, "/rows/0"),
    "points": (lambda n: bars(1, n), 20, "/chart/series/0/data"),
    "segments": (pie, 6, "/chart/segments"),
    "series": (bars, 6, "/chart/series"),
    "categories": (lambda n: bars(1, n), 20, "/chart/axis_config/categories"),
}
NUMBERS: dict[str, tuple[Build, int, str]] = {
    "min_length": (lambda n: typed(min_length=n), 3000, "/element/min_length"),
    "max_length": (lambda n: typed(max_length=n), 3000, "/element/max_length"),
    "list indent": (lambda n: bullets(indent=n), 8, "/elements/0/indent"),
    "list border": (lambda n: bullets(border=n), 1, "/elements/0/border"),
}
NUMBERS_IN_MESSAGES: dict[str, tuple[Build, int, str]] = {
    "page": (lambda n: data_table(page_size=n), 100, "/page_size"),
    "row header": (lambda n: data_table(row_header_column_index=n), 19, "/row_header_column_index"),
    "moment": (
        lambda n: actions({"type": "datetimepicker", "initial_date_time": n}),
        9_999_999_999,
        "/elements/0/initial_date_time",
    ),
}


def cases(
    table: dict[str, tuple[Build, int, str]], surfaces: tuple[str, ...], wording: str, more: int
) -> list[Any]:
    """One for each row and surface; `wording` tells of the limit plus `more`."""
    return [
        pytest.param(build, most, wording.format(most + more), place, surface, id=f"{name}, {surface}")
        for name, (build, most, place) in table.items()
        for surface in surfaces
    ]


@pytest.mark.parametrize(
    ("build", "most", "wording", "place", "surface"),
    [
        *cases(LENGTHS, EVERYWHERE, "must be less than {} characters", 1),
        *cases(LENGTHS_IN_MESSAGES, ("message",), "must be less than {} characters", 1),
        *cases(ITEMS, EVERYWHERE, "no more than {} items allowed", 0),
        *cases(ITEMS_IN_MESSAGES, ("message",), "no more than {} items allowed", 0),
        *cases(NUMBERS, EVERYWHERE, "must be at most {}", 0),
        *cases(NUMBERS_IN_MESSAGES, ("message",), "must be at most {}", 0),
    ],
)
def test_what_reaches_a_limit_passes_and_one_more_does_not(
    build: Build, most: int, wording: str, place: str, surface: str
) -> None:
    assert faults_in_blocks([build(most)], surface) == []
    assert f"{wording} [json-pointer:/blocks/0{place}]" in faults_in_blocks([build(most + 1)], surface)


VIEW_LENGTHS = [
    ("title", words, 24, "/title/text"),
    ("submit", words, 24, "/submit/text"),
    ("close", words, 24, "/close/text"),
    ("private_metadata", x, 3000, "/private_metadata"),
    ("callback_id", x, 255, "/callback_id"),
    ("external_id", x, 255, "/external_id"),
]


@pytest.mark.parametrize(("name", "build", "most", "place"), VIEW_LENGTHS)
def test_what_surrounds_the_blocks_of_a_view_has_its_limits_too(
    name: str, build: Callable[[int], Any], most: int, place: str
) -> None:
    views = [note_modal("x")] if name in ("title", "submit", "close") else [note_modal("x"), home(1)]
    for view in views:
        assert faults_in_view(view | {name: build(most)}) == []
        assert name in ("title", "submit", "close") or faults_in_view(view | {name: ""}) == []
        assert faults_in_view(view | {name: build(most + 1)}) == [
            f"must be less than {most + 1} characters [json-pointer:/view{place}]"
        ]


def test_a_message_is_too_long_by_its_text_and_by_the_blocks_around_it() -> None:
    def story(characters: int, blocks: int) -> list[Json]:
        return [section(x(characters // blocks))] * (blocks - 1) + [
            section(x(characters - characters // blocks * (blocks - 1)))
        ]

    assert not too_long(story(12_000, 5))
    assert too_long(story(12_001, 5))
    assert not too_long(story(12_000 - (70 * 50 - 1_200), 50))
    assert too_long(story(12_001 - (70 * 50 - 1_200), 50))
    # Both were measured against Slack.
    assert not too_long(story(9_597, 50))
    assert too_long(story(11_341, 45))
