"""The page: one person's view of the workspace, and the prospect's form and the clock beside it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, jsonify, render_template, request

from bot.workspace.context import Context
from bot.workspace.controls import Controls
from bot.workspace.model import ApiError, Delivery, Json
from bot.workspace.page.deeds import Deeds
from bot.workspace.page.faults import offer_faults, panel
from bot.workspace.page.scene import HOME, Painter, Seat
from bot.workspace.people import People

_POLICY = "default-src 'self'; img-src 'self' data: https: http:; style-src 'self'; form-action 'self'"


def blueprint(
    context: Context, people: People, controls: Controls | None, *, faults_panel: bool = False
) -> Blueprint:
    routes = Blueprint("page", __name__)
    now, first_step = (controls.now, controls.first_step) if controls else (_real_now, "")
    painter = Painter(context, now, first_step)
    _show(routes, context, painter, controls, faults_panel=faults_panel)
    _obey(routes, painter, Deeds(people, context))
    if controls:
        _steer(routes, context, controls)
    if faults_panel:
        offer_faults(routes, context)

    @routes.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    return routes


def _show(
    routes: Blueprint,
    context: Context,
    painter: Painter,
    controls: Controls | None,
    *,
    faults_panel: bool,
) -> None:
    """The whole page; a pulse that tells whether it is still right; and the parts that change."""

    @routes.get("/")
    def whole() -> str:
        seat = painter.seat(request.args.get("as", ""), request.args.get("at", ""))
        scene = painter.scene(seat) if seat else None
        shown = {"app": context.who, "seat": seat, "scene": scene, "people": painter.people(), "home": HOME}
        shown |= {"faults": panel(context) if faults_panel else None}
        return render_template("page.html", **shown, controls=controls, clock=_clock(controls))

    @routes.get("/pulse")
    def pulse() -> Response:
        return jsonify({"version": _version(context, controls), "clock": _clock(controls)})

    @routes.get("/scene")
    def scene() -> Response:
        seat = _seat(painter, request.args)
        version = _version(context, controls)
        if seat.place and request.args.get("visible"):
            context.store.mark_seen(seat.user.id, seat.place.id)
        return jsonify(painter.scene(seat) | {"version": version})


def _obey(routes: Blueprint, painter: Painter, deeds: Deeds) -> None:
    @routes.post("/act")
    def act() -> Response:
        body = _posted()
        return _answered(lambda: deeds.do(_seat(painter, body), body))


def _steer(routes: Blueprint, context: Context, controls: Controls) -> None:
    """The demo's form and clock."""

    @routes.post("/form")
    def form() -> Response:
        fields = {name: str(value) for name, value in _posted().items()}
        try:
            return jsonify({"ok": True, "sentence": controls.send_form(fields)})
        except ValueError as refusal:
            return jsonify({"ok": False, "sentence": str(refusal)})

    @routes.post("/move")
    def move() -> Response:
        step = dict(controls.moves).get(str(_posted().get("move"))) or abort(404)
        step()
        context.store.touch()
        return jsonify({"ok": True, "clock": _clock(controls)})

    @routes.post("/story")
    def story() -> Response:
        if controls.story is None:
            abort(404)
        try:
            sentence, ok = controls.story(), True
        except ValueError as refusal:
            sentence, ok = str(refusal), False
        context.store.touch()
        return jsonify({"ok": ok, "sentence": sentence, "clock": _clock(controls)})


def _answered(deed: Callable[[], Delivery | None]) -> Response:
    """What the browser is told: that it went well, or the sentence to show."""
    try:
        delivery = deed()
    except (LookupError, ApiError, ValueError) as mistake:
        return jsonify({"ok": False, "sentence": f"That didn't work: {mistake}"})
    if delivery is None or delivery.ok or delivery.error == "incomplete":
        return jsonify({"ok": True})
    return jsonify({"ok": False, "sentence": f"That didn't work: {_reason(delivery)}"})


def _reason(delivery: Delivery) -> str:
    reasons = {
        "operation_timeout": "the app did not answer in time. Try again in a moment.",
        "dispatch_failed": "the app could not be reached. Is it running?",
        "http_service_error": f"the app answered with an error ({delivery.status}).",
    }
    return reasons.get(delivery.error or "", f"the app's answer could not be used. {delivery.body}")


def _posted() -> Json:
    """The JSON body. Nothing else is accepted, so no other site's form can act here."""
    body = request.get_json(silent=True) if request.is_json else None
    if not isinstance(body, dict):
        abort(415)
    return body


def _seat(painter: Painter, asked: Any) -> Seat:
    return painter.seat(str(asked.get("as", "")), str(asked.get("at", ""))) or abort(404)


def _version(context: Context, controls: Controls | None) -> str:
    """Changes with everything that can be seen, and with the minute, for times like "3 minutes ago"."""
    now = controls.now() if controls else _real_now()
    with context.store.lock:
        return f"{context.store.version}.{int(now.timestamp() // 60)}"


def _clock(controls: Controls | None) -> Json | None:
    if controls is None:
        return None
    now = controls.now().astimezone(ZoneInfo(controls.zone))
    return {
        "time": f"{now:%H:%M}",
        "date": f"{now:%A}, {now.day} {now:%B %Y}",
        "zone": controls.zone.replace("_", " "),
        "note": controls.note(),
    }


def _real_now() -> datetime:
    return datetime.now(UTC)
