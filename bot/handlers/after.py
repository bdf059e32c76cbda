"""What a person sees once their click was decided, depending on where they clicked."""

from collections.abc import Sequence

from slack_bolt import Args

from bot.handlers.answers import private, said, whisper
from bot.handlers.edge import Edge
from bot.handlers.homepage import publish_home
from bot.handlers.next_lead import next_for, serves_next
from bot.messages.blocks import Block, paragraph
from bot.messages.modals import window
from bot.outbox.rendering import SlackMessage


def settle(args: Args, edge: Edge, sentence: str, more: Sequence[Block] = ()) -> None:
    """Say what happened: Home shows it, a window becomes it, beside a message it is whispered, with `more` below.

    Where the next best lead was served, the one after it follows.
    """
    view = args.body.get("view") or {}
    if view.get("type") == "home":
        publish_home(args.client, edge, str(args.context.user_id))
    elif view:
        args.client.views_update(view_id=view["id"], view=window("Followup", [paragraph(sentence), *more]))
    elif serves_next(args):
        args.respond(**private(next_for(edge, args.context.user_id, sentence)), replace_original=True)
    else:
        message = said(sentence)
        whisper(args, SlackMessage(message.text, [*message.blocks, *more]))


def place_of(args: Args) -> str:
    """Where a form is opened from: "home", "message" (a task's own, which shows the outcome) or "list"."""
    view = args.body.get("view") or {}
    if view.get("type") == "home":
        return "home"
    return "list" if view or args.body.get("container", {}).get("is_ephemeral") else "message"
