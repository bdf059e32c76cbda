"""What a person typed after `/followup`, as they meant it."""

import html
import re

from bot.messages.mrkdwn import clean

_TOKEN = re.compile(r"<(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " ", "–": "-", "—": "-"})


def meant(text: str) -> str:
    """The text without what Slack and keyboards made of it: escapes, links, curly quotes, long dashes, controls."""
    plain = clean(html.unescape(_TOKEN.sub(_unlinked, text)))
    return " ".join(plain.translate(_QUOTES).split())


def _unlinked(found: re.Match[str]) -> str:
    target, label = found["target"], found["label"]
    if target.startswith("@"):
        # People are known by id: what they are called may change, and two may be called the same.
        return target
    if target.startswith("#"):
        return target[0] + (label or target[1:])
    for scheme in ("mailto:", "tel:"):
        if target.startswith(scheme):
            return target.removeprefix(scheme)
    return label or target


def unquoted(text: str) -> str:
    """The text without the quotes around it."""
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
