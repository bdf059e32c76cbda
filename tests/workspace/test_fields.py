"""Every documented field of Block Kit is taken where Slack takes it, and nothing else is."""

import copy
from typing import Any

import pytest

from bot.workspace.blockkit import faults_in_blocks, faults_in_view
from tests.workspace.kit import (
    EVERYWHERE,
    Json,
    accessory,
    actions,
    asked,
    bars,
    bullets,
    confirm,
    data_table,
    image,
    options,
    pie,
    select,
    table,
    typed,
    x,
)
from tests.workspace.tinybot import button, home, note_modal, option, section, text


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (typed(min_length=-1), "must be at least 0 [json-pointer:/blocks/0/element/min_length]"),
        (typed(max_length=0), "must be at least 1 [json-pointer:/blocks/0/element/max_length]"),
        (typed(max_length=2.5), "must provide an integer [json-pointer:/blocks/0/element/max_length]"),
        (typed(max_length=True), "must provide a number [json-pointer:/blocks/0/element/max_length]"),
        (
            asked({"type": "multi_users_select", "max_selected_items": 0}),
            "must be at least 1 [json-pointer:/blocks/0/element/max_selected_items]",
        ),
        (
            asked({"type": "datetimepicker", "initial_date_time": 999_999_999}),
            "must be at least 1000000000 [json-pointer:/blocks/0/element/initial_date_time]",
        ),
        (
            asked({"type": "timepicker", "initial_time": "24:00"}),
            "must be a time like 09:30 [json-pointer:/blocks/0/element/initial_time]",
        ),
        (
            asked({"type": "number_input", "is_decimal_allowed": True, "min_value": "2", "max_value": "1.5"}),
            "min_value cannot be greater than max_value [json-pointer:/blocks/0/element]",
        ),
        (
            asked({"type": "number_input", "is_decimal_allowed": "no"}),
            "must provide a boolean [json-pointer:/blocks/0/element/is_decimal_allowed]",
        ),
        (
            asked({"type": "number_input", "is_decimal_allowed": True, "initial_value": "one"}),
            "must be a number in a string [json-pointer:/blocks/0/element/initial_value]",
        ),
        (
            asked({"type": "overflow", "options": options(1)}),
            "unsupported type: overflow [json-pointer:/blocks/0/element/type]",
        ),
        (
            asked({"type": "multi_static_select", "options": options(1), "initial_options": options(2)}),
            "initial option must exactly match one of the provided options [json-pointer:/blocks/0/element]",
        ),
        (
            asked({"type": "static_select"}),
            "must provide either options or option_groups [json-pointer:/blocks/0/element]",
        ),
        (typed(placeholder="x"), "missing required field: type [json-pointer:/blocks/0/element/placeholder]"),
        (
            asked(button("x", "a")),
            "unsupported type: button [json-pointer:/blocks/0/element/type]",
        ),
        (typed(action_id=1), "must provide a string [json-pointer:/blocks/0/element/action_id]"),
        (
            asked({"type": "checkboxes", "options": "x"}),
            "must provide an array [json-pointer:/blocks/0/element/options]",
        ),
        (
            asked({"type": "checkboxes", "options": ["x"]}),
            "must provide an object [json-pointer:/blocks/0/element/options/0]",
        ),
        (bullets(indent=-1), "must be at least 0 [json-pointer:/blocks/0/elements/0/indent]"),
        (bullets(offset=-1), "must be at least 0 [json-pointer:/blocks/0/elements/0/offset]"),
        (bullets(border=-1), "must be at least 0 [json-pointer:/blocks/0/elements/0/border]"),
        (
            asked({"type": "number_input"}),
            "missing required field: is_decimal_allowed [json-pointer:/blocks/0/element]",
        ),
        (
            asked({"type": "checkboxes", "options": options(1), "placeholder": text("x")}),
            "invalid additional property: placeholder [json-pointer:/blocks/0/element]",
        ),
        (
            asked(select(initial_option=option("a") | {"text": text("Another text")})),
            "initial option must exactly match one of the provided options [json-pointer:/blocks/0/element]",
        ),
        (
            asked({"type": "conversations_select", "filter": {"include": ["dm"]}}),
            "must be one of: im, mpim, private, public [json-pointer:/blocks/0/element/filter/include/0]",
        ),
        (
            typed(dispatch_action_config={"trigger_actions_on": ["always"]}),
            "must be one of: on_enter_pressed, on_character_entered"
            " [json-pointer:/blocks/0/element/dispatch_action_config/trigger_actions_on/0]",
        ),
    ],
)
def test_what_a_form_may_not_ask_is_named_with_its_place(block: Json, fault: str) -> None:
    assert fault in faults_in_blocks([block], "modal")


