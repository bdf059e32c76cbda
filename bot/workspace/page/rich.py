"""Slack's rich text as safe HTML."""

from collections.abc import Callable, Iterable

from markupsafe import Markup, escape

from bot.workspace.model import Json
from bot.workspace.page.mrkdwn import Lens, link

_STYLES = {"bold": "strong", "italic": "em", "strike": "s", "code": "code"}
_FRAMES = {
    "rich_text_section": Markup("<p>{}</p>"),
    "rich_text_quote": Markup("<blockquote>{}</blockquote>"),
    "rich_text_preformatted": Markup("<pre>{}</pre>"),
}
_LISTS = {"ordered": Markup("<ol>{}</ol>"), "bullet": Markup("<ul>{}</ul>")}


def rich(block: Json, lens: Lens) -> Markup:
    """A rich_text block as HTML."""
    return _all(_part(part, lens) for part in block["elements"])


def _part(part: Json, lens: Lens) -> Markup:
    if part["type"] != "rich_text_list":
        return _FRAMES[part["type"]].format(_inside(part, lens))
    rows = _all(Markup("<li>{}</li>").format(_inside(row, lens)) for row in part["elements"])
    return _LISTS[part.get("style", "bullet")].format(rows)


def _inside(part: Json, lens: Lens) -> Markup:
    return _all(_styled(_leaf(leaf, lens), leaf) for leaf in part.get("elements", []))


def _leaf(leaf: Json, lens: Lens) -> Markup:
    kinds: dict[str, Callable[[], Markup]] = {
        "user": lambda: lens.mention(leaf["user_id"]),
        "channel": lambda: lens.token(f"#{leaf['channel_id']}"),
        "usergroup": lambda: lens.token(f"!subteam^{leaf['usergroup_id']}"),
        "color": lambda: lens.plain(leaf["value"]),
        "broadcast": lambda: lens.token(f"!{leaf['range']}"),
        "emoji": lambda: lens.plain(f":{leaf['name']}:"),
        "link": lambda: link(leaf["url"], leaf.get("text", "")),
        "date": lambda: lens.moment(f"!date^{leaf['timestamp']}^{leaf['format']}", leaf.get("fallback", "")),
    }
    words = kinds.get(str(leaf.get("type")), lambda: escape(leaf.get("text", "")))
    return words().replace("\n", Markup("<br>"))


def _styled(words: Markup, leaf: Json) -> Markup:
    for name, tag in _STYLES.items():
        if (leaf.get("style") or {}).get(name):
            words = Markup(f"<{tag}>{{}}</{tag}>").format(words)  # noqa: S704  one of four tags
    return words


def _all(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)
