"""The page over HTTP: what it shows to whom, and what its buttons do."""

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError

import pytest

from bot.workspace import Controls, FormField, Workspace
from tests.workspace.conftest import Office
from tests.workspace.test_people import post_card
from tests.workspace.tinybot import TinyBot, client_of, home, option, section, text


def get(workspace: Workspace, path: str) -> str:
    with urllib.request.urlopen(f"{workspace.url}{path}") as answer:
        return str(answer.read().decode())


def post(
    workspace: Workspace, path: str, body: dict[str, Any], content_type: str = "application/json"
) -> Any:
    headers = {"Content-Type": content_type}
    request = urllib.request.Request(f"{workspace.url}{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def scene(office: Office, who: str, at: str = "sales-inbound") -> Any:
    return json.loads(get(office.workspace, f"/scene?as={who}&at={at}&visible=1"))


def shown(office: Office, who: str, at: str = "sales-inbound") -> str:
    return "".join(item["html"] for item in scene(office, who, at)["items"])


@dataclass
class Demo:
    """The far end of the demo's controls."""

    time: datetime = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    sent: list[dict[str, str]] = field(default_factory=list)

    def controls(self) -> Controls:
        return Controls(
            form_title="Talk to Acme",
            form_intro="A person answers.",
            form_fields=(
                FormField("name", "Your name", required=True),
                FormField("ask", "What for?", "select", ("A demo", "Pricing")),
                FormField("more", "Message", "textarea"),
                FormField("ok", "You may write to me", "checkbox"),
            ),
            send_form=self.send,
            now=lambda: self.time,
            zone="America/New_York",
            moves=(("+1 h", self.hour),),
            note=lambda: "Open until 17:00",
        )

    def send(self, fields: dict[str, str]) -> str:
        if not fields.get("name"):
            raise ValueError("Please tell us your name.")
        self.sent.append(fields)
        return f"Thank you, {fields['name']}."

    def hour(self) -> None:
        self.time += timedelta(hours=1)


@pytest.fixture
def demo() -> Demo:
    return Demo()


@pytest.fixture
def stage(demo: Demo) -> Iterator[Workspace]:
    with Workspace(controls=demo.controls()) as workspace:
        workspace.add_channel("sales", members=[workspace.add_user("ana", "Ana Ruiz", "ana@example.com")])
        yield workspace


def test_the_page_shows_messages_with_names_and_buttons(office: Office) -> None:
    office.client.chat_postMessage(channel=office.channel, text=f"Hello <@{office.ben}>")
    post_card(office)
    page = get(office.workspace, "/?as=ana&at=sales-inbound")
    assert "@Ben Okafor" in page
    assert 'data-action="claim"' in page
    assert "#sales-inbound" in page


def test_hostile_text_is_shown_and_not_obeyed(office: Office) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)>"
    blocks = [section(hostile), {"type": "header", "text": text(hostile)}]
    office.client.chat_postMessage(channel=office.channel, text="x", blocks=blocks)
    office.workspace.type_message(office.ana, office.channel, hostile)
    office.workspace.add_user("mallory", "<script>mallory</script>", "m@example.com")
    page = get(office.workspace, "/?as=ana&at=sales-inbound")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<script>mallory" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_private_message_is_shown_to_one_person_only(office: Office, bot: TinyBot) -> None:
    office.workspace.command(office.ana, "/note", "psst", channel=office.channel)
    assert "Only visible to you" in shown(office, "ana")
    assert "psst" in shown(office, "ana")
    assert "psst" not in shown(office, "ben")


def test_only_ones_own_channels_are_there(office: Office) -> None:
    office.workspace.add_channel("managers", members=[office.mia])
    assert "managers" in scene(office, "mia")["sidebar"]
    assert "managers" not in scene(office, "ana")["sidebar"]


def test_what_one_has_not_seen_is_counted_until_one_looks(office: Office) -> None:
    office.client.chat_postMessage(channel=office.ana, text="one")
    office.client.chat_postMessage(channel=office.ana, text="two")
    assert 'aria-label="2 unread"' in scene(office, "ana")["sidebar"]
    assert "unread" not in scene(office, "ben")["sidebar"]
    scene(office, "ana", "dm")
    assert "unread" not in scene(office, "ana")["sidebar"]


