"""Other people's words inside Slack's markup.

A lead writes its own name. What it wrote is shown as rich text or plain text wherever Block Kit takes either:
nothing is parsed there, so it pings nobody and formats nothing. Where only mrkdwn will do (the line of a
notification, a row with a button beside it) `literal` escapes `& < >`, which stops mentions and links, and swaps
what would format for a look-alike: there is no escape for `*`, and a zero-width character beside it starts
formatting as often as it stops it.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.db.models import Rep

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
"""Control characters, halves of characters, and those that turn the direction of the text around them."""
_MARKER = re.compile(r"[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=[\w+'`-]+(?::|$))")
"""An underscore inside a word formats nothing, and e-mail addresses have them. An emoji may end in our own colon."""
_LOOK_ALIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ", ":": "꞉"}


def escape(text: str) -> str:
    """Text in which Slack's parser finds no mention, link or date; formatting characters still format."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clean(text: str) -> str:
    """Text without characters that nobody sees and that could hide or turn around what stands beside it."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, most: int) -> str:
    """Clean text on one line, of at most `most` characters."""
    return cut(" ".join(clean(text).split()), most)


def cut(text: str, most: int) -> str:
    """At most `most` characters; an ellipsis says that there was more."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def literal(text: str, most: int = 120) -> str:
    """One line of mrkdwn that shows this text and does nothing else."""
    return escape(_MARKER.sub(lambda found: _LOOK_ALIKE[found[0]], one_line(text, most)))


def mention(rep: Rep) -> str:
    """The person, notified; by name where Slack does not know them."""
    return f"<@{rep.slack_user_id}>" if rep.slack_user_id else literal(rep.name)


def ago(at: datetime, zone: ZoneInfo) -> str:
    """How long ago, kept current by the reader's own Slack."""
    return f"<!date^{int(at.timestamp())}^{{ago}}|{spelled(at, zone)}>"


def at_time(at: datetime, zone: ZoneInfo) -> str:
    """The moment in the reader's own zone."""
    return f"<!date^{int(at.timestamp())}^{AT_TIME}|{spelled(at, zone)}>"


AT_TIME = "{date_short_pretty} at {time}"


def soon(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The end of a sentence: " at 9:33 AM" while that is today where the pool is, else a comma and the date."""
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return f" at <!date^{int(at.timestamp())}^{{time}}|{at.astimezone(zone):%H:%M}>"
    return f", {at_time(at, zone)}"


def spelled(at: datetime, zone: ZoneInfo) -> str:
    """The moment in the pool's zone, for readers whose Slack cannot draw dates: "Mon 23 Nov, 09:00"."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def lasted(seconds: float) -> str:
    """A length of time as people say it: "under a minute", "3 min", "2 h 5 min", "4 days"."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return "under a minute"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    days = minutes // (24 * 60)
    return "1 day" if days == 1 else f"{days} days"
