"""How methods describe themselves, and how they read their arguments from JSON or from a form."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.workspace.blockkit import faults_in_blocks, too_long, with_ids
from bot.workspace.context import Context
from bot.workspace.model import ApiError, Json

MOST_TEXT = 40_000
MOST_UPDATED_TEXT = 4_000


@dataclass(frozen=True)
class Method:
    """A method of the Web API: what answers it, what arguments it needs, whose token it takes, with what scope.

    A scope like "*:history" is of the kind of conversation asked about: "im:history", "channels:history".
    """

    run: Callable[[Context, Json], Json]
    required: tuple[str, ...] = ()
    caller: Literal["bot", "app"] = "bot"
    scope: str = ""


def decoded(args: Json, name: str, error: str) -> Any:
    """An argument that is JSON, or JSON inside a form. Raises `error` if it is neither."""
    value = args.get(name)
    if not isinstance(value, str) or not value:
        return value or None
    try:
        return json.loads(value)
    except ValueError:
        raise ApiError(error) from None


def truth(args: Json, name: str) -> bool:
    return str(args.get(name, "")).lower() in {"1", "true"}


def blocks_in(args: Json, path: str = "/blocks") -> list[Json] | None:
    """The message's blocks with ids; None if absent. Raises `invalid_blocks` with every reason."""
    blocks = args.get("blocks")
    if blocks is None or blocks == "":
        return None
    blocks = decoded(args, "blocks", "invalid_blocks_format") or []
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if faults := faults_in_blocks(blocks, "message", path):
        raise ApiError("invalid_blocks", *faults)
    return with_ids(blocks)


def posted_blocks_in(args: Json) -> list[Json] | None:
    """The same for a call of the Web API, where all of them together may be `msg_blocks_too_long`."""
    blocks = blocks_in(args)
    if blocks and too_long(blocks):
        raise ApiError("msg_blocks_too_long")
    return blocks


def text_in(args: Json, most: int = MOST_TEXT) -> str | None:
    text = args.get("text")
    if text is not None and len(str(text)) > most:
        raise ApiError("msg_too_long")
    return None if text is None else str(text)
