"""What a sent form brings along, read with suspicion: it may have been opened by an older version, or by nobody."""

import json
import re
import unicodedata
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

from slack_bolt import Args
from sqlalchemy.orm import Session

from bot.db.models import Base
from bot.errors import FollowupError
from bot.messages.mrkdwn import clean

Row = TypeVar("Row", bound=Base)
Choice = TypeVar("Choice", bound=Enum)

_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""The Unicode categories of blanks, and of what only steers the characters around it."""


class UnreadableFormError(FollowupError):
    """The form lacks something that it had when it was opened, or holds what it never offered."""

    def __str__(self) -> str:
        return (
            "This form does not fit any more, perhaps because Followup was updated while it was open. "
            "Close it and open it again. Nothing was changed."
        )


class NothingWrittenError(FollowupError):
    """All that was entered is characters that nobody sees. `field` is where."""

    def __init__(self, field: str) -> None:
        super().__init__("Please write something here.")
        self.field = field


def carried(args: Args, *names: str) -> Mapping[str, Any]:
    """What was put into the form when it was opened. Raises UnreadableFormError unless it has all of `names`."""
    try:
        facts = json.loads(args.body["view"].get("private_metadata", ""))
    except (ValueError, RecursionError):
        raise UnreadableFormError from None
    if not isinstance(facts, dict) or not facts.keys() >= set(names):
        raise UnreadableFormError
    return facts


def row_carried(session: Session, table: type[Row], id_: Any) -> Row:
    """The row that a form names. Raises UnreadableFormError when there is none."""
    row = session.get(table, row_id(id_))
    if row is None:
        raise UnreadableFormError
    return row


def row_id(id_: Any) -> int:
    """The id of some row, which may be gone. Raises UnreadableFormError for what cannot be one."""
    if not re.fullmatch(r"[0-9]{1,18}", str(id_)):
        raise UnreadableFormError
    return int(id_)


def chosen(choices: type[Choice], value: str | None) -> Choice:
    """What was chosen. Raises UnreadableFormError for what nobody could choose."""
    try:
        return choices(value)
    except ValueError:
        raise UnreadableFormError from None


def entered(args: Args, *needed: str) -> dict[str, str]:
    """What was entered, by field; fields left empty are left out, and so is what no screen shows.

    Raises NothingWrittenError where nothing visible was entered in one of `needed`, and UnreadableFormError where it is
    missing: Slack sends no form without it.
    """
    found: dict[str, str] = {}
    for fields in args.body["view"]["state"]["values"].values():
        for name, field in fields.items() if isinstance(fields, dict) else ():
            value = _value(field) if isinstance(field, dict) else None
            if value:
                found[name] = clean(str(value))
    blank = {name for name, plain in found.items() if _shows_nothing(plain)}
    for name in needed:
        if name in blank:
            raise NothingWrittenError(name)
        if name not in found:
            raise UnreadableFormError
    return {name: plain for name, plain in found.items() if name not in blank}


def _shows_nothing(text: str) -> bool:
    return all(unicodedata.category(each) in _UNSEEN for each in text)


def _value(field: Mapping[str, Any]) -> Any:
    option = field.get("selected_option")
    kinds = ("value", "selected_date", "selected_date_time", "selected_user")
    given = (field[kind] for kind in kinds if field.get(kind))
    return next(given, option.get("value") if isinstance(option, dict) else None)
