"""The Web API: one table of methods, one way through for every call."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, Response, jsonify, request

from bot.workspace.api import apps, chat, conversations, dnd, usergroups, users, views
from bot.workspace.api.arguments import Method
from bot.workspace.api.hooks import answer_at
from bot.workspace.api.permission import authorise, place_of
from bot.workspace.api.trouble import befallen
from bot.workspace.context import Context
from bot.workspace.model import ApiError, Call, Json, RateLimitedError

METHODS: Mapping[str, Method] = {
    **apps.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **dnd.METHODS,
    **usergroups.METHODS,
    **users.METHODS,
    **views.METHODS,
}


def call(context: Context, name: str, token: str, args: Json) -> Json:
    """Slack's answer to one call, which is remembered whatever it was."""
    try:
        answer: Json = {"ok": True, **_checked(context, name, token, args).run(context, args)}
    except ApiError as refusal:
        answer = refused(refusal)
    _remember(context, name, args, answer)
    return answer


def answer_to(context: Context, name: str, token: str, args: Json) -> Response:
    """The response to one call over HTTP, with whatever befalls it on the way."""
    place = place_of(context, args)
    fault = context.faults.take(name, place)
    in_private = place is not None and context.store.channel(place).is_private
    try:
        if fault:
            run = partial(call, context, name, token, args)
            return befallen(fault, name, context.faults, run, in_private=in_private)
        if context.pace:
            context.pace.check(name, place)
    except ApiError as refusal:
        _remember(context, name, args, refused(refusal))
        return _refusal(refusal)
    return jsonify(call(context, name, token, args))


def _remember(context: Context, name: str, args: Json, answer: Json) -> None:
    context.store.record(Call(name, args, datetime.now(UTC), answer))


def _refusal(refusal: ApiError) -> Response:
    response = jsonify(refused(refusal))
    if isinstance(refusal, RateLimitedError):
        response.status_code = 429
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def refused(refusal: ApiError) -> Json:
    answer: Json = {"ok": False, "error": refusal.error, **refusal.extra}
    if refusal.details:
        answer["errors"] = list(refusal.details)
        answer["response_metadata"] = {"messages": [f"[ERROR] {detail}" for detail in refusal.details]}
    return answer


def blueprint(context: Context) -> Blueprint:
    routes = Blueprint("api", __name__)

    @routes.post("/api/<name>")
    @routes.get("/api/<name>")
    def web_api(name: str) -> Response:
        args = _arguments()
        token = str(args.pop("token", "")) or request.headers.get("Authorization", "").removeprefix("Bearer ")
        return answer_to(context, name, token, args)

    @routes.post("/response/<key>")
    def response_url(key: str) -> tuple[Response | str, int]:
        try:
            answer_at(context, key, _arguments())
        except ApiError as refusal:
            status = 404 if refusal.error.endswith("_url") else 400
            return jsonify(refused(refusal)), status
        return "ok", 200

    return routes


def _checked(context: Context, name: str, token: str, args: Json) -> Method:
    """The method, once the call may be made: known, authorised, with all it needs."""
    method = METHODS.get(name)
    if method is None:
        raise ApiError("unknown_method")
    authorise(context, method, token, place_of(context, args))
    missing = [field for field in method.required if args.get(field) in (None, "")]
    if missing:
        raise ApiError("invalid_arguments", *(f"missing required field: {field}" for field in missing))
    return method


def _arguments() -> Json:
    if not request.is_json:
        return request.values.to_dict()
    try:
        body = json.loads(request.get_data())
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
