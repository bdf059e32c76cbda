"""chat.postMessage, chat.update and chat.delete."""

from dataclasses import replace
from typing import Any

from bot.workspace.api.arguments import MOST_UPDATED_TEXT, Method, decoded, posted_blocks_in, text_in
from bot.workspace.api.permission import joined
from bot.workspace.context import Context
from bot.workspace.delivery.payloads import message_json
from bot.workspace.model import ApiError, Channel, Json, Message


def post_message(context: Context, args: Json) -> Json:
    text, blocks = _content(args)
    channel = _destination(context, str(args["channel"]))
    metadata = _metadata(args)
    with context.store.lock:
        thread_ts = _thread(context, channel, args)
        message = context.store.post(
            channel.id, text=text, blocks=blocks, thread_ts=thread_ts, metadata=metadata, **_author(context)
        )
    return {"channel": channel.id, "ts": message.ts, "message": message_json(message, context.who)}


def update(context: Context, args: Json) -> Json:
    """A new text without blocks takes away those that were there; metadata stays unless it is given."""
    text, blocks, metadata = text_in(args, MOST_UPDATED_TEXT), posted_blocks_in(args), _metadata(args)
    if text is None and blocks is None:
        raise ApiError("no_text")
    with context.store.lock:
        old = _own_message(context, args, "cant_update_message")
        message = replace(
            old,
            text=old.text if text is None else text,
            blocks=old.blocks if text is None and blocks is None else blocks or [],
            metadata=old.metadata if args.get("metadata") is None else metadata,
            edited=True,
        )
        if not message.text and not message.blocks:
            raise ApiError("no_text")
        context.store.put_message(message)
    body = message_json(message, context.who)
    return {"channel": old.channel, "ts": old.ts, "text": message.text, "message": body}


def delete(context: Context, args: Json) -> Json:
    with context.store.lock:
        message = _own_message(context, args, "cant_delete_message")
        context.store.drop_message(message)
    return {"channel": message.channel, "ts": message.ts}


def _content(args: Json) -> tuple[str, list[Json]]:
    text, blocks = text_in(args) or "", posted_blocks_in(args) or []
    if not text and not blocks:
        raise ApiError("no_text")
    return text, blocks


def _author(context: Context) -> dict[str, Any]:
    return {"user": context.who.bot_user_id, "bot_id": context.who.bot_id}


def _destination(context: Context, wanted: str) -> Channel:
    """A channel by id or name, or somebody's direct messages by their user id, where the bot may write."""
    store = context.store
    with store.lock:
        if wanted in store.users and wanted != context.who.bot_user_id:
            return store.reachable(store.direct(wanted))
        named = {channel.name: channel for channel in store.channels.values() if not channel.is_im}
        channel = named.get(wanted.removeprefix("#")) or store.channel(wanted)
    return store.reachable(joined(context, channel))


def _thread(context: Context, channel: Channel, args: Json) -> str | None:
    """The thread to answer in. A reply to a reply belongs to the reply's own thread."""
    parent_ts = args.get("thread_ts")
    if not parent_ts:
        return None
    parent = context.store.find_message(channel.id, str(parent_ts))
    if parent is None:
        raise ApiError("thread_not_found")
    if parent.thread_ts is None:
        context.store.put_message(replace(parent, thread_ts=parent.ts))
    return parent.thread_ts or parent.ts


def _own_message(context: Context, args: Json, not_ours: str) -> Message:
    channel = joined(context, context.store.channel(str(args["channel"])))
    message = context.store.find_message(channel.id, str(args["ts"]))
    if message is None:
        raise ApiError("message_not_found")
    if message.user != context.who.bot_user_id:
        raise ApiError(not_ours)
    return message


def _metadata(args: Json) -> Json | None:
    metadata = decoded(args, "metadata", "invalid_metadata_format")
    if not metadata:
        return None
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise ApiError("invalid_metadata_format")
    if not isinstance(metadata["event_payload"], dict):
        raise ApiError("invalid_metadata_format")
    return metadata


_WRITE = "chat:write"
METHODS = {
    "chat.postMessage": Method(post_message, ("channel",), scope=_WRITE),
    "chat.update": Method(update, ("channel", "ts"), scope=_WRITE),
    "chat.delete": Method(delete, ("channel", "ts"), scope=_WRITE),
}
