"""The Web API: one table of methods, one way through for every call."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from bot.workspace.api import apps, chat, conversations, users, views
from bot.workspace.api.arguments import Method
from bot.workspace.api.hooks import answer_at
from bot.workspace.context import Context
from bot.workspace.model import ApiError, Call, Json

METHODS: Mapping[str, Method] = {
    **apps.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **views.METHODS,
}


def call(context: Context, name: str, token: str, args: Json) -> Json:
    """Slack's answer to one call, which is remembered whatever it was."""
    try:
        answer: Json = {"ok": True, **_checked(context, name, token, args).run(context, args)}
    except ApiError as refusal:
        answer = refused(refusal)
    context.store.record(Call(name, args, datetime.now(UTC), answer))
    return answer


def refused(refusal: ApiError) -> Json:
    answer: Json = {"ok": False, "error": refusal.error}
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
        return jsonify(call(context, name, token, args))

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
    if method.caller is not None:
        _authorise(context, method.caller, token)
    missing = [field for field in method.required if args.get(field) in (None, "")]
    if missing:
        raise ApiError("invalid_arguments", *(f"missing required field: {field}" for field in missing))
    return method


def _authorise(context: Context, wanted: str, token: str) -> None:
    tokens = {"bot": context.bot_token, "app": context.app_token}
    if not token:
        raise ApiError("not_authed")
    if token not in tokens.values():
        raise ApiError("invalid_auth")
    if token != tokens[wanted]:
        raise ApiError("not_allowed_token_type")


def _arguments() -> Json:
    if not request.is_json:
        return request.values.to_dict()
    try:
        body = json.loads(request.get_data())
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
