"""Answers that are not calls: at a response URL, or in the acknowledgement of a command."""

from dataclasses import replace

from bot.workspace.api.arguments import blocks_in, text_in, truth
from bot.workspace.context import Context
from bot.workspace.model import ApiError, Json, Message


def answer_at(context: Context, key: str, body: Json) -> None:
    """Shows the answer where the ticket leads. Raises `expired_url`, `used_url` or what a message would."""
    ticket = context.tickets.use_response(key)
    with context.store.lock:
        source = context.store.find_message(ticket.channel, ticket.ts, ticket.user) if ticket.ts else None
        if source and truth(body, "delete_original"):
            context.store.drop_message(source)
        elif source and truth(body, "replace_original"):
            _replace(context, source, body)
        else:
            show_answer(context, ticket.user, ticket.channel, body)


def show_answer(context: Context, user: str, channel: str, body: Json) -> Message:
    """A new message from the app: for that person alone, unless the answer says `in_channel`."""
    text, blocks = text_in(body) or "", blocks_in(body) or []
    if not text and not blocks:
        raise ApiError("no_text")
    private = body.get("response_type", "ephemeral") != "in_channel"
    return context.store.post(
        channel,
        context.who.bot_user_id,
        text,
        blocks,
        bot_id=context.who.bot_id,
        thread_ts=body.get("thread_ts"),
        ephemeral_to=user if private else None,
    )


def _replace(context: Context, source: Message, body: Json) -> None:
    text, blocks = text_in(body) or "", blocks_in(body) or []
    if not text and not blocks:
        raise ApiError("no_text")
    context.store.put_message(replace(source, text=text, blocks=blocks, edited=True))
