"""api.test, auth.test and apps.connections.open."""

from bot.workspace.api.arguments import Method
from bot.workspace.context import Context
from bot.workspace.model import ApiError, Json


def api_test(_context: Context, args: Json) -> Json:
    if args.get("error"):
        raise ApiError(str(args["error"]))
    return {"args": args}


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
    "api.test": Method(api_test, caller=None),
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, caller="app"),
}
