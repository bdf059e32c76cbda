"""The lead's way in: prove who sends it, store it as it came, then read it and hand it to its pool."""

from bot.intake.authenticate import UnauthorizedError, authenticate
from bot.intake.decide import decide_inbox
from bot.intake.inbox import (
    InboxLine,
    NothingToReplayError,
    NotInInboxError,
    Receipt,
    forget_sightings,
    inbox_list,
    receive,
    receive_if_unchanged,
    replay,
    what_became_of,
)
from bot.intake.secrets import (
    UnusableSecretError,
    create_secret,
    ensure_secrets,
    valid_secrets,
)
from bot.intake.senders import Sender, look_up_sender, remembered_sender

__all__ = [
    "InboxLine",
    "NotInInboxError",
    "NothingToReplayError",
    "Receipt",
    "Sender",
    "UnauthorizedError",
    "UnusableSecretError",
    "authenticate",
    "create_secret",
    "decide_inbox",
    "ensure_secrets",
    "forget_sightings",
    "inbox_list",
    "look_up_sender",
    "receive",
    "receive_if_unchanged",
    "remembered_sender",
    "replay",
    "valid_secrets",
    "what_became_of",
]
