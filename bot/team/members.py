"""Who takes turns in a pool, and how many leads they take at most: `{ana: 2, ben: 1}` or `[ana, ben]`."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, ValidationInfo, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, core_schema

from bot.team.fields import Entry, People, rep_key

WEIGHTS = range(1, 17)
"""A turn divides by each of them without a rest (docs/decisions/0004)."""

Most = Annotated[int, Field(strict=True, ge=1, le=10_000)]


class Members(tuple[str, ...]):
    """Keys of reps in the document's order, each with a weight: with weight 2 somebody gets twice the leads."""

    weights: Mapping[str, int]

    def __new__(cls, keys: Iterable[str], weights: Mapping[str, int] | None = None) -> "Members":
        members = super().__new__(cls, keys)
        members.weights = {key: (weights or {}).get(key, 1) for key in members}
        return members

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_wrap_validator_function(_members, handler.generate_schema(People))


class Caps(Entry):
    """The most leads somebody is offered. A day and a week start at the pool's midnight, a week on Monday."""

    per_day: Most | None = None
    per_week: Most | None = None
    open: Most | None = None
    """Leads they work on at a time, those they are being asked about included."""

    def __bool__(self) -> bool:
        return any(most is not None for most in (self.per_day, self.per_week, self.open))


def _members(written: Any, as_list: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Members:
    if not isinstance(written, dict):
        return Members(as_list(written))
    if not written:
        raise ValueError("is empty: name at least 1.")
    mistakes = [said for key, weight in written.items() for said in _mistakes_in(key, weight, info)]
    if mistakes:
        raise ValueError(" ".join(mistakes))
    return Members(written, written)


def _mistakes_in(key: Any, weight: Any, info: ValidationInfo) -> list[str]:
    found: list[str] = []
    try:
        rep_key(str(key), info)
    except ValueError as mistake:
        found.append(str(mistake))
    if type(weight) is not int or weight not in WEIGHTS:
        found.append(f"{key}: {weight!r} is no weight; write a whole number from 1 to {WEIGHTS[-1]}.")
    return found
