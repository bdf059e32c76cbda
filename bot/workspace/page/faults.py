"""The panel that makes Slack fail: what can go wrong, where, and what stands."""

from flask import Blueprint, Response, jsonify, request

from bot.workspace.api import METHODS
from bot.workspace.context import Context
from bot.workspace.faults import Fault, FaultKind
from bot.workspace.model import Json

_LABELS = {
    FaultKind.RATELIMITED: "Too many requests (429)",
    FaultKind.SERVER_ERROR: "Server error (503)",
    FaultKind.NOT_JSON: "An answer that is no JSON",
    FaultKind.HANG: "No answer for a while",
    FaultKind.REPLY_LOST: "Done, but the answer is lost",
    FaultKind.TOKEN_REVOKED: "Token revoked",
    FaultKind.ACCOUNT_INACTIVE: "Account inactive",
    FaultKind.ARCHIVED: "Channel archived",
    FaultKind.KICKED: "Bot removed from the channel",
    FaultKind.DUPLICATE: "Clicks and commands arrive twice",
}
_DELIVERIES = {
    "interactive": "Clicks and forms",
    "slash_commands": "Slash commands",
    "events_api": "Events",
}
_DISCONNECTS = {"warning", "refresh_requested"}
_LONGEST_SECONDS = 600.0


def panel(context: Context) -> Json:
    """What the panel shows."""
    channels = [(one.id, f"#{one.name}") for one in context.store.channels.values() if not one.is_im]
    standing = [_sentence(context, fault) for fault in context.faults.standing]
    return {
        "kinds": list(_LABELS.items()),
        "methods": sorted(METHODS),
        "deliveries": list(_DELIVERIES.items()),
        "channels": channels,
        "standing": standing,
    }


def offer_faults(routes: Blueprint, context: Context) -> None:
    """The panel's routes: add one, clear all, tell what stands, have sockets connect anew."""

    @routes.get("/faults")
    def standing() -> Response:
        return jsonify(panel(context)["standing"])

    @routes.post("/faults")
    def change() -> tuple[Response, int]:
        body = request.get_json(silent=True) if request.is_json else None
        try:
            _change(context, body if isinstance(body, dict) else {})
        except (ValueError, TypeError) as mistake:
            return jsonify({"ok": False, "sentence": f"That didn't work: {mistake}"}), 400
        return jsonify({"ok": True, "standing": panel(context)["standing"]}), 200


def _change(context: Context, body: Json) -> None:
    if body.get("do") == "clear":
        context.faults.clear()
    elif body.get("do") in _DISCONNECTS:
        context.sockets.disconnect(str(body["do"]))
    else:
        context.faults.add(_asked(body))


def _asked(body: Json) -> Fault:
    kind, method = FaultKind(str(body.get("kind"))), str(body.get("method") or "*")
    if method not in ("*", *(_DELIVERIES if kind is FaultKind.DUPLICATE else METHODS)):
        raise ValueError(f"“{_LABELS[kind]}” cannot befall {_DELIVERIES.get(method, method)}.")
    times = int(body.get("times") or 0)
    return Fault(
        method,
        kind,
        times=times if times > 0 else None,
        channel=str(body.get("channel") or "") or None,
        seconds=min(max(float(body.get("seconds") or 5), 1.0), _LONGEST_SECONDS),
        applied=bool(body.get("applied")),
    )


def _sentence(context: Context, fault: Fault) -> str:
    channel = context.store.channels.get(fault.channel or "")
    what = "" if fault.method == "*" else f": {_DELIVERIES.get(fault.method, fault.method)}"
    where = f" in #{channel.name}" if channel else ""
    done = ", done all the same" if fault.kind is FaultKind.HANG and fault.applied else ""
    left = "until cleared" if fault.times is None else f"{fault.times} more"
    return f"{_LABELS[fault.kind]}{what}{where}{done}, {left}"
