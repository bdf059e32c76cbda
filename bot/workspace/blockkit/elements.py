"""The elements a block may hold, with Slack's documented limits, and the surfaces that take them."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from bot.workspace.blockkit.rules import (
    Findings,
    Rule,
    both,
    exactly_one_of,
    flag,
    integer,
    items,
    matching,
    one_of,
    shape,
    string,
    text,
)

ACTION_ID = string(255)

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

_ASKS_FIRST: dict[str, Rule] = {"confirm": CONFIRM}
_TAKES_FOCUS: dict[str, Rule] = {"focus_on_load": flag}
_PROMPTS: dict[str, Rule] = {"placeholder": text(150, "plain_text")}
_PICKED = {**_ASKS_FIRST, **_TAKES_FOCUS}
_CHOSEN = {**_PICKED, **_PROMPTS}
_TYPED: dict[str, Rule] = {
    **_TAKES_FOCUS,
    **_PROMPTS,
    "initial_value": string(3000, 0),
    "dispatch_action_config": shape(
        {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)}
    ),
}


def element(*optional: Mapping[str, Rule], **required: Rule) -> Rule:
    known: dict[str, Rule] = {"action_id": ACTION_ID}
    for more in optional:
        known |= more
    return shape(required, known)


def options_of(value: Any) -> list[Any]:
    """All options of a select, its groups opened."""
    grouped = [option for group in value.get("option_groups") or [] for option in group.get("options") or []]
    return [*(value.get("options") or []), *grouped]


def _starts_with_its_own(value: Any, path: str, found: Findings) -> None:
    chosen = value.get("initial_options") or [value.get("initial_option")]
    if any(option is not None and option not in options_of(value) for option in chosen):
        found.add("initial option must exactly match one of the provided options", path)


def _from_least_to_most(value: Any, path: str, found: Findings) -> None:
    least, most = value.get("min_value"), value.get("max_value")
    if least is not None and most is not None and float(least) > float(most):
        found.add("min_value cannot be greater than max_value", path)


def select(optional: Mapping[str, Rule]) -> Rule:
    menu: dict[str, Rule] = {"options": items(PLAIN_OPTION, 100), "option_groups": items(GROUP, 100)}
    return both(
        element(_CHOSEN, menu, optional), exactly_one_of("options", "option_groups"), _starts_with_its_own
    )


_MANY: dict[str, Rule] = {"max_selected_items": integer(1)}
_DATE = matching(lambda value: bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)), "a date like 2026-11-30")
_TIME = matching(lambda value: bool(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value)), "a time like 09:30")
_NUMBER = matching(lambda value: bool(re.fullmatch(r"-?\d+(\.\d+)?", value)), "a number in a string")
_ID = string(255)
_IDS = items(_ID, 100, 0)
_CONVERSATIONS = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)

ELEMENTS: dict[str, Rule] = {
    "button": element(
        _ASKS_FIRST,
        {
            "url": string(3000),
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
        },
        text=text(75, "plain_text"),
    ),
    "overflow": element(_ASKS_FIRST, options=items(MENU_OPTION, 5)),
    "static_select": select({"initial_option": PLAIN_OPTION}),
    "multi_static_select": select({"initial_options": items(PLAIN_OPTION, 100), **_MANY}),
    "users_select": element(_CHOSEN, {"initial_user": _ID}),
    "multi_users_select": element(_CHOSEN, {"initial_users": _IDS}, _MANY),
    "channels_select": element(_CHOSEN, {"initial_channel": _ID}),
    "multi_channels_select": element(_CHOSEN, {"initial_channels": _IDS}, _MANY),
    "conversations_select": element(
        _CHOSEN,
        {
            "initial_conversation": _ID,
            "default_to_current_conversation": flag,
            "filter": _CONVERSATIONS,
        },
    ),
    "datepicker": element(_CHOSEN, {"initial_date": _DATE}),
    "timepicker": element(_CHOSEN, {"initial_time": _TIME, "timezone": string(100)}),
    "datetimepicker": element(_PICKED, {"initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "checkboxes": both(
        element(_PICKED, {"initial_options": items(RICH_OPTION, 10)}, options=items(RICH_OPTION, 10)),
        _starts_with_its_own,
    ),
    "radio_buttons": both(
        element(_PICKED, {"initial_option": RICH_OPTION}, options=items(RICH_OPTION, 10)),
        _starts_with_its_own,
    ),
    "plain_text_input": element(
        _TYPED, {"multiline": flag, "min_length": integer(0, 3000), "max_length": integer(1, 3000)}
    ),
    "email_text_input": element(_TYPED),
    "url_text_input": element(_TYPED),
    "number_input": both(
        element(
            _TYPED,
            {"initial_value": _NUMBER, "min_value": _NUMBER, "max_value": _NUMBER},
            is_decimal_allowed=flag,
        ),
        _from_least_to_most,
    ),
    "image": shape({"image_url": string(3000), "alt_text": string(2000)}),
}

CHOICES = frozenset({"overflow", "static_select", "users_select", "channels_select", "conversations_select"})
MULTI = frozenset({"multi_static_select", "multi_users_select", "multi_channels_select"})
PICKERS = frozenset({"datepicker", "timepicker", "checkboxes", "radio_buttons"})
TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})

IN_SECTION = CHOICES | MULTI | PICKERS | {"button", "image"}
IN_ACTIONS = CHOICES | PICKERS | {"button", "datetimepicker"}
IN_INPUT = (CHOICES - {"overflow"}) | MULTI | PICKERS | TYPED | {"datetimepicker"}

ONLY_ON: Mapping[str, Collection[str]] = {
    "datetimepicker": ("message", "modal"),
    "email_text_input": ("modal",),
    "number_input": ("modal",),
    "url_text_input": ("modal",),
}
"""The surfaces of an element that not every surface takes."""


def taken_on(surface: str, names: Collection[str]) -> frozenset[str]:
    """Those of the elements that this surface takes."""
    return frozenset(name for name in names if surface in ONLY_ON.get(name, (surface,)))
