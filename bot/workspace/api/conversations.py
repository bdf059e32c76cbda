"""conversations.open, .history, .replies and .info."""

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


def replies(context: Context, args: Json) -> Json:
    """The thread's first message and its replies, oldest first."""
    channel = _readable(context, args)
    parent = context.store.find_message(channel.id, str(args["ts"]))
    if parent is None:
        raise ApiError("thread_not_found")
    root = parent.thread_ts or parent.ts
    thread = [one for one in context.store.timeline(channel.id) if root in (one.ts, one.thread_ts)]
    return _page(context, args, thread[:1] + _between(args, thread[1:]))


def info(context: Context, args: Json) -> Json:
    channel = context.store.channel(str(args["channel"]))
    return {"channel": channel_json(context, channel)}


def channel_json(context: Context, channel: Channel) -> Json:
    bot = context.who.bot_user_id
    if channel.is_im:
        person = next(member for member in channel.members if member != bot)
        return {"id": channel.id, "is_im": True, "is_channel": False, "user": person, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_im": False,
        "is_private": channel.is_private,
        "is_archived": context.faults.is_archived(channel.id),
        "is_member": channel.has(bot) and not context.faults.is_kicked(channel.id),
        "num_members": len(channel.members),
    }


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
    "conversations.replies": Method(replies, ("channel", "ts"), scope="*:history"),
    "conversations.info": Method(info, ("channel",), scope="*:read"),
}
