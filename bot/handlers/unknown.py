"""Buttons that this version does not know, such as those of messages from an older one."""

import re

from slack_bolt import App, Args

from bot.handlers.answers import tell_failure
from bot.handlers.edge import Edge


def register(bolt: App, _edge: Edge) -> None:
    @bolt.action(re.compile(""))
    def on_unknown(args: Args) -> None:
        tell_failure(args, "This button does nothing any more. “/followup today” shows what is due.")
