"""Which channel reaches a lead (D12)."""

from bot.db.models import Channel, Lead

_NEXT_BEST = {
    Channel.PHONE: (Channel.PHONE, Channel.EMAIL, Channel.MESSAGE),
    Channel.EMAIL: (Channel.EMAIL, Channel.SMS, Channel.MESSAGE),
    Channel.LINKEDIN: (Channel.LINKEDIN, Channel.EMAIL, Channel.SMS),
    Channel.MESSAGE: (Channel.MESSAGE, Channel.EMAIL, Channel.SMS),
    Channel.SMS: (Channel.SMS, Channel.EMAIL, Channel.MESSAGE),
}

IN_WORDS = {
    Channel.PHONE: "call",
    Channel.EMAIL: "e-mail",
    Channel.LINKEDIN: "LinkedIn message",
    Channel.MESSAGE: "direct message",
    Channel.SMS: "text message",
}


def reaches(channel: Channel, lead: Lead) -> bool:
    """Whether we know how to reach this lead there."""
    match channel:
        case Channel.PHONE | Channel.SMS:
            return bool(lead.phone)
        case Channel.EMAIL:
            return bool(lead.email)
        case Channel.LINKEDIN | Channel.MESSAGE:
            return bool(lead.handle or lead.profile_url)


def working_channel(wanted: Channel, lead: Lead) -> Channel:
    """`wanted` where it reaches the lead, else the next that does; `wanted` when none does."""
    return next((channel for channel in _NEXT_BEST[wanted] if reaches(channel, lead)), wanted)
