"""What people enter: the state of inputs in Slack's shape, initial or typed."""

from collections.abc import Iterator, Mapping, Sequence

from bot.workspace.blockkit import elements_of
from bot.workspace.blockkit.elements import TYPED, options_of
from bot.workspace.model import Json

Entry = str | Sequence[str]

_SINGLE = {
    "users_select": "user",
    "channels_select": "channel",
    "conversations_select": "conversation",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "date_time",
}
_SEVERAL = {"multi_users_select": "users", "multi_channels_select": "channels"}
_ONE_OPTION = ("static_select", "radio_buttons", "overflow")
_OPTIONS = ("checkboxes", "multi_static_select")
STATEFUL = {*TYPED, *_SINGLE, *_SEVERAL, *_ONE_OPTION, *_OPTIONS} - {"overflow"}


def inputs(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each block that holds something to fill in, with that element."""
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in STATEFUL:
                yield block, element


def initial_state(blocks: list[Json], kept: Mapping[str, Json] | None = None) -> dict[str, Json]:
    """Block id -> action id -> value. What `kept` has for the same ids stays, as in an updated view."""
    state: dict[str, Json] = {}
    for block, element in inputs(blocks):
        old = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
        same = old is not None and old["type"] == element["type"]
        state.setdefault(block["block_id"], {})[element["action_id"]] = old if same else _initial(element)
    return state


def entered(element: Json, value: Entry) -> Json:
    """The element's value once this is entered. Raises LookupError for an option it does not have."""
    kind = element["type"]
    if kind in TYPED:
        return {"type": kind, "value": value or None}
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": _option(element, str(value)) if value else None}
    if kind in _OPTIONS:
        return {"type": kind, "selected_options": [_option(element, each) for each in listed(value)]}
    if kind in _SEVERAL:
        return {"type": kind, f"selected_{_SEVERAL[kind]}": listed(value)}
    chosen: str | int | None = int(str(value)) if kind == "datetimepicker" and value else str(value) or None
    return {"type": kind, f"selected_{_SINGLE[kind]}": chosen}


def is_empty(value: Json) -> bool:
    return all(not part for name, part in value.items() if name != "type")


def incomplete(blocks: list[Json], state: Mapping[str, Json]) -> dict[str, str]:
    """Block id -> why the form cannot be sent yet, as Slack's own client checks before sending."""
    wrong: dict[str, str] = {}
    for block, element in inputs(blocks):
        value = state[block["block_id"]][element["action_id"]]
        if block["type"] == "input" and (problem := _problem(block, element, value)):
            wrong[block["block_id"]] = problem
    return wrong


def _problem(block: Json, element: Json, value: Json) -> str:
    if is_empty(value):
        return "" if block.get("optional") else "Please complete this required field."
    length = len(value.get("value") or "") if element["type"] == "plain_text_input" else 0
    if length and length < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if length > element.get("max_length", 3000):
        return f"Please enter no more than {element.get('max_length', 3000)} characters."
    return ""


def _initial(element: Json) -> Json:
    kind = element["type"]
    if kind in TYPED:
        return entered(element, element.get("initial_value", ""))
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind in _SEVERAL:
        return entered(element, element.get(f"initial_{_SEVERAL[kind]}", []))
    return entered(element, str(element.get(f"initial_{_SINGLE[kind]}") or ""))


def listed(value: Entry) -> list[str]:
    """Several values: as they are, or from one text with commas."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return list(value)


def _option(element: Json, value: str) -> Json:
    known = options_of(element)
    for option in known:
        if option["value"] == value:
            return dict(option)
    raise LookupError(f"{element['action_id']} has no option {value!r}: {[o['value'] for o in known]}")
