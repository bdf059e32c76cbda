"""`/healthz`: the process runs. `/readyz`: leads can be stored. `/metrics`: the figures, read when asked."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.db.migrate import UnreachableDatabaseError, is_current
from bot.db.models import InboxEntry, InboxState
from bot.outbox.health import outbox_health
from bot.web.lateness import too_late
from bot.web.metrics import Figures

_PROOF = {"source": "", "content_type": "", "body": bytes(4096), "state": InboxState.DONE}
"""What is written to find out whether leads could be: more than may be left of a page that is in use."""
_TROUBLES = ("failing", "dead", "late", "pauses")
"""What somebody should look into while it is there."""


def health_blueprint(
    database: Database,
    business_now: Clock,
    machine_now: Clock,
    socket_connected: Callable[[], bool] | None = None,
) -> Blueprint:
    """The routes that operators and their tools use. `socket_connected` only in Socket Mode."""
    blueprint = Blueprint("health", __name__)
    registry = CollectorRegistry()
    registry.register(Figures(database, business_now, machine_now, socket_connected))

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @blueprint.get("/readyz")
    def readyz() -> tuple[Response, int]:
        if trouble := _cannot_store(database, machine_now()):
            return jsonify(status="unavailable", why=trouble), 503
        with database.read() as session:
            facts = _facts(session, business_now(), machine_now())
        if socket_connected:
            facts["socket_connected"] = socket_connected()
        troubled = any(facts[name] for name in _TROUBLES) or not facts.get("socket_connected", True)
        # Leads are taken all the same: whoever balances load must go on sending them here.
        return jsonify(status="degraded" if troubled else "ok", **facts), 200

    @blueprint.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _facts(session: Session, business_now: datetime, machine_now: datetime) -> dict[str, Any]:
    health = outbox_health(session, machine_now)
    failed = select(func.count()).where(InboxEntry.state == InboxState.FAILED)
    return {
        "unreadable": session.scalar(failed),
        "undelivered": health.depth,
        "failing": health.failing,
        "dead": health.dead,
        "late": too_late(session, health, business_now),
        "pauses": [
            {"destination": each.destination, "error": each.error, "mend": each.mend}
            for each in health.pauses
        ],
    }


def _cannot_store(database: Database, now: datetime) -> str | None:
    """Why leads cannot be stored, if they cannot."""
    proof = f"readyz-{secrets.token_hex(8)}"
    try:
        if not is_current(database):
            return "The database does not have this version's schema."
        with database.write() as session:
            # Stored and taken back: fails where a lead would, for want of a connection, lock, table or room.
            session.execute(insert(InboxEntry).values(_PROOF | {"public_id": proof, "received_at": now}))
            session.execute(delete(InboxEntry).where(InboxEntry.public_id == proof))
    except (SQLAlchemyError, UnreachableDatabaseError) as error:
        return f"The database fails: {type(error).__name__}."
    return None
