"""Reading a stored body: bytes to data, data to leads, a lead's values to our own fields. Pure; nothing is decided."""

from bot.intake.reading.batches import split_leads
from bot.intake.reading.bodies import ContentType, Tree, UnreadableError, read_body
from bot.intake.reading.lead import ReadLead, read_lead
from bot.intake.reading.tier import tier_of

__all__ = [
    "ContentType",
    "ReadLead",
    "Tree",
    "UnreadableError",
    "read_body",
    "read_lead",
    "split_leads",
    "tier_of",
]
