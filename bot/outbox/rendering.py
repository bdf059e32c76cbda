"""What a renderer is: the state of an intent's subject, as Slack shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class SlackMessage:
    """`text` stands in notifications, and alone when Slack refuses the blocks."""

    text: str
    blocks: list[dict[str, Any]]


Renderer = Callable[[Session, str, str, datetime], SlackMessage | None]
"""Called with session, subject, destination and business now, at the moment of sending.

None: there is nothing to say any more. What was never posted is not posted; what was posted stays as it is.
"""