def test_only_what_changed_has_a_new_mark(office: Office) -> None:
    first, second = post_card(office, "Dana"), post_card(office, "Luis")
    before = {item["key"]: item["rev"] for item in scene(office, "ana")["items"]}
    office.client.chat_update(channel=office.channel, ts=first, text="gone", blocks=[])
    after = {item["key"]: item["rev"] for item in scene(office, "ana")["items"]}
    assert before[first] != after[first]
    assert before[second] == after[second]


def test_replies_stand_under_their_message_and_edits_are_marked(office: Office) -> None:
    ts = post_card(office)
    office.client.chat_postMessage(channel=office.channel, text="a reply", thread_ts=ts)
    office.client.chat_update(channel=office.channel, ts=ts, text="changed")
    items = [item for item in scene(office, "ana")["items"] if not item["key"].startswith("day")]
    assert [item["key"] for item in items] == [ts]
    assert "a reply" in items[0]["html"]
    assert "(edited)" in items[0]["html"]


def test_every_kind_of_block_is_drawn(office: Office) -> None:
    point = [{"label": "Mon", "value": 3}]
    axis = {"categories": ["Mon"]}
    lines = {"series": [{"name": "Leads", "data": point}], "axis_config": axis}
    options = [option("alpha"), option("beta")]
    rows = [[{"type": "raw_text", "text": "Rep"}], [{"type": "raw_number", "value": 1, "text": "one lead"}]]
    words = [{"type": "rich_text_section", "elements": [{"type": "text", "text": "rich words"}]}]
    elements = [
        {"type": "radio_buttons", "options": options},
        {"type": "checkboxes", "options": options, "initial_options": options[:1]},
        {"type": "datepicker", "initial_date": "2026-11-30"},
        {"type": "timepicker", "initial_time": "09:30"},
        {"type": "datetimepicker", "initial_date_time": 1795442400},
        {"type": "users_select"},
        {"type": "static_select", "option_groups": [{"label": text("Group"), "options": options}]},
    ]
    image = {"type": "image", "image_url": "https://x.com/a.png", "alt_text": "a cat"}
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": text("A header")},
        {"type": "section", "fields": [text("left"), text("right")], "accessory": image},
        {"type": "context", "elements": [image, text("small print")]},
        {"type": "divider"},
        {
            "type": "image",
            **{name: image[name] for name in ("image_url", "alt_text")},
            "title": text("A title"),
        },
        {"type": "rich_text", "elements": words},
        {"type": "markdown", "text": "marked"},
        {"type": "actions", "elements": elements},
        {
            "type": "input",
            "label": text("Say"),
            "element": {"type": "plain_text_input"},
            "hint": text("a hint"),
        },
        {"type": "data_table", "caption": "By rep", "rows": rows},
        {"type": "data_visualization", "title": "Bars", "chart": {"type": "bar", **lines}},
        {
            "type": "data_visualization",
            "title": "Pie",
            "chart": {"type": "pie", "segments": [{"label": "All", "value": 1}]},
        },
    ]
    office.client.chat_postMessage(channel=office.channel, text="x", blocks=blocks)
    html = shown(office, "ana")
    expected = [
        "A header</h3>",
        "left",
        'alt="a cat"',
        "small print",
        "<hr>",
        "A title",
        "rich words",
        "marked",
        'type="radio"',
        'value="alpha" checked',
        'value="2026-11-30"',
        'value="09:30"',
        'type="datetime-local"',
        'value="2026-11-23T09:00"',
        ">Ben Okafor</option>",
        '<optgroup label="Group">',
        "a hint",
        "By rep</caption>",
        "one lead",
        "Leads: Mon 3",
        "All 100%",
    ]
    assert [words for words in expected if words not in html] == []


def test_pressing_a_button_reaches_the_app(office: Office, bot: TinyBot) -> None:
    ts = post_card(office)
    seat = {"as": "ben", "at": "sales-inbound"}
    press = {**seat, "do": "press", "in": "message", "ts": ts, "action": "claim", "value": "Dana"}
    assert post(office.workspace, "/act", press) == {"ok": True}
    assert bot.winners == {"Dana": office.ben}


def test_the_composer_takes_messages_and_commands(office: Office, bot: TinyBot) -> None:
    seat = {"as": "ana", "at": "sales-inbound"}
    post(office.workspace, "/act", {**seat, "do": "say", "text": "hello all"})
    post(office.workspace, "/act", {**seat, "do": "say", "text": "/note one two"})
    html = shown(office, "ana")
    assert "hello all" in html
    assert "You typed one two" in html


