"""views.open, .push, .update and .publish; the answer to a submission uses the same."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.workspace.api.arguments import Method, decoded
from bot.workspace.blockkit import faults_in_view, with_ids
from bot.workspace.blockkit.state import initial_state
from bot.workspace.context import Context
from bot.workspace.delivery.payloads import view_json
from bot.workspace.model import ApiError, Json, View
from bot.workspace.store import fresh_id

_MOST_STACKED = 3
_MOST_BYTES = 250_000


def open_modal(context: Context, args: Json) -> Json:
    body = _valid(args, "modal")
    user = context.tickets.use_trigger(str(args["trigger_id"]))
    with context.store.lock:
        view = _build(context, body, user)
        context.store.modals[user] = [view]
        context.store.touch()
    return {"view": view_json(view, context.who)}


def push(context: Context, args: Json) -> Json:
    body = _valid(args, "modal")
    user = context.tickets.use_trigger(str(args["trigger_id"]))
    return {"view": view_json(push_for(context, user, body), context.who)}


def update(context: Context, args: Json) -> Json:
    with context.store.lock:
        old = _addressed(context, args)
        body = _valid(args, old.type)
        _same_hash(args, old)
        return {"view": view_json(update_to(context, old, body), context.who)}


def publish(context: Context, args: Json) -> Json:
    body = _valid(args, "home")
    user = context.store.user(str(args["user_id"])).id
    with context.store.lock:
        old = context.store.homes.get(user)
        if old:
            _same_hash(args, old)
        view = _build(context, body, user, old)
        context.store.put_home(view)
    return {"view": view_json(view, context.who)}


def push_for(context: Context, user: str, body: Json) -> View:
    """A new modal on top of the person's stack. Raises `push_limit_reached` or `duplicate_external_id`."""
    with context.store.lock:
        stack = context.store.modals[user]
        if len(stack) >= _MOST_STACKED:
            raise ApiError("push_limit_reached")
        view = _build(context, body, user)
        if stack:
            view = replace(view, previous_id=stack[-1].id, root_id=stack[0].id)
        stack.append(view)
        context.store.touch()
        return view


def update_to(context: Context, old: View, body: Json) -> View:
    """The view in its new form; what was entered stays where the ids stay. Raises `duplicate_external_id`."""
    view = _build(context, body, old.user, old)
    context.store.put_view(view)
    return view


def checked(view: Any, kind: str, path: str = "/view") -> Json:
    """The view's JSON once Slack would take it. Raises `invalid_arguments` with every reason, or `view_too_large`."""
    faults = faults_in_view(view, path)
    if not faults and view["type"] != kind:
        faults = [f"must be a {kind} view [json-pointer:{path}/type]"]
    if faults:
        raise ApiError("invalid_arguments", *faults)
    if len(json.dumps(view, ensure_ascii=False).encode()) > _MOST_BYTES:
        raise ApiError("view_too_large")
    body: Json = view
    return body


def _valid(args: Json, kind: str) -> Json:
    return checked(decoded(args, "view", "invalid_arguments"), kind)


def _build(context: Context, body: Json, user: str, old: View | None = None) -> View:
    blocks = with_ids(body["blocks"])
    view_id = old.id if old else fresh_id("V")
    name = body.get("external_id") or ""
    if name and any(view.external_id == name and view.id != view_id for view in context.store.views()):
        raise ApiError("duplicate_external_id")
    return View(
        id=view_id,
        user=user,
        type=body["type"],
        blocks=blocks,
        hash=fresh_id("H"),
        callback_id=body.get("callback_id") or "",
        private_metadata=body.get("private_metadata") or "",
        external_id=name,
        title=_label(body, "title"),
        submit=_label(body, "submit"),
        close=_label(body, "close"),
        clear_on_close=bool(body.get("clear_on_close")),
        notify_on_close=bool(body.get("notify_on_close")),
        root_id=old.root_id if old else view_id,
        previous_id=old.previous_id if old else None,
        state=initial_state(blocks, old.state if old else None),
    )


def _label(body: Mapping[str, Any], name: str) -> str:
    return str((body.get(name) or {}).get("text", ""))


def _addressed(context: Context, args: Json) -> View:
    if not args.get("view_id") and not args.get("external_id"):
        raise ApiError("invalid_arguments", "missing required field: view_id")
    found = context.store.find_view(str(args.get("view_id") or ""))
    named = [view for view in context.store.views() if args.get("external_id") == view.external_id != ""]
    view = found or next(iter(named), None)
    if view is None:
        raise ApiError("not_found")
    return view


def _same_hash(args: Json, view: View) -> None:
    if args.get("hash") and args["hash"] != view.hash:
        raise ApiError("hash_conflict")


METHODS = {
    "views.open": Method(open_modal, required=("trigger_id", "view")),
    "views.push": Method(push, required=("trigger_id", "view")),
    "views.update": Method(update, required=("view",)),
    "views.publish": Method(publish, required=("user_id", "view")),
}
