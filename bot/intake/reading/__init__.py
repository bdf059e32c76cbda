"""Reading a stored body: bytes to data, data to leads, a lead's values to our own fields. Pure; nothing is decided."""

from bot.intake.reading.actions import KNOWN_ACTIONS
from bot.intake.reading.batches import split_leads
from bot.intake.reading.bodies import ContentType, Tree, UnreadableError, read_body
from bot.intake.reading.lead import ReadLead, read_lead

__all__ = [
    "KNOWN_ACTIONS",
    "ContentType",
    "ReadLead",
    "Tree",
    "UnreadableError",
    "read_body",
    "read_lead",
    "split_leads",
]
