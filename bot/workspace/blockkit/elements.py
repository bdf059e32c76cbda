"""The elements a block may hold, with Slack's documented limits."""

import re
from typing import Any

from bot.workspace.blockkit.rules import (
    Findings,
    Rule,
    anything,
    both,
    exactly_one_of,
    flag,
    items,
    matching,
    number,
    one_of,
    shape,
    string,
    text,
)

ACTION_ID = string(255)
PLACEHOLDER = text(150, "plain_text")

CONFIRM = shape(
    {"title": text(100, "plain_text"), "text": text(300)},
    {"confirm": text(30, "plain_text"), "deny": text(30, "plain_text"), "style": one_of("primary", "danger")},
)
PLAIN_OPTION = shape(
    {"text": text(75, "plain_text"), "value": string(150)}, {"description": text(75, "plain_text")}
)
RICH_OPTION = shape({"text": text(75), "value": string(150)}, {"description": text(75)})
MENU_OPTION = shape(
    {"text": text(75, "plain_text"), "value": string(150)},
    {"description": text(75, "plain_text"), "url": string(3000)},
)
GROUP = shape({"label": text(75, "plain_text"), "options": items(PLAIN_OPTION, 100)})


def element(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return shape(required, {"action_id": ACTION_ID, "confirm": CONFIRM, **(optional or {})})


def field(optional: dict[str, Rule], required: dict[str, Rule] | None = None) -> Rule:
    return element(required or {}, {"placeholder": PLACEHOLDER, "focus_on_load": flag, **optional})


def typed(optional: dict[str, Rule], required: dict[str, Rule] | None = None) -> Rule:
    return field({"dispatch_action_config": anything, "initial_value": string(3000, 0), **optional}, required)


def options_of(value: Any) -> list[Any]:
    """All options of a select, its groups opened."""
    grouped = [option for group in value.get("option_groups") or [] for option in group.get("options") or []]
    return [*(value.get("options") or []), *grouped]


def _starts_with_its_own(value: Any, path: str, found: Findings) -> None:
    chosen = value.get("initial_options") or [value.get("initial_option")]
    known = [option.get("value") for option in options_of(value) if isinstance(option, dict)]
    for option in chosen:
        if isinstance(option, dict) and option.get("value") not in known:
            found.add("initial option must exactly match one of the provided options", path)


def select(optional: dict[str, Rule]) -> Rule:
    menu: dict[str, Rule] = {"options": items(PLAIN_OPTION, 100), "option_groups": items(GROUP, 100)}
    return both(field({**menu, **optional}), exactly_one_of("options", "option_groups"), _starts_with_its_own)


_MANY: dict[str, Rule] = {"max_selected_items": number(1)}
_DATE = matching(lambda value: bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)), "a date like 2026-11-30")
_TIME = matching(lambda value: bool(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value)), "a time like 09:30")
_IDS = items(string(255), 100, 0)

ELEMENTS: dict[str, Rule] = {
    "button": element(
        {"text": text(75, "plain_text")},
        {
            "url": string(3000),
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
    ),
    "overflow": element({"options": items(MENU_OPTION, 5)}),
    "static_select": select({"initial_option": PLAIN_OPTION}),
    "multi_static_select": select({"initial_options": items(PLAIN_OPTION, 100), **_MANY}),
    "users_select": field({"initial_user": string(255)}),
    "multi_users_select": field({"initial_users": _IDS, **_MANY}),
    "channels_select": field({"initial_channel": string(255)}),
    "multi_channels_select": field({"initial_channels": _IDS, **_MANY}),
    "conversations_select": field(
        {
            "initial_conversation": string(255),
            "default_to_current_conversation": flag,
            "filter": anything,
        }
    ),
    "datepicker": field({"initial_date": _DATE}),
    "timepicker": field({"initial_time": _TIME, "timezone": string(100)}),
    "datetimepicker": field({"initial_date_time": number(1_000_000_000, 9_999_999_999)}),
    "checkboxes": both(
        field({"initial_options": items(RICH_OPTION, 10)}, {"options": items(RICH_OPTION, 10)}),
        _starts_with_its_own,
    ),
    "radio_buttons": both(
        field({"initial_option": RICH_OPTION}, {"options": items(RICH_OPTION, 10)}), _starts_with_its_own
    ),
    "plain_text_input": typed(
        {"multiline": flag, "min_length": number(0, 3000), "max_length": number(1, 3000)}
    ),
    "email_text_input": typed({}),
    "url_text_input": typed({}),
    "number_input": typed({"min_value": string(100), "max_value": string(100)}, {"is_decimal_allowed": flag}),
    "image": shape({"image_url": string(3000), "alt_text": string(2000)}),
}

CHOICES = frozenset({"overflow", "static_select", "users_select", "channels_select", "conversations_select"})
MULTI = frozenset({"multi_static_select", "multi_users_select", "multi_channels_select"})
PICKERS = frozenset({"datepicker", "timepicker", "checkboxes", "radio_buttons"})
TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})

IN_SECTION = CHOICES | MULTI | PICKERS | {"button", "image"}
IN_ACTIONS = CHOICES | PICKERS | {"button", "datetimepicker"}
IN_INPUT = (CHOICES - {"overflow"}) | MULTI | PICKERS | TYPED | {"datetimepicker"}
