"""pydantic's complaints in the words of the person who writes the file."""

import re
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.team.errors import Mistake
from bot.team.fields import did_you_mean

SAYINGS = {
    "missing": "is missing: add it.",
    "string_type": "must be text; a number or true/false goes in quotes.",
    "string_too_short": "is empty: write something or leave it out.",
    "string_too_long": "is too long: at most {max_length} characters.",
    "int_type": "must be a whole number, without quotes.",
    "greater_than_equal": "must be at least {ge}.",
    "less_than_equal": "must be at most {le}.",
    "bool_type": "must be true or false, without quotes.",
    "tuple_type": "must be a list, like [one, two].",
    "dict_type": "must be a block of lines, each `name: value`.",
    "model_type": "must be a block of lines, each `name: value`.",
    "too_short": "is empty: name at least {min_length}.",
    "literal_error": "must be {expected}.",
    "enum": "must be {expected}.",
    "too_long": "is too long: at most {max_length}.",
    "bool_parsing": "must be true or false.",
    "string_pattern_mismatch": "may hold lower-case letters, digits and hyphens only.",
    "time_parsing": 'is no time of day; write it like "16:30".',
    "date_from_datetime_parsing": "is no date; write it like 2026-12-24.",
    "date_parsing": "is no date; write it like 2026-12-24.",
}
MENDS = {
    "channel": 'must be text; in YAML a # starts a comment, so write it in quotes: "#sales-inbound".',
}


def mistakes_in(error: ValidationError, document: type[BaseModel], raw: object) -> tuple[Mistake, ...]:
    """Each complaint about `raw` as a mistake with its path in the file."""
    return tuple(Mistake(_path(each["loc"], raw), _message(each, document)) for each in error.errors())


def _path(loc: tuple[int | str, ...], raw: object) -> str:
    path = ""
    for part in loc:
        # "[key]" marks a complaint about a key. Below a plain value, a shorthand, is nothing to point at.
        if part == "[key]" or not isinstance(raw, dict | list):
            break
        path += f"[{part}]" if isinstance(raw, list) else f".{part}"
        raw = _inside(raw, part)
    return path.removeprefix(".")


def _inside(raw: dict[Any, Any] | list[Any], part: int | str) -> object:
    if isinstance(raw, dict):
        return raw.get(part)
    return raw[part] if isinstance(part, int) else None


def _message(each: ErrorDetails, document: type[BaseModel]) -> str:
    kind, context = each["type"], each.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        return _unknown_setting(each["loc"], document)
    if kind == "string_type" and each["loc"][-1] in MENDS and each["input"] is None:
        return MENDS[str(each["loc"][-1])]
    return SAYINGS[kind].format_map(context) if kind in SAYINGS else f"{each['msg']}."


def _unknown_setting(loc: tuple[int | str, ...], document: type[BaseModel]) -> str:
    name = str(loc[-1])
    if re.search(r"secret|token|password|api_?key", name, re.IGNORECASE):
        return "secrets never live in this file: take it out; a source gets its own with a command."
    settings = {field.alias or key for key, field in _model_at(loc[:-1], document).model_fields.items()}
    return f"is no setting here.{did_you_mean(name, settings)}"


def _model_at(loc: tuple[int | str, ...], document: type[BaseModel]) -> type[BaseModel]:
    """The model that reads the block at `loc`."""
    model, names = document, iter(loc)
    for name in names:
        if isinstance(name, int):
            # A place in a list of blocks.
            continue
        field = next(f for key, f in model.model_fields.items() if (f.alias or key) == name)
        model = next(_models_in(field.annotation))
        if get_origin(field.annotation) in {dict, tuple}:
            next(names, None)
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
