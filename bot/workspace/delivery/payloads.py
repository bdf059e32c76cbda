"""The payloads Slack sends, one function for each kind."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from bot.workspace.model import Channel, Json, Message, User, View
from bot.workspace.store import fresh_id

VERIFICATION_TOKEN = "local-verification-token"  # noqa: S105  deprecated by Slack, sent all the same


@dataclass(frozen=True)
class Identity:
    """Who is who in this workspace: the team, the app and its bot."""

    team_id: str
    team_domain: str
    app_id: str
    bot_id: str
    bot_user_id: str
    app_name: str


def message_json(message: Message, who: Identity, *, metadata: bool = True) -> Json:
    """A message as the Web API and interactions show it."""
    body: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": who.team_id,
    }
    if message.bot_id:
        body |= {"bot_id": message.bot_id, "app_id": who.app_id}
    if message.blocks:
        body["blocks"] = message.blocks
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    if message.edited:
        body["edited"] = {"user": message.user, "ts": message.ts}
    if message.metadata and metadata:
        body["metadata"] = message.metadata
    return body


def view_json(view: View, who: Identity) -> Json:
    """A view as the Web API and interactions show it."""
    body: Json = {
        "id": view.id,
        "team_id": who.team_id,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "external_id": view.external_id,
        "state": {"values": view.state},
        "hash": view.hash,
        "title": _plain(view.title or who.app_name),
        "submit": _plain(view.submit) if view.submit else None,
        "close": _plain(view.close) if view.close else None,
        "clear_on_close": view.clear_on_close,
        "notify_on_close": view.notify_on_close,
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id or view.id,
        "app_id": who.app_id,
        "bot_id": who.bot_id,
    }
    return body | {"app_installed_team_id": who.team_id}


def event(inner: Json, who: Identity) -> Json:
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": who.team_id,
        "api_app_id": who.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": fresh_id("Ev"),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": who.team_id,
                "user_id": who.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def command(user: User, channel: Channel, who: Identity) -> Json:
    """Who typed a slash command and where; what was typed is still to be added."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": who.team_id,
        "team_domain": who.team_domain,
        "channel_id": channel.id,
        "channel_name": channel.shown_name,
        "user_id": user.id,
        "user_name": user.name,
        "api_app_id": who.app_id,
        "is_enterprise_install": "false",
    }


def interaction(kind: str, user: User, trigger_id: str | None, who: Identity) -> Json:
    """What every interaction begins with."""
    body: Json = {
        "type": kind,
        "team": {"id": who.team_id, "domain": who.team_domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": who.team_id},
        "api_app_id": who.app_id,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return body | ({"trigger_id": trigger_id} if trigger_id else {})


def in_message(message: Message, channel: Channel, response_url: str, who: Identity) -> Json:
    """Where an action took place, if it was in a message. The app is not shown private messages again."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    body: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": channel.shown_name},
        "response_url": response_url,
    }
    return body if message.ephemeral_to else body | {"message": message_json(message, who)}


def in_view(view: View, who: Identity) -> Json:
    return {"container": {"type": "view", "view_id": view.id}, "view": view_json(view, who)}


def action(block: Json, element: Json, value: Mapping[str, object]) -> Json:
    """One entry of `actions`: the element, what was chosen or pressed, and when."""
    body: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{time.time():.6f}",
    }
    for name in ("text", "value", "style", "placeholder"):
        if name in element:
            body[name] = element[name]
    return body | dict(value)


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}
