"""auth.test and apps.connections.open."""

from bot.workspace.api.arguments import Method
from bot.workspace.context import Context
from bot.workspace.model import Json


def auth_test(context: Context, _args: Json) -> Json:
    who = context.who
    return {
        "url": f"{context.base_url}/",
        "team": "Local workspace",
        "user": context.store.user(who.bot_user_id).name,
        "team_id": who.team_id,
        "user_id": who.bot_user_id,
        "bot_id": who.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(context: Context, _args: Json) -> Json:
    return {"url": context.sockets.new_url()}


METHODS = {
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, caller="app"),
}
