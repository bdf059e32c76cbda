"""Who may send leads: a bearer token, a signature (Standard Webhooks) or an unguessable URL.

Every comparison is in constant time over every valid secret, so that an answer's speed tells nothing.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from standardwebhooks.webhooks import hmac_data

from bot.errors import FollowupError
from bot.intake.secrets import signing_key
from bot.team.sources import Source

TOLERANCE = timedelta(minutes=5)
MAX_SIGNATURES = 20
MAX_DELIVERY_ID = 255


class UnauthorizedError(FollowupError):
    """The credentials are missing or wrong; the sentence says how this source expects them."""


def authenticate(
    source: Source,
    secrets: Sequence[str],
    *,
    headers: Mapping[str, str],
    query: Mapping[str, str],
    body: bytes,
    machine_now: datetime,
) -> str | None:
    """The sender's own id for this delivery, if it gave one. Names in `headers` are in lower case.

    Raises UnauthorizedError.
    """
    if source.auth == "signature":
        return _bounded(_signed_id(secrets, headers, body, machine_now))
    if source.auth == "bearer":
        scheme, _, given = headers.get("authorization", "").partition(" ")
        given = given.strip() if scheme.lower() == "bearer" else ""
        expected = "This source expects the header: Authorization: Bearer <key>."
    else:
        given = query.get("key", "")
        expected = "This source expects its key in the address: ?key=<key>."
    if not _is_one_of(given, secrets):
        raise UnauthorizedError(expected)
    delivery_id = headers.get("idempotency-key") or headers.get("webhook-id") or headers.get("svix-id")
    return _bounded(delivery_id) if delivery_id else None


def _is_one_of(given: str, secrets: Sequence[str]) -> bool:
    # No early exit: which one matched shall not show.
    return sum(_same(given, secret) for secret in secrets) > 0


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _signed_id(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, machine_now: datetime) -> str:
    brand = "webhook" if "webhook-id" in headers else "svix"
    delivery_id, timestamp, signatures = (
        headers.get(f"{brand}-{part}", "") for part in ("id", "timestamp", "signature")
    )
    if not (delivery_id and timestamp and signatures):
        raise UnauthorizedError(
            "This source expects the headers webhook-id, webhook-timestamp and webhook-signature."
        )
    _require_recent(timestamp, machine_now)
    # Over the bytes that came: the library's own `verify` wants text and reads the machine's clock itself.
    content = f"{delivery_id}.{timestamp}.".encode("utf-8", "replace") + body
    expected = [_signature(key, content) for key in map(signing_key, secrets) if key]
    if not sum(_is_one_of(given, expected) for given in signatures.split(" ")[:MAX_SIGNATURES]):
        raise UnauthorizedError("The signature does not match the body, or it was made with another secret.")
    return delivery_id


def _require_recent(timestamp: str, machine_now: datetime) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise UnauthorizedError("The signature's timestamp is not a number of seconds.")
    if abs(machine_now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise UnauthorizedError("The signature's timestamp is more than 5 minutes away from now.")


def _signature(key: bytes, content: bytes) -> str:
    return "v1," + base64.b64encode(hmac_data(key, content)).decode()


def _bounded(delivery_id: str) -> str:
    """An id of any length as a key of ours; a long one by its digest."""
    if len(delivery_id) <= MAX_DELIVERY_ID:
        return delivery_id
    return "sha256:" + sha256(delivery_id.encode("utf-8", "replace")).hexdigest()
