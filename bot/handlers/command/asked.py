"""What a command is given, and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.db.models import Rep
from bot.handlers.edge import Edge, rep_who_acts
from bot.outbox.rendering import SlackMessage


@dataclass(frozen=True)
class Window:
    """A window to open, where the answer is a form."""

    view: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """The words after the command's own, who typed them, and Slack's name for this one time."""

    edge: Edge
    user_id: str | None
    words: str
    request: str | None

    def rep(self, session: Session) -> Rep:
        """Raises NotOnTheTeamError."""
        return rep_who_acts(session, self.user_id)


Answer = Callable[[Asked], SlackMessage | Window]
"""The private answer, or a form."""
