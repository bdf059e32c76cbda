"""Blocks in few words, each as small as Slack takes it."""

from typing import Any

from tests.workspace.tinybot import button, option, section, text

Json = dict[str, Any]
EVERYWHERE = ("message", "modal", "home")


def x(count: int) -> str:
    return "x" * count


def words(count: int) -> Json:
    return text(x(count))


def options(count: int) -> list[Json]:
    return [option(f"o{number}") for number in range(count)]


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def asked(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": text("Label"), "element": element, **more}


def typed(**more: Any) -> Json:
    return asked({"type": "plain_text_input", **more})


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": [option("a")], **more}


def confirm(**more: Any) -> Json:
    return button("x", "a", confirm={"title": text("Sure?"), "text": text("Really?"), **more})


def accessory(element: Json) -> Json:
    return {**section("x"), "accessory": element}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "x", **more}


def table(rows: int, cells: int = 1) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells] * rows}


def data_table(count: int = 2, **more: Any) -> Json:
    return {"type": "data_table", "caption": "x", "rows": table(count)["rows"], **more}


def bars(series: int = 1, points: int = 1, **more: Any) -> Json:
    names = [f"n{number}" for number in range(points)]
    data = [{"label": name, "value": 1} for name in names]
    lines = [{"name": f"s{number}", "data": data} for number in range(series)]
    chart = {"type": "bar", "series": lines, "axis_config": {"categories": names, **more}}
    return {"type": "data_visualization", "title": "x", "chart": chart}


def renamed(name: str) -> Json:
    chart = bars()
    chart["chart"]["series"][0]["name"] = name
    return chart


def relabelled(name: str) -> Json:
    chart = bars()
    chart["chart"]["series"][0]["data"][0]["label"] = name
    chart["chart"]["axis_config"]["categories"] = [name]
    return chart


def pie(segments: int = 1, label: str = "x") -> Json:
    chart = {"type": "pie", "segments": [{"label": label, "value": 1}] * segments}
    return {"type": "data_visualization", "title": "x", "chart": chart}


def bullets(**more: Any) -> Json:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [], **more}],
    }


def lines(*parts: Json, kind: str = "rich_text_section") -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(parts)}]}


WORDS_STYLED = ("bold", "italic", "strike", "code", "underline")
MENTIONS_STYLED = ("highlight", "client_highlight", "unlink")
STRETCHES: list[Json] = [
    {"type": "text", "text": "x", "style": dict.fromkeys(WORDS_STYLED, True)},
    {"type": "link", "url": "https://x.example", "text": "x", "unsafe": True},
    {"type": "user", "user_id": "U1", "style": dict.fromkeys((*WORDS_STYLED, *MENTIONS_STYLED), False)},
    {"type": "usergroup", "usergroup_id": "S1"},
    {"type": "channel", "channel_id": "C1"},
    {"type": "team", "team_id": "T1"},
    {"type": "broadcast", "range": "here"},
    {"type": "color", "value": "#F405B3"},
    {"type": "emoji", "name": "wave", "unicode": "1f44b", "url": "https://x.example", "skin_tone": 1},
    {
        "type": "date",
        "timestamp": 1,
        "format": "{ago}",
        "fallback": "long ago",
        "url": "https://x.example",
    },
]
