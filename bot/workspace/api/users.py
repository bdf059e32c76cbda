"""users.info, users.lookupByEmail and users.getPresence, with the scopes users:read and users:read.email.

A person's e-mail address is told only with users:read.email, whatever the method.

users.getPresence(user) -> {"presence": "active" | "away"}
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.workspace.api.arguments import Method
from bot.workspace.context import Context
from bot.workspace.model import ApiError, Json, User


def info(context: Context, args: Json) -> Json:
    return {"user": user_json(context, context.store.user(str(args["user"])))}


def lookup_by_email(context: Context, args: Json) -> Json:
    wanted = str(args["email"]).casefold()
    with context.store.lock:
        for user in context.store.users.values():
            if user.email.casefold() == wanted and not user.deactivated:
                return {"user": user_json(context, user)}
    raise ApiError("users_not_found")


def presence(context: Context, args: Json) -> Json:
    """Somebody else's presence is one word; how it came about only they themselves are told."""
    user = context.store.user(str(args.get("user") or context.who.bot_user_id))
    return {"presence": "away" if user.away or user.deactivated else "active"}


def user_json(context: Context, user: User) -> Json:
    offset = datetime.now(UTC).astimezone(ZoneInfo(user.tz)).utcoffset()
    profile: Json = {"real_name": user.real_name, "display_name": user.name}
    if not user.is_bot and context.grants("users:read.email"):
        profile["email"] = user.email
    return {
        "id": user.id,
        "team_id": context.who.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deactivated,
        "tz": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": user.manager,
        "is_restricted": user.guest != "no",
        "is_ultra_restricted": user.guest == "single",
        "is_bot": user.is_bot,
        "profile": profile,
    }


METHODS = {
    "users.info": Method(info, ("user",), scope="users:read"),
    "users.getPresence": Method(presence, scope="users:read"),
    "users.lookupByEmail": Method(lookup_by_email, ("email",), scope="users:read.email"),
}