def test_a_modal_is_drawn_with_its_errors_and_closed(office: Office, bot: TinyBot) -> None:
    seat = {"as": "ana", "at": "dm"}
    post(office.workspace, "/act", {**seat, "do": "say", "text": "/note open"})
    assert "Log an outcome" in scene(office, "ana")["modal"]["html"]
    assert scene(office, "ben")["modal"] is None
    assert post(office.workspace, "/act", {**seat, "do": "submit", "values": {"note": "kept"}}) == {
        "ok": True
    }
    html = scene(office, "ana")["modal"]["html"]
    assert "Please complete this required field." in html
    assert "kept</textarea>" in html
    post(office.workspace, "/act", {**seat, "do": "close"})
    assert scene(office, "ana")["modal"] is None


def test_home_shows_what_was_published(office: Office, bot: TinyBot) -> None:
    assert "has published nothing here yet" in shown(office, "ana", "home")
    office.client.views_publish(user_id=office.ana, view=home(7))
    assert "Clicked 7 times" in shown(office, "ana", "home")
    press = {"as": "ana", "at": "home", "do": "press", "in": "home", "action": "again", "value": "1"}
    assert post(office.workspace, "/act", press) == {"ok": True}


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        ({"do": "home"}, "That didn't work: the app could not be reached. Is it running?"),
        ({"do": "close"}, "has no modal open"),
        ({"do": "dance"}, "nobody can dance"),
        ({"do": "say", "text": "  "}, "there is nothing to send"),
    ],
)
def test_what_does_not_work_says_why(office: Office, deed: dict[str, str], sentence: str) -> None:
    answer = post(office.workspace, "/act", {"as": "ana", "at": "dm", **deed})
    assert not answer["ok"]
    assert sentence in answer["sentence"]


def test_a_click_that_the_app_takes_too_long_for_is_told_to_whoever_clicked(
    office: Office, bot: TinyBot
) -> None:
    office.workspace.ack_seconds, bot.delay = 0.05, 0.3
    seat = {"as": "ana", "at": "sales-inbound"}
    press = {**seat, "do": "press", "in": "message", "ts": post_card(office), "action": "pass"}
    assert post(office.workspace, "/act", press) == {
        "ok": False,
        "sentence": "That didn't work: the app did not answer in time. Try again in a moment.",
    }
    # Before the app is gone: it answers all the same.
    assert office.workspace.wait_for(lambda: office.workspace.ephemerals(office.ana))


def test_a_form_of_another_site_cannot_act_here(office: Office) -> None:
    with pytest.raises(HTTPError, match="415"):
        post(office.workspace, "/act", {"as": "ana", "do": "close"}, content_type="text/plain")


def test_the_form_is_sent_and_its_refusal_shown(stage: Workspace, demo: Demo) -> None:
    page = get(stage, "/")
    assert "Talk to Acme" in page
    assert "<option>A demo</option>" in page
    refused = post(stage, "/form", {"name": ""})
    assert refused == {"ok": False, "sentence": "Please tell us your name."}
    assert post(stage, "/form", {"name": "Dana"}) == {"ok": True, "sentence": "Thank you, Dana."}
    assert demo.sent == [{"name": "Dana"}]


def test_the_clock_is_moved_and_shown_in_its_zone(stage: Workspace) -> None:
    before = json.loads(get(stage, "/pulse"))
    assert before["clock"]["time"] == "09:00"
    assert before["clock"]["date"] == "Monday, 23 November 2026"
    assert before["clock"]["note"] == "Open until 17:00"
    assert post(stage, "/move", {"move": "+1 h"})["clock"]["time"] == "10:00"
    assert json.loads(get(stage, "/pulse"))["version"] != before["version"]
    with pytest.raises(HTTPError, match="404"):
        post(stage, "/move", {"move": "+1 year"})


def test_messages_show_business_time_and_relative_times_follow_the_clock(
    stage: Workspace, demo: Demo
) -> None:
    stamp = int(demo.time.timestamp())
    client_of(stage).chat_postMessage(channel="sales", text=f"came <!date^{stamp}^{{ago}}|then>")
    demo.hour()
    html = json.loads(get(stage, "/scene?as=ana&at=sales"))["items"][-1]["html"]
    assert "9:00 AM" in html
    assert "came <time>1 hour ago</time>" in html


def test_without_controls_there_is_no_form_and_no_clock(office: Office) -> None:
    page = get(office.workspace, "/")
    assert "data-move" not in page
    assert 'id="prospect"' not in page
    with pytest.raises(HTTPError, match="404"):
        post(office.workspace, "/form", {})
