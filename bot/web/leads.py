"""`POST /leads/<source>`: authenticate, store, answer. `GET /leads/<source>/<id>`: what became of it."""

import re

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from bot.clock import Clock
from bot.db import Database
from bot.intake import authenticate, receive, source_and_secrets, what_became_of

MAX_BODY = 256 * 1024

_SOURCE = re.compile(r"[a-z0-9-]{1,64}")
_ID = re.compile(r"in_[0-9a-f]{24}")


def leads_blueprint(database: Database, business_now: Clock, machine_now: Clock) -> Blueprint:
    """The routes that senders use."""
    blueprint = Blueprint("leads", __name__)

    @blueprint.post("/leads/<source>")
    def take_lead(source: str) -> Response:
        request.max_content_length = MAX_BODY
        body = request.get_data(cache=False)
        with database.store() as session:
            delivery_id = _authenticated(session, source, body)
            content_type = request.content_type or ""
            receipt = receive(session, source, delivery_id, content_type, body, now=business_now())
        return jsonify(id=receipt.id, status=receipt.status)

    @blueprint.get("/leads/<source>/<public_id>")
    def tell_what_became_of_it(source: str, public_id: str) -> Response:
        request.max_content_length = MAX_BODY
        with database.read() as session:
            _authenticated(session, source, request.get_data(cache=False))
            report = what_became_of(session, source, public_id) if _ID.fullmatch(public_id) else None
        if report is None:
            raise NotFound("This source has sent nothing with that id.")
        return jsonify(report)

    def _authenticated(session: Session, name: str, body: bytes) -> str | None:
        if not _SOURCE.fullmatch(name):
            raise NotFound("There is no such source.")
        source, secrets = source_and_secrets(session, name, machine_now())
        if source is None:
            raise NotFound("There is no such source.")
        return authenticate(
            source,
            secrets,
            headers={key.lower(): value for key, value in request.headers},
            query=request.args,
            body=body,
            machine_now=machine_now(),
        )

    return blueprint
