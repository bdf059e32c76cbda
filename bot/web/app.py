"""The web app, put together."""

import time
from collections.abc import Callable

import structlog
from flask import Flask, Response, g, request

from bot.clock import Clock
from bot.db import Database
from bot.web.health import health_blueprint
from bot.web.leads import leads_blueprint
from bot.web.problems import register_problems
from bot.web.slack import SlackCalls, slack_blueprint

log = structlog.get_logger()

_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def create_web(
    database: Database,
    *,
    business_now: Clock,
    machine_now: Clock,
    slack: SlackCalls | None = None,
    socket_connected: Callable[[], bool] | None = None,
) -> Flask:
    """The HTTP edge. Without `slack` (Socket Mode) there is no route for Slack."""
    web = Flask(__name__, static_folder=None)
    register_problems(web)
    web.register_blueprint(leads_blueprint(database, business_now, machine_now))
    web.register_blueprint(health_blueprint(database, business_now, machine_now, socket_connected))
    if slack:
        web.register_blueprint(slack_blueprint(slack))

    @web.before_request
    def _start() -> None:
        g.started = time.monotonic()

    @web.after_request
    def _finish(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        # The path only: a query may hold a source's key.
        level = log.debug if request.path in _QUIET else log.info
        took = round((time.monotonic() - g.started) * 1000)
        level(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            milliseconds=took,
        )
        return response

    return web
