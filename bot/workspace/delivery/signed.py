"""Deliveries over HTTP, signed as Slack signs them."""

import http.client
import json
import time
import urllib.error
import urllib.request
from functools import cache
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bot.workspace.model import Json

_FORM = "application/x-www-form-urlencoded"


def encode(kind: str, payload: Json) -> tuple[bytes, str]:
    """The body and its content type: JSON for events, a form for commands, one field for interactions."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload, separators=(",", ":"))}
    return urlencode(fields).encode(), _FORM


def post(
    url: str, kind: str, payload: Json, secret: str, seconds: float, *, retry: int = 0
) -> tuple[int, str]:
    """The app's status and body; `retry` counts earlier deliveries of the same.

    Raises TimeoutError, or another OSError if it cannot be reached.
    """
    body, content_type = encode(kind, payload)
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
    request = urllib.request.Request(  # noqa: S310  the app's own address, given by whoever set it up
        url,
        data=body,
        headers={
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature or "",
            "User-Agent": "Slackbot 1.0 (local workspace)",
            **again,
        },
    )
    try:
        with _opener().open(request, timeout=seconds) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode(errors="replace")
    except urllib.error.URLError as failure:
        if isinstance(failure.reason, TimeoutError):
            raise failure.reason from failure
        raise
    except http.client.HTTPException as failure:
        raise ConnectionError(str(failure)) from failure


@cache
def _opener() -> urllib.request.OpenerDirector:
    """Made once: that takes as long as a request. A proxy meant for the wide world must not see what stays here."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
