"""Private answers to clicks: to Bolt a refusal of Slack's is as good as a yes; here it is logged and counted."""

from collections.abc import Callable
from http.client import HTTPException
from typing import Any

import structlog
from slack_bolt import App, BoltContext, Respond
from slack_sdk.webhook import WebhookResponse

from bot.db import Database
from bot.handlers.edge import Edge
from bot.outbox.refusals import count_refusal, json_object
from bot.outbox.slack_errors import refusal_name, sort_failure

log = structlog.get_logger()

RESPONSE_URL = "response_url"
"""What such answers are called where others go by Slack's method."""


class CountedRespond(Respond):
    """Answers as Bolt does; what does not get through is logged and counted."""

    def __init__(self, database: Database, context: BoltContext) -> None:
        client = context.client
        super().__init__(response_url=context.response_url, proxy=client.proxy, ssl=client.ssl)
        self._database = database

    def __call__(self, *args: Any, **kwargs: Any) -> WebhookResponse:
        try:
            answer = super().__call__(*args, **kwargs)
        except (OSError, HTTPException) as error:
            self._count(sort_failure(RESPONSE_URL, error).error)
            raise
        if answer.status_code != 200:
            self._count(refusal_name(answer.status_code, json_object(answer.body)))
        return answer

    def _count(self, error: str) -> None:
        log.warning("private answer not shown", error=error)
        count_refusal(self._database, RESPONSE_URL, error)


def register(bolt: App, edge: Edge) -> None:
    @bolt.use
    def count_what_fails(context: BoltContext, next: Callable[[], None]) -> None:
        context["respond"] = CountedRespond(edge.database, context)
        next()
