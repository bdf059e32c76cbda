"""What Slack refuses of Block Kit, by its documented limits."""

from typing import Any

import pytest

from bot.workspace.blockkit import faults_in_blocks, faults_in_view
from bot.workspace.blockkit.state import entered, initial_state
from tests.workspace.tinybot import button, card, home, note_modal, option, section, text

Json = dict[str, Any]


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option("a"), option("b")], **more}


def header(words: str) -> Json:
    return {"type": "header", "text": text(words)}


def bars(**more: Any) -> Json:
    data = [{"label": "Mon", "value": 1}, {"label": "Tue", "value": 2}]
    chart = {
        "type": "bar",
        "series": [{"name": "Leads", "data": data}],
        "axis_config": {"categories": ["Mon", "Tue"]},
    }
    return {"type": "data_visualization", "title": "Leads", "chart": chart | more}


def test_sound_blocks_pass() -> None:
    assert faults_in_blocks(card("Dana"), "message") == []
    assert faults_in_blocks([bars(), header("x"), actions(select())], "message") == []
    assert faults_in_view(note_modal("x")) == []
    assert faults_in_view(home(1)) == []


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "section"}, "missing required field: text or fields [json-pointer:/blocks/0]"),
        (header("x" * 151), "must be less than 151 characters [json-pointer:/blocks/0/text/text]"),
        (
            {"type": "header", "text": text("x", "mrkdwn")},
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        ({"type": "carousel"}, "unsupported type: carousel [json-pointer:/blocks/0/type]"),
        ({"text": "x"}, "missing required field: type [json-pointer:/blocks/0]"),
        ("x", "missing required field: type [json-pointer:/blocks/0]"),
        (section("x") | {"colour": "red"}, "invalid additional property: colour [json-pointer:/blocks/0]"),
        (
            actions(button("x" * 76, "a")),
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        (
            actions(button("x", "a", "v" * 2001)),
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            actions(button("x", "a", style="warning")),
            "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            actions(*(button("x", f"a{n}") for n in range(26))),
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (actions(), "no less than 1 items required [json-pointer:/blocks/0/elements]"),
        (
            actions(button("x", "a"), button("y", "a")),
            "`action_id` 'a' already exists for this block [json-pointer:/blocks/0]",
        ),
        (
            actions(select(options=[])),
            "no less than 1 items required [json-pointer:/blocks/0/elements/0/options]",
        ),
        (
            actions(select(initial_option=option("c"))),
            "initial option must exactly match one of the provided options [json-pointer:/blocks/0/elements/0]",
        ),
        (
            actions(select(options=[{"text": text("x"), "value": "v" * 151}])),
            "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
        ),
        (
            actions({"type": "datepicker", "initial_date": "23.11.2026"}),
            "must be a date like 2026-11-30 [json-pointer:/blocks/0/elements/0/initial_date]",
        ),
        (
            {"type": "context", "elements": [button("x", "a")]},
            "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            bars(axis_config={"categories": ["Tue", "Mon"]}),
            "data labels must match the axis categories [json-pointer:/blocks/0/chart/series/0/data]",
        ),
        (
            {"type": "data_table", "caption": "x", "rows": [[], []]},
            "no less than 1 items required [json-pointer:/blocks/0/rows/0]",
        ),
    ],
)
def test_a_faulty_block_is_named_with_its_place(block: Any, fault: str) -> None:
    assert fault in faults_in_blocks([block], "message")


def test_the_number_of_blocks_is_limited_by_surface() -> None:
    divider = {"type": "divider"}
    assert faults_in_blocks([divider] * 50, "message") == []
    assert faults_in_blocks([divider] * 51, "message") == [
        "no more than 50 items allowed [json-pointer:/blocks]"
    ]
    assert faults_in_blocks([divider] * 100, "modal") == []
    assert faults_in_blocks([divider] * 101, "modal") == [
        "no more than 100 items allowed [json-pointer:/blocks]"
    ]
    assert faults_in_blocks([], "message") == []
    assert faults_in_blocks([divider] * 101, "home") == [
        "no more than 100 items allowed [json-pointer:/blocks]"
    ]
    assert faults_in_blocks([bars()] * 3, "message") == [
        "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]"
    ]


def test_two_blocks_may_not_share_an_id() -> None:
    twins = [section("a") | {"block_id": "same"}, section("b") | {"block_id": "same"}]
    assert faults_in_blocks(twins, "message") == [
        "`block_id` 'same' already exists [json-pointer:/blocks/1/block_id]"
    ]


def test_charts_are_for_messages_only() -> None:
    assert faults_in_blocks([bars()], "home") == [
        "unsupported type: data_visualization [json-pointer:/blocks/0/type]"
    ]


def test_a_modal_with_inputs_needs_a_submit_button_and_a_home_takes_no_title() -> None:
    modal = note_modal("x")
    del modal["submit"]
    assert faults_in_view(modal) == [
        "submit is required when an input block is within blocks [json-pointer:/view]"
    ]
    assert faults_in_view(home(1) | {"title": text("x")}) == [
        "invalid additional property: title [json-pointer:/view]"
    ]


def test_state_starts_with_initial_values_and_keeps_what_was_entered() -> None:
    blocks: list[Json] = [
        {
            "type": "actions",
            "block_id": "b",
            "elements": [
                select(initial_option=option("a")),
                {"type": "datepicker", "action_id": "d", "initial_date": "2026-11-30"},
                {"type": "checkboxes", "action_id": "c", "options": [option("a"), option("b")]},
                {"type": "datetimepicker", "action_id": "t"},
            ],
        }
    ]
    state = initial_state(blocks)["b"]
    assert state["s"]["selected_option"]["value"] == "a"
    assert state["d"] == {"type": "datepicker", "selected_date": "2026-11-30"}
    assert state["c"] == {"type": "checkboxes", "selected_options": []}
    assert state["t"] == {"type": "datetimepicker", "selected_date_time": None}
    kept = {"b": {**state, "d": {"type": "datepicker", "selected_date": "2026-12-01"}}}
    assert initial_state(blocks, kept)["b"]["d"]["selected_date"] == "2026-12-01"


def test_an_entry_must_be_one_of_the_options() -> None:
    chosen = entered({"type": "checkboxes", "action_id": "c", "options": [option("a"), option("b")]}, "a, b")
    assert [each["value"] for each in chosen["selected_options"]] == ["a", "b"]
    with pytest.raises(LookupError, match="no option 'z'"):
        entered(select(), "z")