WHOLE: list[Json] = [
    {
        **section("x"),
        "block_id": "b",
        "fields": [text("x", "mrkdwn"), {**text("x"), "emoji": True}],
        "expand": True,
        "accessory": confirm(confirm=text("Yes"), deny=text("No"), style="danger"),
    },
    {"type": "context", "elements": [image(), text("x"), {**text("x", "mrkdwn"), "verbatim": True}]},
    asked(
        {
            "type": "plain_text_input",
            "action_id": "a",
            "initial_value": "x",
            "multiline": True,
            "min_length": 1,
            "max_length": 9,
            "focus_on_load": True,
            "placeholder": text("x"),
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]},
        },
        hint=text("x"),
        optional=True,
        dispatch_action=True,
    ),
    asked(
        {
            "type": "conversations_select",
            "initial_conversation": "C1",
            "default_to_current_conversation": True,
            "filter": {
                "include": ["im", "mpim", "private", "public"],
                "exclude_external_shared_channels": True,
                "exclude_bot_users": True,
            },
            "focus_on_load": True,
            "placeholder": text("x"),
        }
    ),
    asked({"type": "channels_select", "initial_channel": "C1"}),
    asked({"type": "multi_channels_select", "initial_channels": ["C1"], "max_selected_items": 2}),
    asked({"type": "multi_users_select", "initial_users": ["U1"], "max_selected_items": 2}),
    asked({"type": "multi_static_select", "options": options(2), "initial_options": options(2)}),
    asked({"type": "checkboxes", "options": options(2), "initial_options": options(1)}),
    asked({"type": "radio_buttons", "options": options(2), "initial_option": options(1)[0]}),
    asked(
        {
            "type": "static_select",
            "option_groups": [{"label": text("x"), "options": options(2)}],
            "initial_option": options(2)[1],
        }
    ),
    asked({"type": "multi_users_select", "initial_users": []}),
    typed(initial_value=""),
    actions(confirm(style="primary")),
    bullets(indent=0, offset=0, border=0),
    {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": []}]},
]
FLAGS = [
    (0, "/expand"),
    (0, "/fields/1/emoji"),
    (1, "/elements/2/verbatim"),
    (2, "/optional"),
    (2, "/dispatch_action"),
    (2, "/element/multiline"),
    (2, "/element/focus_on_load"),
    (3, "/element/focus_on_load"),
    (3, "/element/default_to_current_conversation"),
    (3, "/element/filter/exclude_external_shared_channels"),
    (3, "/element/filter/exclude_bot_users"),
]


@pytest.mark.parametrize("surface", EVERYWHERE)
def test_every_documented_field_is_taken(surface: str) -> None:
    for block in WHOLE:
        assert faults_in_blocks([block], surface) == []


def test_tables_and_charts_take_every_documented_field() -> None:
    columns = [{"align": side, "is_wrapped": True} for side in ("left", "center", "right")]
    cells = [{"type": "raw_text", "text": "x"}, bullets() | {"block_id": "b"}]
    number = {"type": "raw_number", "value": 1.5, "text": "1.5"}
    for block in (
        {"type": "table", "rows": [cells], "column_settings": columns},
        data_table(rows=[[number, cells[0]], cells], page_size=1, row_header_column_index=0),
        *(bars() | {"chart": bars()["chart"] | {"type": kind}} for kind in ("bar", "area", "line")),
    ):
        assert faults_in_blocks([block], "message") == []


@pytest.mark.parametrize(("number", "place"), FLAGS)
def test_a_flag_is_true_or_false(number: int, place: str) -> None:
    block = copy.deepcopy(WHOLE[number])
    *way, last = place.strip("/").split("/")
    part: Any = block
    for step in way:
        part = part[int(step)] if isinstance(part, list) else part[step]
    part[last] = "yes"
    assert faults_in_blocks([block], "modal") == [f"must provide a boolean [json-pointer:/blocks/0{place}]"]


