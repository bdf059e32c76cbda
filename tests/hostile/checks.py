"""Whether Slack would take what is shown, and whether any of it is more than words."""

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.outbox.rendering import SlackMessage
from bot.workspace.blockkit import faults_in_blocks, faults_in_view

MARKUP = re.compile(r"<(?!@(?P<user>U\w+)>|!date\^\d+\^[^<>|]*\|[^<>|]*>)|&(?!(amp|lt|gt);)")
"""What Slack's parser would act on, other than our own mentions and dates.

A bare @channel is only words: nothing is sent with link_names.
"""


def faults_of_message(message: SlackMessage, ours: set[str]) -> list[str]:
    """What is wrong with a message; `ours` are the people whom it may mention."""
    return [
        *faults_in_blocks(message.blocks, "message"),
        *([] if 0 < len(message.text) <= 4000 else [f"a text of {len(message.text)}"]),
        *_pings(message.text, ours),
        *unsafe(message.blocks, ours),
    ]


def faults_of_view(view: dict[str, Any], ours: set[str]) -> list[str]:
    """The same for a modal or Home."""
    return [*faults_in_view(view), *unsafe(view["blocks"], ours)]


def faults_of_answer(answer: Any, asked: dict[str, Any], ours: set[str]) -> list[str]:
    """The same for what the acknowledgement of a command or a form says; `asked` is what was sent."""
    if not isinstance(answer, dict):
        return [f"no answer that Slack takes: {answer!r}"]
    match answer.get("response_action"):
        case None if answer:
            private = answer.get("response_type") == "ephemeral"
            message = SlackMessage(answer["text"], answer["blocks"])
            return [*faults_of_message(message, ours), *([] if private else ["for everybody to see"])]
        case "errors":
            fields = {block.get("block_id") for block in asked["view"]["blocks"]}
            return [f"an error at no field: {at}" for at in answer["errors"] if at not in fields]
        case "update" | "push":
            return faults_of_view(answer["view"], ours)
        case other:
            return [f"an answer of no kind: {other}"]


def unsafe(part: Any, ours: set[str]) -> list[str]:
    """Every mention of somebody else, every broadcast, every bare markup in blocks."""
    found: list[str] = []
    for node in _nodes(part):
        kind = node.get("type")
        if kind == "mrkdwn":
            found += _pings(node["text"], ours)
        if kind == "user" and node["user_id"] not in ours:
            found.append(f"mentions {node['user_id']}")
        if kind in ("broadcast", "usergroup", "channel"):
            found.append(f"pings: {node}")
        if kind == "link" and not re.match(r"(https?://|mailto:|tel:\+\d)", node["url"]):
            found.append(f"links to {node['url'][:80]}")
        if UNSEEN.search(json.dumps(list(_own_texts(node)), ensure_ascii=False)):
            found.append(f"turns the text around or hides it: {node}")
    return found


UNSEEN = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _pings(mrkdwn: str, ours: set[str]) -> list[str]:
    found = [f"bare markup in {mrkdwn[:120]!r}"] if MARKUP.search(mrkdwn) else []
    return found + [f"mentions {user}" for user in re.findall(r"<@(U\w+)>", mrkdwn) if user not in ours]


def _nodes(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _nodes(inner)


def _own_texts(node: dict[str, Any]) -> Iterator[str]:
    # Line ends are ours in long texts; json would write them out.
    yield from (value.replace("\n", " ") for value in node.values() if isinstance(value, str))
