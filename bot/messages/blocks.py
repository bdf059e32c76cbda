"""Block Kit in few words. A plain string inside `lines` is shown as it is: rich text parses nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.db.models import Rep
from bot.messages.mrkdwn import AT_TIME, clean, cut, one_line, spelled

Block = dict[str, Any]
Part = str | dict[str, Any]
"""A stretch of a rich text line: words, or one of the parts below."""


def header(text: str) -> Block:
    """A title; the words stay literal."""
    return {"type": "header", "text": plain(one_line(text, 140))}


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text or " ", "emoji": False}


def rich(*elements: Block | None) -> Block:
    """A rich text block of `lines`, `quote` and `script` elements; those that are None are left out."""
    return {"type": "rich_text", "elements": [element for element in elements if element]}


def lines(*rows: Sequence[Part] | None) -> Block | None:
    """Rows of parts under each other, empty ones left out; None when nothing is left."""
    parts: list[Block] = []
    for row in filter(None, rows):
        parts += [_text("\n")] if parts else []
        # Slack refuses empty stretches.
        shown = [_text(part) if isinstance(part, str) else part for part in row]
        parts += [part for part in shown if part.get("text") != ""]
    return {"type": "rich_text_section", "elements": parts} if parts else None


def quote(text: str, most: int) -> Block | None:
    """Somebody's words, set apart and cut; None when there are none."""
    shown = cut(clean(text).strip(), most)
    return {"type": "rich_text_quote", "elements": [_text(shown)]} if shown else None


def script(text: str, most: int = 2500) -> Block:
    """Words to say or send, easy to copy."""
    return {"type": "rich_text_preformatted", "elements": [_text(cut(clean(text).strip() or " ", most))]}


def bold(text: str) -> Block:
    return {**_text(text), "style": {"bold": True}}


def faint(text: str) -> Block:
    return {**_text(text), "style": {"italic": True}}


def link(url: str, text: str) -> Block:
    return {"type": "link", "url": url, "text": text}


def person(rep: Rep) -> Part:
    """The person mentioned; by name where Slack does not know them."""
    return (
        {"type": "user", "user_id": rep.slack_user_id} if rep.slack_user_id else bold(one_line(rep.name, 80))
    )


def since(at: datetime, zone: ZoneInfo) -> Block:
    """How long ago, kept current by the reader's own Slack."""
    return _date(at, "{ago}", zone)


def moment(at: datetime, zone: ZoneInfo) -> Block:
    """The moment in the reader's own zone."""
    return _date(at, AT_TIME, zone)


def section(mrkdwn: str, accessory: Block | None = None) -> Block:
    """A paragraph of our own mrkdwn. Nothing in it is linked or mentioned but what the markup says."""
    block: Block = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": cut(mrkdwn, 2900), "verbatim": True},
    }
    return {**block, "accessory": accessory} if accessory else block


def paragraph(text: str) -> Block:
    """A paragraph of anybody's words, shown as they are."""
    return {"type": "section", "text": plain(cut(clean(text), 2900))}


def context(text: str) -> Block:
    """A small grey line of anybody's words."""
    return {"type": "context", "elements": [plain(one_line(text, 1500))]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*buttons: Block | None) -> Block:
    return {"type": "actions", "elements": [each for each in buttons if each]}


def button(text: str, action_id: str, value: int | str, style: str | None = None) -> Block:
    """A button; `style` is "primary", "danger" or None."""
    block: Block = {"type": "button", "text": {"type": "plain_text", "text": text, "emoji": True}}
    return block | {"action_id": action_id, "value": str(value)} | ({"style": style} if style else {})


def field(
    name: str, question: str, element: Block, *, optional: bool = False, hint: str | None = None
) -> Block:
    """A question of a form with the element that takes the answer; a form finds it by `name`."""
    block: Block = {"type": "input", "block_id": name, "label": plain(question)}
    block |= {"element": {**element, "action_id": name}, "optional": optional}
    return block | ({"hint": plain(hint)} if hint else {})


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _date(at: datetime, form: str, zone: ZoneInfo) -> Block:
    return {"type": "date", "timestamp": int(at.timestamp()), "format": form, "fallback": spelled(at, zone)}
