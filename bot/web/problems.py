"""Refusals as RFC 9457 problem details, every one of them."""

import structlog
from flask import Flask, Response, json
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from werkzeug.exceptions import HTTPException

from bot.intake import UnauthorizedError
from bot.logs import harmless_words
from bot.team.live import NoTeamError

RETRY_AFTER_SECONDS = 5

log = structlog.get_logger()


def problem(status: int, title: str, detail: str, **headers: str) -> Response:
    """An `application/problem+json` answer; `headers` by name, underscores for hyphens."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail})
    response = Response(body + "\n", status, content_type="application/problem+json")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def unavailable(detail: str) -> Response:
    """503: nothing was kept, so the sender must send again."""
    return problem(503, "Service Unavailable", detail, Retry_After=str(RETRY_AFTER_SECONDS))


def register_problems(web: Flask) -> None:
    """Have every failure on any route answered as a problem."""

    @web.errorhandler(UnauthorizedError)
    def _unauthorized(error: UnauthorizedError) -> Response:
        return problem(401, "Unauthorized", str(error), WWW_Authenticate='Bearer realm="leads"')

    @web.errorhandler(NoTeamError)
    def _no_team(error: NoTeamError) -> Response:
        return unavailable(str(error))

    @web.errorhandler(DBAPIError)
    @web.errorhandler(NoConnectionError)
    def _not_stored(error: Exception) -> Response:
        log.error("the database failed", error=type(error).__name__, cause=harmless_words(error))
        return unavailable("This cannot be stored right now. Please send it again.")

    @web.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        allowed = {"Allow": error.get_response().headers["Allow"]} if error.code == 405 else {}
        return problem(error.code or 500, error.name, error.description or error.name, **allowed)

    @web.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        log.error("a request failed", exc_info=error)
        return problem(500, "Internal Server Error", "Something went wrong on our side.")