ONLY_ON = [
    ({"type": "datetimepicker"}, {"message", "modal"}),
    ({"type": "email_text_input"}, {"modal"}),
    ({"type": "url_text_input"}, {"modal"}),
    ({"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "1.0"}, {"modal"}),
    ({"type": "plain_text_input"}, set(EVERYWHERE)),
    ({"type": "datepicker", "initial_date": "2026-11-30"}, set(EVERYWHERE)),
    ({"type": "timepicker", "initial_time": "23:59"}, set(EVERYWHERE)),
    ({"type": "users_select"}, set(EVERYWHERE)),
    ({"type": "multi_channels_select", "max_selected_items": 1}, set(EVERYWHERE)),
    ({"type": "checkboxes", "options": options(1)}, set(EVERYWHERE)),
    (select(initial_option=option("a")), set(EVERYWHERE)),
]


@pytest.mark.parametrize(
    ("element", "surfaces"),
    ONLY_ON,
    ids=lambda value: dict(value).get("type", "") if isinstance(value, dict) else "",
)
def test_an_element_is_taken_on_its_surfaces_alone(element: Json, surfaces: set[str]) -> None:
    taken = {surface for surface in EVERYWHERE if not faults_in_blocks([asked(element)], surface)}
    assert taken == surfaces
    for surface in set(EVERYWHERE) - surfaces:
        assert faults_in_blocks([asked(element)], surface) == [
            f"unsupported type: {element['type']} [json-pointer:/blocks/0/element/type]"
        ]


@pytest.mark.parametrize("block", [{"type": "markdown", "text": "x"}, table(1), data_table(), bars()])
def test_a_table_a_chart_and_markdown_are_for_messages_only(block: Json) -> None:
    assert faults_in_blocks([block], "message") == []
    for surface in ("modal", "home"):
        assert faults_in_blocks([block], surface) == [
            f"unsupported type: {block['type']} [json-pointer:/blocks/0/type]"
        ]


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ([data_table(), data_table()], "no more than 1 data_table blocks allowed [json-pointer:/blocks]"),
        ([data_table(page_size=0)], "must be at least 1 [json-pointer:/blocks/0/page_size]"),
        (
            [data_table(row_header_column_index=-1)],
            "must be at least 0 [json-pointer:/blocks/0/row_header_column_index]",
        ),
        (
            [table(1) | {"column_settings": [{"align": "middle"}]}],
            "must be one of: left, center, right [json-pointer:/blocks/0/column_settings/0/align]",
        ),
        (
            [table(1) | {"column_settings": [{"is_wrapped": "yes"}]}],
            "must provide a boolean [json-pointer:/blocks/0/column_settings/0/is_wrapped]",
        ),
        (
            [bars() | {"chart": bars()["chart"] | {"series": bars()["chart"]["series"] * 2}}],
            "series names must be unique [json-pointer:/blocks/0/chart/series]",
        ),
        (
            [pie() | {"chart": {"type": "pie", "segments": [{"label": "x", "value": 0}]}}],
            "must be at least 1e-06 [json-pointer:/blocks/0/chart/segments/0/value]",
        ),
        ([table(1), table(1)], "no more than 1 table blocks allowed [json-pointer:/blocks]"),
        (
            [{"type": "markdown", "text": x(6_000)}, {"type": "markdown", "text": x(6_001)}],
            "no more than 12000 characters in all markdown blocks allowed [json-pointer:/blocks]",
        ),
        (
            [{"type": "table", "rows": [table(1)["rows"][0], []]}],
            "no less than 1 items required [json-pointer:/blocks/0/rows/1]",
        ),
        (
            [{"type": "table", "rows": [table(1)["rows"][0], table(1, 2)["rows"][0]]}],
            "all rows must have the same number of cells [json-pointer:/blocks/0/rows]",
        ),
        (
            [{"type": "table", "rows": [[{"type": "raw_number", "value": 1, "text": "1"}]]}],
            "unsupported type: raw_number [json-pointer:/blocks/0/rows/0/0/type]",
        ),
        (
            [data_table() | {"rows": [[bullets()], [{"type": "raw_text", "text": "x"}]]}],
            "unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]",
        ),
    ],
)
def test_what_the_blocks_of_a_message_may_not_be_together(blocks: list[Json], fault: str) -> None:
    assert fault in faults_in_blocks(blocks, "message")


def test_a_modal_says_true_or_false_how_it_closes() -> None:
    for name in ("clear_on_close", "notify_on_close"):
        assert faults_in_view(note_modal("x") | {name: True}) == []
        assert faults_in_view(note_modal("x") | {name: "yes"}) == [
            f"must provide a boolean [json-pointer:/view/{name}]"
        ]


def test_one_element_of_a_view_takes_the_focus() -> None:
    eager = typed(focus_on_load=True)
    assert faults_in_view(note_modal("x") | {"blocks": [eager, typed(focus_on_load=False)]}) == []
    beside = accessory({"type": "users_select", "focus_on_load": True})
    for both in ([eager, eager], [eager, beside]):
        assert faults_in_view(note_modal("x") | {"blocks": both}) == [
            "only one element can be set to focus_on_load [json-pointer:/view]"
        ]


def test_a_fault_in_a_view_is_named_with_its_place_there() -> None:
    assert faults_in_view(home(1) | {"blocks": [section("x"), section("")]}) == [
        "must be more than 0 characters [json-pointer:/view/blocks/1/text/text]"
    ]
