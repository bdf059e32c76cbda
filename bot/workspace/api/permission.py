"""May this call be made? Tokens, scopes, limits and the faults that say no by name."""

from bot.workspace.api.arguments import Method
from bot.workspace.context import Context
from bot.workspace.model import ApiError, Channel, Json


def authorise(context: Context, method: Method, token: str, place: str | None) -> None:
    """Raises `not_authed`, `invalid_auth`, `not_allowed_token_type` or `missing_scope`."""
    tokens = {"bot": context.bot_token, "app": context.app_token}
    if not token:
        raise ApiError("not_authed")
    if token not in tokens.values():
        raise ApiError("invalid_auth")
    if token != tokens[method.caller]:
        raise ApiError("not_allowed_token_type")
    _check_scope(context, method.scope.replace("*", _kind(context, place)))


def place_of(context: Context, args: Json) -> str | None:
    """The conversation a call is about, by id; None if it is about none that exists."""
    wanted = args.get("channel") or args.get("users")
    return context.store.place(str(wanted)) if wanted else None


def joined(context: Context, channel: Channel) -> Channel:
    """The same channel, if the bot is in it; else `not_in_channel`, or for a private one that there is none."""
    if not channel.has(context.who.bot_user_id):
        raise ApiError("channel_not_found" if channel.is_private else "not_in_channel")
    return channel


def _check_scope(context: Context, needed: str) -> None:
    if needed and not context.grants(needed):
        provided = ",".join(sorted(context.scopes or ()))
        raise ApiError("missing_scope", extra={"needed": needed, "provided": provided})


def _kind(context: Context, place: str | None) -> str:
    kind = context.store.channel(place).kind if place else "channel"
    return kind if kind == "im" else f"{kind}s"
