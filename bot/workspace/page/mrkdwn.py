"""Slack's mrkdwn as safe HTML: whatever comes out of here has been escaped."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from bot.workspace.model import Json
from bot.workspace.page.dates import formatted
from bot.workspace.page.emoji import EMOJI

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_QUOTED = re.compile(r"^(?:&gt;|>) ?")
_ATOM = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<token>[^<>\n]+)>"
    r"|(?P<url>https?://[^\s<>|]*[^\s<>|.,;:!?)\]'\"])"
    r"|:(?P<emoji>[a-z0-9_+'-]+):"
)
_STYLES = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
)
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S+", re.IGNORECASE)
_HELD = re.compile("\ue000(\\d+)\ue001")
_RESERVED = str.maketrans("", "", "\ue000\ue001")


@dataclass(frozen=True)
class Lens:
    """Through whose eyes a text is read: names of people and channels, the time, the reader's zone."""

    users: Mapping[str, str]
    channels: Mapping[str, str]
    now: datetime
    zone: ZoneInfo
    reader: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Handles of user groups, by id."""
    mine: Set[str] = frozenset()
    """The groups that the reader is in."""

    def mrkdwn(self, text: str) -> Markup:
        """A mrkdwn text as HTML."""
        pieces = _FENCE.split(text.translate(_RESERVED))
        out = [
            Markup("<pre>{}</pre>").format(unescaped(piece)) if index % 2 else self._lines(piece)
            for index, piece in enumerate(pieces)
        ]
        return Markup("").join(out)

    def plain(self, text: str, *, emoji: bool = True) -> Markup:
        """A plain_text as HTML: lines, emoji where they are asked for, and nothing else of mrkdwn."""
        if not emoji:
            return Markup("<br>").join(escape(unescaped(line)) for line in text.split("\n"))
        return Markup("").join(
            EMOJI.get(part, f":{part}:") if index % 2 else self.plain(part, emoji=False)
            for index, part in enumerate(re.split(r":([a-z0-9_+'-]+):", text))
        )

    def text(self, body: Json | None) -> Markup:
        """A text object of either kind as HTML; nothing for none."""
        if not body:
            return Markup("")
        if body["type"] == "mrkdwn":
            return self.mrkdwn(body["text"])
        return self.plain(body["text"], emoji=body.get("emoji", True))

    def day(self, day: date) -> str:
        """The day as a heading: "Today", "Yesterday", or its date."""
        noon = datetime.combine(day, time(12), self.zone)
        return formatted(noon.timestamp(), "{day_divider_pretty}", self.now, self.zone)

    def token(self, token: str) -> Markup:
        """What stands between < and >: a mention, a date, a link; shown as typed if it is none of these."""
        target, _, label = token.partition("|")
        if target.startswith("@"):
            return self.mention(target[1:], label)
        if target.startswith("#"):
            return _chip(f"#{label or self.channels.get(target[1:], target[1:])}")
        if target.startswith("!date^"):
            return self.moment(target, label)
        if target.startswith("!subteam^"):
            return self.group(target.removeprefix("!subteam^"), label)
        if target.startswith("!"):
            return _chip(label or f"@{target[1:].split('^')[0]}", "mention everyone")
        return link(target, label)

    def mention(self, user: str, label: str = "") -> Markup:
        kind = "mention me" if user == self.reader else "mention"
        return _chip(f"@{self.users.get(user, label or user)}", kind)

    def group(self, group: str, label: str = "") -> Markup:
        handle = self.groups.get(group, label.removeprefix("@") or group)
        return _chip(f"@{handle}", "mention me" if group in self.mine else "mention")

    def _lines(self, text: str) -> Markup:
        """Lines in order, runs of quoted ones in a quotation."""
        out: list[Markup] = []
        quoted: list[str] = []
        plain: list[str] = []

        def flush() -> None:
            if quoted:
                out.append(Markup("<blockquote>{}</blockquote>").format(self._joined(quoted)))
            if plain:
                out.append(self._joined(plain))
            quoted.clear()
            plain.clear()

        for line in text.split("\n"):
            bare, times = _QUOTED.subn("", line)
            if (times and plain) or (not times and quoted):
                flush()
            (quoted if times else plain).append(bare)
        flush()
        return Markup("").join(out)

    def _joined(self, lines: list[str]) -> Markup:
        return Markup("<br>").join(self._inline(line) for line in lines)

    def _inline(self, text: str) -> Markup:
        """One line. What must not be styled is held back as a numbered mark and put in again at the end."""
        held: list[Markup] = []

        def hold(match: re.Match[str]) -> str:
            held.append(self._atom(match))
            return f"\ue000{len(held) - 1}\ue001"

        html = str(escape(unescaped(_ATOM.sub(hold, text))))
        for pattern, tag in _STYLES:
            html = pattern.sub(rf"<{tag}>\1</{tag}>", html)
        return Markup(_HELD.sub(lambda match: str(held[int(match[1])]), html))  # noqa: S704  escaped above

    def _atom(self, match: re.Match[str]) -> Markup:
        if match["code"]:
            return Markup("<code>{}</code>").format(unescaped(match["code"]))
        if match["token"]:
            return self.token(match["token"])
        if match["url"]:
            return link(match["url"], "")
        return escape(EMOJI.get(match["emoji"], match.group()))

    def moment(self, target: str, fallback: str) -> Markup:
        """A date token, or its fallback if it cannot be read."""
        parts = target.split("^")
        try:
            words = formatted(float(parts[1]), parts[2], self.now, self.zone)
        except (IndexError, ValueError, OverflowError):
            return escape(unescaped(fallback))
        if len(parts) > 3:
            return link(parts[3], words)
        return Markup("<time>{}</time>").format(unescaped(words))


def unescaped(text: str) -> str:
    """The text without Slack's own escaping, which knows three characters."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def link(url: str, label: str) -> Markup:
    """A link if it leads to a web page, an address or a telephone; else what was typed."""
    href, words = unescaped(url), unescaped(label)
    if not _SAFE_LINK.fullmatch(href):
        return escape(f"<{href}|{words}>" if words else f"<{href}>")
    shown = words or href.removeprefix("mailto:").removeprefix("tel:")
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(href, shown)


def _chip(words: str, kind: str = "mention") -> Markup:
    return Markup('<span class="{}">{}</span>').format(kind, unescaped(words))
