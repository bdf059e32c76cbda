"""A lead in words: who it is, what it did, how to reach it (R38)."""

import re
from urllib.parse import quote as percent

import phonenumbers

from bot.cadence import action_in_words
from bot.db.models import Lead, Status, Tier
from bot.messages.blocks import Part, bold, link
from bot.messages.mrkdwn import one_line

TIERS = {Tier.HOT: "🔥 Hot", Tier.WARM: "☀️ Warm", Tier.COOL: "❄️ Cool"}
STATUSES = {
    Status.ACTIVE: "Active",
    Status.FOLLOW_UP: "In follow-up",
    Status.BOOKED: "Booked",
    Status.GHOSTED: "Ghosted",
    Status.NURTURE: "In nurture",
    Status.WON: "Won",
    Status.LOST: "Lost",
    Status.NOT_INTERESTED: "Closed: not interested",
    Status.WRONG_FIT: "Closed: wrong fit",
    Status.UNSUBSCRIBED: "Closed: unsubscribed",
    Status.INACTIVE: "Closed: inactive",
}
_E164 = re.compile(r"\+\d{6,15}")
_ADDRESS = re.compile(r"[^\s<>|@]+@[^\s<>|@]+")
_WEB = re.compile(r"https?://[^\s<>|]+")


def title(lead: Lead, most: int = 100) -> str:
    """Name and company on one line: "Dana Lee, Acme"."""
    name = one_line(lead.display_name, most) or lead.ref
    company = one_line(lead.company or "", 60)
    return f"{name}, {company}" if company and company != name else name


def what_they_did(lead: Lead) -> str:
    """The action the lead took, in words that follow its name: "asked for a demo"."""
    return one_line(action_in_words(lead), 160)


def why_so(lead: Lead) -> str:
    """The two strongest reasons for the tier, with their points (R35): "+70 asked for a demo, −10 free e-mail"."""
    strongest = [
        f"{'+' if points > 0 else '−'}{abs(points)} {one_line(words, 80)}"
        for points, words in (lead.reasons or [])[:2]
    ]
    return ", ".join(strongest)


def came_from(lead: Lead) -> str:
    """Source, page and campaign on one line; what is unknown is left out."""
    campaign = [
        one_line(str(lead.campaign[name]), 60) for name in sorted(lead.campaign) if lead.campaign[name]
    ]
    found = [
        lead.ref,
        f"source {one_line(lead.source, 64)}",
        f"page {one_line(lead.page, 200)}" if lead.page else "",
        f"campaign {' / '.join(campaign[:5])}" if campaign else "",
    ]
    return " · ".join(part for part in found if part)


def reach(lead: Lead) -> list[Part]:
    """Every way to reach the lead, as links to tap where they are what they claim to be."""
    ways: list[list[Part]] = []
    if lead.phone:
        ways.append(["📞 ", call_link(lead.phone)])
    if lead.email:
        ways.append(["✉️ ", mail_link(lead.email)])
    if lead.handle:
        ways.append(["💬 ", one_line(lead.handle, 120)])
    if lead.profile_url:
        ways.append(["🔗 ", _web_link(lead.profile_url)])
    return [part for index, way in enumerate(ways) for part in (["   ", *way] if index else way)]


def call_link(phone: str) -> Part:
    """Tap to call; bold words where it is no number that could be dialled."""
    return link(f"tel:{phone}", spoken(phone)) if _E164.fullmatch(phone) else bold(one_line(phone, 40))


def mail_link(email: str, label: str | None = None, *, subject: str = "", body: str = "") -> Part:
    """Tap to write, prefilled as far as mail programs take it (about 2,000 characters)."""
    if not _ADDRESS.fullmatch(email):
        return bold(one_line(email, 320))
    address = f"mailto:{percent(email, safe='@+')}"
    filled = [f"subject={percent(subject[:200], safe='')}"] if subject else []
    text = percent(body.replace("\n", "\r\n"), safe="")
    if body and len(address) + len(text) < 1600:
        filled.append(f"body={text}")
    return link("?".join([address, *(["&".join(filled)] if filled else [])]), label or one_line(email, 320))


def spoken(phone: str) -> str:
    """The number with the spaces that people read it with."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _web_link(url: str) -> Part:
    # The label is the address itself: nobody's link hides where it leads.
    return link(url, one_line(url, 120)) if _WEB.fullmatch(url) and len(url) < 2000 else one_line(url, 120)
