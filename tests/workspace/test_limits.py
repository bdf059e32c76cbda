"""Every documented limit of Block Kit: what reaches it passes, one more is refused, with its place."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bot.workspace.blockkit import faults_in_blocks, faults_in_view, too_long
from tests.workspace.tinybot import button, home, note_modal, option, section, text

Json = dict[str, Any]
Build = Callable[[int], Json]
EVERYWHERE = ("message", "modal", "home")


def x(count: int) -> str:
    return "x" * count


def words(count: int) -> Json:
    return text(x(count))


def options(count: int) -> list[Json]:
    return [option(f"o{number}") for number in range(count)]


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def asked(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": text("Label"), "element": element, **more}


def typed(**more: Any) -> Json:
    return asked({"type": "plain_text_input", **more})


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": [option("a")], **more}


def confirm(**more: Any) -> Json:
    return button("x", "a", confirm={"title": text("Sure?"), "text": text("Really?"), **more})


def accessory(element: Json) -> Json:
    return {**section("x"), "accessory": element}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "x", **more}


def table(rows: int, cells: int = 1) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells] * rows}


def data_table(rows: int = 2, **more: Any) -> Json:
    return {"type": "data_table", "caption": "x", "rows": table(rows)["rows"], **more}


def bars(series: int = 1, points: int = 1, **more: Any) -> Json:
    names = [f"n{number}" for number in range(points)]
    data = [{"label": name, "value": 1} for name in names]
    lines = [{"name": f"s{number}", "data": data} for number in range(series)]
    chart = {"type": "bar", "series": lines, "axis_config": {"categories": names, **more}}
    return {"type": "data_visualization", "title": "x", "chart": chart}


def renamed(name: str) -> Json:
    chart = bars()
    chart["chart"]["series"][0]["name"] = name
    return chart


def pie(segments: int = 1, label: str = "x") -> Json:
    chart = {"type": "pie", "segments": [{"label": label, "value": 1}] * segments}
    return {"type": "data_visualization", "title": "x", "chart": chart}


def bullets(**more: Any) -> Json:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [], **more}],
    }


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
    ({"type": "number_input", "is_decimal_allowed": False, "min_value": "-1", "max_value": "1.5"}, {"modal"}),
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


def lines(*parts: Json, kind: str = "rich_text_section") -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(parts)}]}


STRETCHES: list[Json] = [
    {"type": "text", "text": "x", "style": {"bold": True, "code": False}},
    {"type": "link", "url": "https://x.example", "text": "x"},
    {"type": "user", "user_id": "U1", "style": {"client_highlight": True}},
    {"type": "usergroup", "usergroup_id": "S1"},
    {"type": "channel", "channel_id": "C1"},
    {"type": "team", "team_id": "T1"},
    {"type": "broadcast", "range": "here"},
    {"type": "color", "value": "#F405B3"},
    {"type": "emoji", "name": "wave"},
    {"type": "date", "timestamp": 1, "format": "{ago}", "fallback": "long ago"},
]


def test_rich_text_takes_what_slack_documents() -> None:
    for surface in EVERYWHERE:
        for kind in ("rich_text_section", "rich_text_quote"):
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


def test_a_modal_says_true_or_false_how_it_closes() -> None:
    for name in ("clear_on_close", "notify_on_close"):
        assert faults_in_view(note_modal("x") | {name: True}) == []
        assert faults_in_view(note_modal("x") | {name: "yes"}) == [
            f"must provide a boolean [json-pointer:/view/{name}]"
        ]


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
        assert faults_in_view(view | {name: build(most + 1)}) == [
            f"must be less than {most + 1} characters [json-pointer:/view{place}]"
        ]


def test_one_element_of_a_view_takes_the_focus() -> None:
    eager = typed(focus_on_load=True)
    assert faults_in_view(note_modal("x") | {"blocks": [eager, typed(focus_on_load=False)]}) == []
    assert faults_in_view(note_modal("x") | {"blocks": [eager, eager]}) == [
        "only one element can be set to focus_on_load [json-pointer:/view]"
    ]


def test_a_message_is_too_long_by_its_text_and_by_the_blocks_around_it() -> None:
    def story(characters: int, blocks: int) -> list[Json]:
        return [section(x(characters // blocks))] * (blocks - 1) + [
            section(x(characters - characters // blocks * (blocks - 1)))
        ]

    assert not too_long(story(12_000, 5))
    assert too_long(story(12_001, 5))
    # Both were measured against Slack.
    assert not too_long(story(9_597, 50))
    assert too_long(story(11_341, 45))
