"""A tiny Bolt app: enough of a bot to show that the workspace talks to one as Slack does."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, request
from slack_bolt import Ack, App, BoltRequest, BoltResponse, Respond
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient

from bot.workspace import Workspace
from bot.workspace.server import WebServer

Json = dict[str, Any]


def text(words: str, kind: str = "plain_text") -> Json:
    return {"type": kind, "text": words}


def section(words: str) -> Json:
    return {"type": "section", "text": text(words, "mrkdwn")}


def button(label: str, action_id: str, value: str = "1", **more: Any) -> Json:
    return {"type": "button", "text": text(label), "action_id": action_id, "value": value, **more}


def option(label: str) -> Json:
    return {"text": text(label.title()), "value": label}


def card(lead: str, *, claimed_by: str | None = None) -> list[Json]:
    """An offer as a bot would post it: with buttons, or saying who has it."""
    if claimed_by:
        return [
            section(f"*{lead}*"),
            {"type": "context", "elements": [text(f"<@{claimed_by}> has it", "mrkdwn")]},
        ]
    menu = {"type": "overflow", "action_id": "more", "options": [option("snooze"), option("skip")]}
    buttons = [button("Claim", "claim", lead, style="primary"), button("Pass", "pass", lead), menu]
    return [section(f"*{lead}*"), {"type": "actions", "block_id": "choices", "elements": buttons}]


def note_modal(lead: str) -> Json:
    outcome = {
        "type": "static_select",
        "action_id": "outcome",
        "options": [option("done"), option("voicemail")],
    }
    note = {"type": "plain_text_input", "action_id": "note", "multiline": True, "max_length": 50}
    outcome_block = {"block_id": "outcome_block", "label": text("Outcome"), "element": outcome}
    note_block = {"block_id": "note_block", "label": text("Note"), "element": note, "optional": True}
    return {
        "type": "modal",
        "callback_id": "note",
        "private_metadata": lead,
        "title": text("Log an outcome"),
        "submit": text("Save"),
        "close": text("Cancel"),
        "notify_on_close": True,
        "blocks": [
            {"type": "input", **outcome_block},
            {"type": "input", **note_block},
            {**section("What you write stays with the lead."), "block_id": "words"},
        ],
    }


def home(clicks: int) -> Json:
    rows = [section(f"Clicked {clicks} times"), {"type": "actions", "elements": [button("Again", "again")]}]
    return {"type": "home", "blocks": rows}


def client_of(workspace: Workspace, token: str = "xoxb-local") -> WebClient:
    return WebClient(token=token, base_url=workspace.api_url, retry_handlers=[])


class TinyBot:
    """`heard` is every payload in order, `retries` what each said of being one; `winners` who claimed each lead.

    `answer`, once set, is what it says to every form that is sent.
    """

    def __init__(self, workspace: Workspace, secret: str = "local-signing-secret") -> None:
        self.heard: list[Json] = []
        self.retries: list[str | None] = []
        self.winners: dict[str, str] = {}
        self.delay = 0.0
        self.answer: Json | str | None = None
        self.app = App(
            client=client_of(workspace),
            signing_secret=secret,
            logger=_quiet(),
            token_verification_enabled=False,
        )
        self.app.use(self._listen)
        self._register()

    def _listen(self, body: Json, request: BoltRequest, next: Any) -> None:
        self.heard.append(body)
        self.retries += request.headers.get("x-slack-retry-num", [None])
        time.sleep(self.delay)
        next()

    def _register(self) -> None:
        self.app.action("claim")(self.claim)
        self.app.action("more")(self.more)
        self.app.action("pass")(self.passed)
        self.app.action("again")(self.again)
        self.app.command("/note")(self.note)
        self.app.view("note")(self.saved)
        self.app.view_closed("note")(lambda ack: ack())
        self.app.event("app_home_opened")(self.opened)
        self.app.event("message")(lambda: None)

    def claim(self, ack: Ack, body: Json, client: WebClient, respond: Respond) -> None:
        lead, user = body["actions"][0]["value"], body["user"]["id"]
        winner = self.winners.setdefault(lead, user)
        ack()
        channel, ts = body["channel"]["id"], body["message"]["ts"]
        if winner == user:
            client.chat_update(
                channel=channel, ts=ts, text=f"{lead} claimed", blocks=card(lead, claimed_by=user)
            )
        else:
            respond(text=f"<@{winner}> was faster", replace_original=False)

    def more(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=note_modal("from the menu"))

    def passed(self, ack: Ack, respond: Respond) -> None:
        ack()
        respond(text="You passed", replace_original=False)

    def again(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_publish(user_id=body["user"]["id"], view=home(2), hash=body["view"]["hash"])

    def note(self, ack: Ack, command: Json, client: WebClient) -> None:
        if command["text"] == "open":
            client.views_open(trigger_id=command["trigger_id"], view=note_modal("Dana"))
            ack()
        else:
            ack(f"You typed {command['text']}")

    def saved(self, ack: Ack, view: Json, body: Json, client: WebClient) -> None:
        if self.answer is not None:
            ack.response = BoltResponse(status=200, body=self.answer)
            return
        values = view["state"]["values"]
        note = values["note_block"]["note"]["value"]
        if note == "no":
            ack(response_action="errors", errors={"note_block": "Say a little more"})
            return
        ack()
        outcome = values["outcome_block"]["outcome"]["selected_option"]["value"]
        client.chat_postMessage(
            channel=body["user"]["id"], text=f"{view['private_metadata']}: {outcome}, {note}"
        )

    def opened(self, event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view=home(1))


@contextmanager
def served(bot: TinyBot) -> Iterator[str]:
    """The bot behind a real HTTP server; its address for deliveries."""
    flask, handler = Flask("tinybot"), SlackRequestHandler(bot.app)

    @flask.post("/slack/events")
    def events() -> Response:
        return handler.handle(request)

    server = WebServer(flask, "127.0.0.1", 0)
    server.start()
    try:
        yield f"http://127.0.0.1:{server.port}/slack/events"
    finally:
        server.stop()


def _quiet() -> logging.Logger:
    logger = logging.getLogger("tinybot")
    logger.setLevel(logging.CRITICAL)
    return logger
