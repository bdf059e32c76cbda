"""What the lead did, in one word."""

import re

_ACTIONS = (
    ("demo", r"demos?|demonstration|walkthrough|see it live"),
    ("pricing", r"pricing|prices?|quotes?|quotation|estimate|proposal|cost"),
    ("trial", r"trial|get started"),
    ("call", r"calls?|callback|call back|meeting|appointment|consultation|book|booking|schedule"),
    ("sales", r"sales|buy|purchase|order"),
    ("contact", r"contact|question|enquiry|inquiry|get in touch|talk to us|chat"),
    ("webinar", r"webinar|workshop|event"),
    ("newsletter", r"newsletter|subscribe|subscription|subscriber|updates|blog"),
    (
        "download",
        r"downloads?|e ?books?|guide|checklist|white ?paper|template|report|resource|lead magnet|opt ?in",
    ),
    ("reply", r"reply|replied|answered"),
    ("visit", r"visit|visits|visited|page ?views?"),
)
_PATTERNS = [(action, re.compile(rf"\b({words})\b")) for action, words in _ACTIONS]
KNOWN_ACTIONS = frozenset(action for action, _ in _ACTIONS)


def known_action(words: str) -> str | None:
    """The action a form's name or a button speaks of: "demo" for "Request a Demo"; the hottest wins."""
    spaced = re.sub(r"[\W_]+", " ", words.casefold())
    return next((action for action, pattern in _PATTERNS if pattern.search(spaced)), None)
