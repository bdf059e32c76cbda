"""conversations.open and .history."""

import base64
import binascii

from bot.workspace.api.arguments import Method, truth
from bot.workspace.api.permission import joined
from bot.workspace.context import Context
from bot.workspace.delivery.payloads import message_json
from bot.workspace.model import ApiError, Channel, Json, Message

_MOST = 999


def open_direct(context: Context, args: Json) -> Json:
    """Only direct messages with one person; the workspace has no group conversations."""
    users = [user for user in str(args.get("users") or "").split(",") if user]
    if args.get("channel"):
        channel = context.store.channel(str(args["channel"]))
    elif len(users) == 1:
        channel = context.store.reachable(context.store.direct(users[0]))
    else:
        raise ApiError("users_list_not_supplied" if not users else "too_many_users")
    return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}


def history(context: Context, args: Json) -> Json:
    """Newest first, without the replies in threads."""
    channel = _readable(context, args)
    messages = [message for message in context.store.timeline(channel.id) if not message.is_reply]
    return _page(context, args, list(reversed(_between(args, messages))))


def _readable(context: Context, args: Json) -> Channel:
    return joined(context, context.store.channel(str(args["channel"])))


def _between(args: Json, messages: list[Message]) -> list[Message]:
    oldest, latest = _moment(args, "oldest", 0.0), _moment(args, "latest", float("inf"))
    if truth(args, "inclusive"):
        return [message for message in messages if oldest <= float(message.ts) <= latest]
    return [message for message in messages if oldest < float(message.ts) < latest]


def _moment(args: Json, name: str, default: float) -> float:
    try:
        return float(args.get(name) or default)
    except ValueError:
        raise ApiError(f"invalid_ts_{name}") from None


def _page(context: Context, args: Json, messages: list[Message]) -> Json:
    start, limit = _start(args), min(int(args.get("limit") or 100), _MOST)
    rest = messages[start + limit :]
    answer: Json = {
        "messages": [
            message_json(message, context.who, metadata=truth(args, "include_all_metadata"))
            for message in messages[start : start + limit]
        ],
        "has_more": bool(rest),
    }
    cursor = base64.b64encode(f"next:{start + limit}".encode()).decode() if rest else ""
    return answer | {"response_metadata": {"next_cursor": cursor}}


def _start(args: Json) -> int:
    if not args.get("cursor"):
        return 0
    try:
        return int(base64.b64decode(str(args["cursor"])).decode().removeprefix("next:"))
    except (ValueError, binascii.Error):
        raise ApiError("invalid_cursor") from None


METHODS = {
    "conversations.open": Method(open_direct, scope="im:write"),
    "conversations.history": Method(history, ("channel",), scope="*:history"),
}
