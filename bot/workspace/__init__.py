"""A local Slack for the demo and the tests. It stands alone: it knows nothing of the bot it serves."""

from bot.workspace.controls import Controls, FormField
from bot.workspace.faults import Fault, FaultKind
from bot.workspace.model import Call, Delivery, Message, User, View
from bot.workspace.workspace import Workspace

__all__ = [
    "Call",
    "Controls",
    "Delivery",
    "Fault",
    "FaultKind",
    "FormField",
    "Message",
    "User",
    "View",
    "Workspace",
]
