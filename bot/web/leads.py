"""`POST /leads/<source>`: authenticate, store, answer. `GET /leads/<source>/<id>`: what became of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from bot.clock import Clock
from bot.db import Database
from bot.intake import (
    Receipt,
    Sender,
    UnauthorizedError,
    authenticate,
    look_up_sender,
    receive,
    receive_if_unchanged,
    remembered_sender,
    what_became_of,
)

MAX_BODY = 256 * 1024

_SOURCE = re.compile(r"[a-z0-9-]{1,64}")
_ID = re.compile(r"in_[0-9a-f]{24}")


def leads_blueprint(database: Database, business_now: Clock, machine_now: Clock) -> Blueprint:
    """The routes that senders use."""
    blueprint = Blueprint("leads", __name__)
    door = _Door(database, business_now, machine_now)

    @blueprint.post("/leads/<source>")
    def take_lead(source: str) -> Response:
        receipt = door.take(source, _body())
        return jsonify(id=receipt.id, status=receipt.status)

    @blueprint.get("/leads/<source>/<public_id>")
    def tell_what_became_of_it(source: str, public_id: str) -> Response:
        return jsonify(door.tell(source, public_id, _body()))

    return blueprint


@dataclass(frozen=True)
class _Door:
    """What a sender's request comes to; the request is Flask's own."""

    database: Database
    business_now: Clock
    machine_now: Clock

    def take(self, name: str, body: bytes) -> Receipt:
        with self.database.store() as session:
            return self._taken_at_once(session, name, body) or self._taken(session, name, body)

    def tell(self, name: str, public_id: str, body: bytes) -> Mapping[str, Any]:
        with self.database.read() as session:
            self._proven(self._looked_up(session, name), body)
            report = what_became_of(session, name, public_id) if _ID.fullmatch(public_id) else None
        if report is None:
            raise NotFound("This source has sent nothing with that id.")
        return report

    def _taken_at_once(self, session: Session, name: str, body: bytes) -> Receipt | None:
        """In one statement, if the sender is who this process remembers; else None, and nothing has happened."""
        sender = None if self.database.is_sqlite else remembered_sender(session, name)
        if sender is None:
            return None
        try:
            delivery_id = self._proven(sender, body)
        except UnauthorizedError:
            # They may have a secret that is newer than what is remembered.
            return None
        now, machine_now = self.business_now(), self.machine_now()
        return receive_if_unchanged(
            session, sender, delivery_id, _content_type(), body, now=now, machine_now=machine_now
        )

    def _taken(self, session: Session, name: str, body: bytes) -> Receipt:
        delivery_id = self._proven(self._looked_up(session, name), body)
        return receive(session, name, delivery_id, _content_type(), body, now=self.business_now())

    def _looked_up(self, session: Session, name: str) -> Sender:
        sender = look_up_sender(session, name, self.machine_now()) if _SOURCE.fullmatch(name) else None
        if sender is None:
            raise NotFound("There is no such source.")
        return sender

    def _proven(self, sender: Sender, body: bytes) -> str | None:
        """The sender's own id for this delivery, if it gave one. Raises UnauthorizedError."""
        return authenticate(
            sender.source,
            sender.secrets,
            headers={key.lower(): value for key, value in request.headers},
            query=request.args,
            body=body,
            machine_now=self.machine_now(),
        )


def _body() -> bytes:
    request.max_content_length = MAX_BODY
    return request.get_data(cache=False)


def _content_type() -> str:
    return request.content_type or ""
