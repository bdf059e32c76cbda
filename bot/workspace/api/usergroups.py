"""usergroups.list, with the scope usergroups:read.

usergroups.list(include_users?, include_disabled?, include_count?) ->
    {"usergroups": [{"id": "S1", "handle": "on-call", "name": "On call", "date_delete": 0, "users": ["U1"], ...}]}

A message mentions a group as <!subteam^S1>.
"""

from bot.workspace.api.arguments import Method, truth
from bot.workspace.context import Context
from bot.workspace.model import Json, UserGroup

_DELETED_AT = 1_700_000_000


def every(context: Context, args: Json) -> Json:
    with context.store.lock:
        known = list(context.store.groups.values())
    shown = [group for group in known if truth(args, "include_disabled") or not group.disabled]
    return {"usergroups": [_group_json(context, group, args) for group in shown]}


def _group_json(context: Context, group: UserGroup, args: Json) -> Json:
    people = _people(context, group)
    body: Json = {
        "id": group.id,
        "team_id": context.who.team_id,
        "is_usergroup": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_delete": _DELETED_AT if group.disabled else 0,
    }
    if truth(args, "include_users"):
        body["users"] = people
    if truth(args, "include_count"):
        body["user_count"] = len(people)
    return body


def _people(context: Context, group: UserGroup) -> list[str]:
    """Its members; who is deactivated belongs to no group any more."""
    with context.store.lock:
        return [one for one in group.members if not context.store.user(one).deactivated]


METHODS = {
    "usergroups.list": Method(every, scope="usergroups:read"),
}
