"""Which channel reaches a lead (D12)."""

from collections.abc import Iterable

from bot.db.models import Channel, Lead
from bot.team.cadences import Touch, Way

_NEXT_BEST = {
    Channel.PHONE: (Channel.PHONE, Channel.EMAIL, Channel.MESSAGE),
    Channel.EMAIL: (Channel.EMAIL, Channel.SMS, Channel.MESSAGE),
    Channel.LINKEDIN: (Channel.LINKEDIN, Channel.MESSAGE, Channel.EMAIL, Channel.SMS),
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
        case Channel.LINKEDIN:
            return "linkedin" in (lead.handle or "") or "linkedin" in (lead.profile_url or "")
        case Channel.MESSAGE:
            return bool(lead.handle or lead.profile_url)


def working_channel(wanted: Channel, lead: Lead) -> Channel:
    """`wanted` where it reaches the lead, else the next that does; `wanted` when none does."""
    return next((channel for channel in _NEXT_BEST[wanted] if reaches(channel, lead)), wanted)


def channel_for(touch: Touch, lead: Lead, *, last: Channel | None, original: Channel | None) -> Channel:
    """The channel of this touch for this lead.

    `last` is where the last touch went, `original` where they last answered.
    """
    if touch.channel is Way.ANY_BUT_LAST:
        others = _other(touch.templates, lead, last)
        return next(iter(others), None) or working_channel(next(iter(touch.templates)), lead)
    wanted = touch.channel.channel or original or Channel.EMAIL
    # The first that reaches them and has words for it; where none has, better the channel without the words.
    with_words = (each for each in _NEXT_BEST[wanted] if reaches(each, lead) and each in touch.templates)
    return next(with_words, None) or working_channel(wanted, lead)


def _other(channels: Iterable[Channel], lead: Lead, last: Channel | None) -> list[Channel]:
    """Those that reach the lead, the one used last at the end of them."""
    reaching = [channel for channel in channels if reaches(channel, lead)]
    return sorted(reaching, key=lambda channel: channel is last)
