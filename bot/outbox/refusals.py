"""Slack's refusals and the network's, counted where a call fails, in rows that all processes share."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.db import Database
from bot.db.models import SlackRefusal
from bot.db.sql import insert_into
from bot.outbox.slack_errors import refusal_name, sort_failure

log = structlog.get_logger()

MOST_KINDS = 300
"""So many pairs of method and error have a row of their own; what is new after that counts as `OTHER`."""
OTHER = "other"


class RefusalTally(RetryHandler):
    """Counts every failed call of the clients that it is given to, and has none made again.

    A client asks its retry handlers about every answer, whoever made the call and whatever becomes of it.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(max_retry_count=0)
        self._database = database

    def can_retry(
        self,
        *,
        state: RetryState,  # noqa: ARG002  (clients pass it by name)
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        """Never. Counts what went wrong, if something did."""
        method = urlsplit(request.url).path.rpartition("/")[2]
        if response is not None:
            answer = response.body or json_object(response.data)
            if response.status_code != 200 or not answer.get("ok"):
                count_refusal(self._database, method, refusal_name(response.status_code, answer))
        elif error is not None:
            count_refusal(self._database, method, sort_failure(method, error).error)
        return False


def count_refusal(database: Database, method: str, error: str) -> None:
    """One call of this method failed with this error, by Slack's name for it or ours."""
    try:
        with database.write() as session:
            _count(session, method[:80], error[:80])
    except SQLAlchemyError as trouble:
        # What Slack said matters more than that it was counted.
        log.warning("refusal not counted", method=method, error=error, trouble=type(trouble).__name__)


def refusals(session: Session) -> Mapping[tuple[str, str], int]:
    """How often which call failed with which error, ever: `followup_slack_errors_total`."""
    rows = session.execute(select(SlackRefusal.method, SlackRefusal.error, SlackRefusal.times))
    return {(method, error): times for method, error, times in rows}


def json_object(data: bytes | str | None) -> dict[str, Any]:
    """The object that this body holds; empty if it holds none."""
    try:
        answer = json.loads(data or b"")
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _count(session: Session, method: str, error: str) -> None:
    again = update(SlackRefusal).where(SlackRefusal.method == method, SlackRefusal.error == error)
    known = again.values(times=SlackRefusal.times + 1).returning(SlackRefusal.times)
    if session.scalar(known) is not None:
        return
    kinds = session.scalar(select(func.count()).select_from(SlackRefusal)) or 0
    if kinds >= MOST_KINDS:
        method, error = OTHER, OTHER
    first = insert_into(session, SlackRefusal).values(method=method, error=error, times=1)
    # Another process may have met it first at the same moment.
    keys = [SlackRefusal.method, SlackRefusal.error]
    session.execute(first.on_conflict_do_update(index_elements=keys, set_={"times": SlackRefusal.times + 1}))
