"""Block Kit as Slack reads it: what it refuses, the ids it adds, and what people enter into it."""

import copy
import secrets
from collections.abc import Iterator
from typing import Any

from bot.workspace.blockkit.blocks import (
    MOST_BLOCKS,
    MOST_MARKDOWN,
    MOST_OF_A_KIND,
    SURFACES,
    VIEWS,
)
from bot.workspace.blockkit.rules import Findings, by_type, items
from bot.workspace.model import Json

__all__ = ["elements_of", "faults_in_blocks", "faults_in_view", "too_long", "with_ids"]

_MOST_TEXT = 12_000
_ROOM_FOR_BLOCKS = 1_200
_A_BLOCK = 70


def faults_in_blocks(blocks: Any, surface: str, path: str = "/blocks") -> list[str]:
    """Everything Slack would refuse in the blocks on that surface (message, modal, home), with its place."""
    found = Findings()
    items(by_type(SURFACES[surface]), MOST_BLOCKS[surface], 0)(blocks, path, found)
    if not found:
        _no_twins(blocks, path, found)
        _not_too_many(blocks, path, found)
    return found


def faults_in_view(view: Any, path: str = "/view") -> list[str]:
    """The same for a modal or a Home with all that surrounds its blocks."""
    found = Findings()
    by_type(VIEWS)(view, path, found)
    if found:
        return found
    found.extend(faults_in_blocks(view["blocks"], view["type"], f"{path}/blocks"))
    asks = any(block.get("type") == "input" for block in view["blocks"] if isinstance(block, dict))
    if view["type"] == "modal" and asks and not view.get("submit"):
        found.add("submit is required when an input block is within blocks", path)
    if not found:
        _one_focus(view["blocks"], path, found)
    return found


def too_long(blocks: list[Json]) -> bool:
    """Whether Slack says `msg_blocks_too_long` to a message with these blocks.

    Its documentation gives no number. Its maintainers tell of 12,000 characters of text, with a buffer for the
    blocks around it (slackapi/bolt-js#2509). What a block takes of that is from what is known to have passed
    (9,597 characters in 50 blocks) and failed (11,341 in 45; slackapi/bolt-js#2867): rather too much than too little.
    """
    blocks_beyond_room = max(0, len(blocks) * _A_BLOCK - _ROOM_FOR_BLOCKS)
    return _characters(blocks) + blocks_beyond_room > _MOST_TEXT


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which every block and every interactive element has an id, as Slack hands them out."""
    named = copy.deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in elements_of(block):
            if element["type"] != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return named


def elements_of(block: Json) -> Iterator[Json]:
    """The elements of a block that a person can act on, and images beside them."""
    if accessory := block.get("accessory"):
        yield accessory
    if block["type"] == "input":
        yield block["element"]
    if block["type"] == "actions":
        yield from block["elements"]


def _characters(part: Any) -> int:
    """How long all text in it is."""
    if isinstance(part, list):
        return sum(map(_characters, part))
    if not isinstance(part, dict):
        return 0
    return sum(
        len(value) if name == "text" and isinstance(value, str) else _characters(value)
        for name, value in part.items()
    )


def _one_focus(blocks: list[Json], path: str, found: Findings) -> None:
    focused = [element for block in blocks for element in elements_of(block) if element.get("focus_on_load")]
    if len(focused) > 1:
        found.add("only one element can be set to focus_on_load", path)


def _no_twins(blocks: list[Json], path: str, found: Findings) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name in seen:
            found.add(f"`block_id` {name!r} already exists", f"{path}/{index}/block_id")
        seen.add(name or "")
        acts = [str(element["action_id"]) for element in elements_of(block) if element.get("action_id")]
        for twin in sorted({act for act in acts if acts.count(act) > 1}):
            found.add(f"`action_id` {twin!r} already exists for this block", f"{path}/{index}")


def _not_too_many(blocks: list[Json], path: str, found: Findings) -> None:
    kinds = [block["type"] for block in blocks]
    for kind, most in MOST_OF_A_KIND.items():
        if kinds.count(kind) > most:
            found.add(f"no more than {most} {kind} blocks allowed", path)
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MOST_MARKDOWN:
        found.add(f"no more than {MOST_MARKDOWN} characters in all markdown blocks allowed", path)
