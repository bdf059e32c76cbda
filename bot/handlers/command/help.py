"""`/followup help`."""

from bot.handlers.command.asked import Asked
from bot.messages.help import help_message
from bot.outbox.rendering import SlackMessage


def give_help(_asked: Asked) -> SlackMessage:
    return help_message()
