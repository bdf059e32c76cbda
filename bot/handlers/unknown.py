"""Buttons and forms that this version does not know, such as those of messages from an older one."""

import re

from slack_bolt import App, Args

from bot.errors import FollowupError
from bot.handlers.answers import answered
from bot.handlers.edge import Edge
from bot.handlers.forms import UnreadableFormError


class UnknownButtonError(FollowupError):
    """No version that runs knows the button."""

    def __str__(self) -> str:
        return "This button does nothing any more. “/followup today” shows what is due."


def register(bolt: App, _edge: Edge) -> None:
    @bolt.action(re.compile(""))
    @answered
    def on_unknown(_args: Args) -> None:
        raise UnknownButtonError

    @bolt.view(re.compile(""))
    @answered
    def on_unknown_form(_args: Args) -> None:
        raise UnreadableFormError

    @bolt.view_closed(re.compile(""))
    def on_closed(args: Args) -> None:
        args.ack()
