"""The Slack app manifest: what the bot may do, and how Slack reaches it."""

from typing import Any

import yaml

COMMAND = "/followup"
EVENTS_PATH = "/slack/events"
SCOPES = {
    "chat:write": "post and update cards and direct messages",
    "commands": "answer /followup",
    "im:write": "open a direct message with a rep",
    "im:history": "after a crash, see whether a direct message was sent already",
    "channels:history": "after a crash, see whether a card was posted already, in a public channel",
    "groups:history": "the same in a private channel",
    "users:read": "required by users:read.email; see who is active, in pools with presence: true",
    "dnd:read": "ask those who may be disturbed first, in pools with presence: true",
    "usergroups:read": "check that the user groups of the team document exist",
    "users:read.email": "find the reps of the team document by their e-mail addresses",
}
"""The smallest set, each with its reason."""
EVENTS = ("app_home_opened",)


def manifest(url: str | None = None) -> str:
    """The manifest as YAML: for Socket Mode, or with the bot's public `url` for signed HTTP requests."""
    return yaml.safe_dump(_document(url), sort_keys=False, allow_unicode=True, width=110)


def _document(url: str | None) -> dict[str, Any]:
    endpoint = url.rstrip("/") + EVENTS_PATH if url else None
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Followup",
            "description": "Makes sure no inbound lead goes cold.",
            "background_color": "#1d4436",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                # Nobody reads what is typed there, so nothing can be.
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Followup", "always_online": True},
            "slash_commands": [
                {
                    "command": COMMAND,
                    **({"url": endpoint} if endpoint else {}),
                    "description": "Your leads: what is next, claim, log, leave, figures",
                    "usage_hint": (
                        "help | next | today | lead <lead> | claim <lead> | log <lead> <outcome> [when] [note] | "
                        "away until <when> | stats [@rep]"
                    ),
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {
                **({"request_url": endpoint} if endpoint else {}),
                "bot_events": list(EVENTS),
            },
            "interactivity": {"is_enabled": True, **({"request_url": endpoint} if endpoint else {})},
            "org_deploy_enabled": False,
            "socket_mode_enabled": endpoint is None,
            "token_rotation_enabled": False,
        },
    }
