"""Requests at the bot's own app, signed as Slack signs them."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from tests.company import Company

SECRET = "local-signing-secret"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def posted(office: Company, kind: str, body: dict[str, Any]) -> TestResponse:
    """What the app answers: a command comes as a form, a click or a sent form as its one field, an event as JSON."""
    if kind == "event":
        return signed(office, json.dumps(body).encode(), JSON)
    fields = body if kind == "command" else {"payload": json.dumps(body)}
    return signed(office, urlencode(fields, errors="surrogatepass").encode(), FORM)


def signed(office: Company, content: bytes, content_type: str) -> TestResponse:
    """What the app answers to these very bytes, as if Slack had sent them."""
    stamp = str(int(time.time()))
    # By hand: the client library signs nothing but text.
    signature = hmac.new(SECRET.encode(), b"v0:%s:%s" % (stamp.encode(), content), hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}
    return office.bot.web.test_client().post(
        "/slack/events", data=content, content_type=content_type, headers=headers
    )
