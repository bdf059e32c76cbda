"""What the lead did, in one word, and how hot that makes it (R34); a score may come on top."""

import re

from bot.db.models import Tier

_ACTIONS: tuple[tuple[str, Tier, str], ...] = (
    ("demo", Tier.HOT, r"demos?|demonstration|walkthrough|see it live"),
    ("pricing", Tier.HOT, r"pricing|prices?|quotes?|quotation|estimate|proposal|cost"),
    ("trial", Tier.HOT, r"trial|get started"),
    ("call", Tier.HOT, r"calls?|callback|call back|meeting|appointment|consultation|book|booking|schedule"),
    ("sales", Tier.HOT, r"sales|buy|purchase|order"),
    ("contact", Tier.WARM, r"contact|question|enquiry|inquiry|get in touch|talk to us|chat"),
    ("webinar", Tier.WARM, r"webinar|workshop|event"),
    ("newsletter", Tier.COOL, r"newsletter|subscribe|subscription|subscriber|updates|blog"),
    (
        "download",
        Tier.COOL,
        r"downloads?|e ?books?|guide|checklist|white ?paper|template|report|resource|lead magnet|opt ?in",
    ),
)
_PATTERNS = [(action, re.compile(rf"\b({words})\b")) for action, _, words in _ACTIONS]
_TIERS = {action: tier for action, tier, _ in _ACTIONS}


def known_action(words: str) -> str | None:
    """The action a form's name or a button speaks of: "demo" for "Request a Demo"; the hottest wins."""
    spaced = re.sub(r"[\W_]+", " ", words.casefold())
    return next((action for action, pattern in _PATTERNS if pattern.search(spaced)), None)


def tier_of(action: str | None) -> Tier:
    """An action nobody listed is warm: it is a person who asked for something."""
    return _TIERS.get(action or "", Tier.WARM)
