"""`/followup next`."""

from bot.handlers.command.asked import Asked
from bot.handlers.next_lead import next_for
from bot.outbox.rendering import SlackMessage


def serve_next(asked: Asked) -> SlackMessage:
    """The best thing this rep can do now (R40)."""
    return next_for(asked.edge, asked.user_id)
