"""dnd.teamInfo, with the scope dnd:read.

dnd.teamInfo(users="U1,U2", 50 at most) ->
    {"users": {"U1": {"dnd_enabled": bool, "next_dnd_start_ts": int, "next_dnd_end_ts": int}}}

Somebody is not to be disturbed while start <= now < end; `dnd_enabled` alone says only that there is such
a time. Both are 1 where there is none. People who are not known are left out.
"""

from bot.workspace.api.arguments import Method
from bot.workspace.context import Context
from bot.workspace.model import ApiError, Json, User

_MOST = 50


def team_info(context: Context, args: Json) -> Json:
    wanted = [name for name in str(args.get("users") or "").split(",") if name]
    if not wanted:
        raise ApiError("no_users_provided")
    if len(wanted) > _MOST:
        raise ApiError("too_many_users")
    with context.store.lock:
        known = [context.store.users[name] for name in wanted if name in context.store.users]
    return {"users": {user.id: _status(user) for user in known}}


def _status(user: User) -> Json:
    enabled = user.quiet_until > 0
    return {
        "dnd_enabled": enabled,
        "next_dnd_start_ts": user.quiet_from if enabled else 1,
        "next_dnd_end_ts": user.quiet_until if enabled else 1,
    }


METHODS = {"dnd.teamInfo": Method(team_info, scope="dnd:read")}
