"""What the bot listens to, asked of the bot itself: whatever is added is tried too."""

import re
from collections.abc import Callable
from typing import Any, cast

from slack_bolt import App

from bot.cadence import QUESTIONS
from bot.db.models import Outcome
from bot.handlers import Edge, register

SUFFIXES = (*(outcome.value for outcome in Outcome), *QUESTIONS, "", "<!here>", "x", "\x00", "\ud800")
"""What may follow where the bot listens to the beginning of a name only."""


class Registered:
    """Takes the place of a Bolt app while listeners are handed over, and keeps what they listen to."""

    def __init__(self) -> None:
        self.clicks: list[str] = []
        self.forms: list[str] = []
        self.commands: list[str] = []
        self.events: list[str] = []
        register(cast(App, self), cast(Edge, None))

    def action(self, name: str | re.Pattern[str]) -> Callable[[Any], Any]:
        return _kept(self.clicks, name)

    def view(self, name: str | re.Pattern[str]) -> Callable[[Any], Any]:
        return _kept(self.forms, name)

    def view_closed(self, name: str | re.Pattern[str]) -> Callable[[Any], Any]:
        return _kept(self.forms, name)

    def command(self, name: str | re.Pattern[str]) -> Callable[[Any], Any]:
        return _kept(self.commands, name)

    def event(self, name: str | re.Pattern[str]) -> Callable[[Any], Any]:
        return _kept(self.events, name)

    def error(self, listener: Any) -> Any:
        return listener

    def use(self, middleware: Any) -> Any:
        return middleware


def _kept(names: list[str], name: str | re.Pattern[str]) -> Callable[[Any], Any]:
    begins = name.pattern.removeprefix("^") if isinstance(name, re.Pattern) else None
    # A name of its own as often as all that may follow a beginning.
    names += [name] * len(SUFFIXES) if isinstance(name, str) else [f"{begins}{each}" for each in SUFFIXES]
    return lambda listener: listener
