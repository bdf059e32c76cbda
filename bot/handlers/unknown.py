"""Buttons and forms that this version does not know, such as those of messages from an older one."""

import re

from slack_bolt import App, Args

from bot.handlers.answers import answered, tell_failure
from bot.handlers.edge import Edge
from bot.handlers.forms import UnreadableFormError


def register(bolt: App, _edge: Edge) -> None:
    @bolt.action(re.compile(""))
    @answered
    def on_unknown(args: Args) -> None:
        tell_failure(args, "This button does nothing any more. “/followup today” shows what is due.")

    @bolt.view(re.compile(""))
    @answered
    def on_unknown_form(args: Args) -> None:
        tell_failure(args, str(UnreadableFormError()))

    @bolt.view_closed(re.compile(""))
    def on_closed(args: Args) -> None:
        args.ack()
