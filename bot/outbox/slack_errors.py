"""Slack's errors and the network's, sorted by what they concern."""

import enum
import socket
from collections.abc import Mapping
from datetime import timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse


class Scope(enum.StrEnum):
    """What a failure says, and so what has to wait."""

    WORKSPACE = "workspace"
    """Nothing can be sent until somebody mends the installation."""
    DESTINATION = "destination"
    """Nothing can be sent to this channel or person."""
    MESSAGE = "message"
    """This message cannot be sent as it is."""
    UNKNOWN = "unknown"
    """An error we do not know: taken as the message's, after a few more tries."""
    GONE = "gone"
    """The posted message cannot be updated any more: it is posted anew."""
    RETRYABLE = "retryable"
    """The same call may succeed later."""


class SlackFailure(Exception):  # noqa: N818  (it is sorted, not yet an error of anybody's)
    """A call that failed. `error` is Slack's name for it or ours, never a text anybody wrote."""

    def __init__(
        self,
        scope: Scope,
        error: str,
        *,
        method: str | None = None,
        retry_after: timedelta | None = None,
        maybe_done: bool = False,
    ) -> None:
        super().__init__(error)
        self.scope = scope
        self.error = error
        self.method = method
        """The Slack method that was called, if one was."""
        self.retry_after = retry_after
        """Slack's own wish (429)."""
        self.maybe_done = maybe_done
        """Slack may have done it all the same: the answer was lost, or it broke half-way."""


_WORKSPACE = frozenset(
    {
        "access_denied",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "invalid_token",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "team_not_found",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
_DESTINATION = frozenset(
    {
        "cannot_dm_bot",
        "channel_is_limited_access",
        "channel_not_found",
        "channel_type_not_supported",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "method_not_supported_for_channel_type",
        "no_permission",
        "not_in_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)
_MESSAGE = frozenset(
    {
        "attachment_payload_limit_exceeded",
        "block_mismatch",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "restricted_action",
        "too_many_attachments",
    }
)
_GONE = frozenset({"cant_update_message", "edit_window_closed", "message_not_found"})
RATELIMITED, NOT_JSON = "ratelimited", "not_json"
_LIMITED = frozenset({"message_limit_exceeded", "rate_limited", "ratelimited", "rollup_error"})
_SLACKS_FAULT = frozenset(
    {
        "fatal_error",
        "internal_error",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
        "unknown_error",
    }
)


def sort_failure(method: str, error: Exception) -> SlackFailure:
    """What this error of a WebClient call to `method` means."""
    if isinstance(error, SlackApiError):
        return _sort_answer(method, error.response)
    if isinstance(error, OSError | HTTPException):
        unheard = not _never_arrived(error)
        return SlackFailure(Scope.RETRYABLE, "no_answer", method=method, maybe_done=unheard)
    if isinstance(error, ValueError | LookupError | AttributeError):
        # How the client stumbles over a body that is no JSON object.
        return SlackFailure(Scope.RETRYABLE, NOT_JSON, method=method, maybe_done=True)
    return SlackFailure(Scope.UNKNOWN, type(error).__name__, method=method)


def refusal_name(status: int, data: Mapping[str, Any]) -> str:
    """Slack's name for why it refused, or ours where it gave none. `data` is the answer's object, empty without one."""
    name = str(data.get("error") or f"http_{status}")
    if status == 429 or name in _LIMITED:
        return RATELIMITED
    if " " in name or not data:
        # The client's own sentence about a body that is not JSON.
        return f"http_{status}" if status >= 500 else NOT_JSON
    return name


def _sort_answer(method: str, answer: SlackResponse) -> SlackFailure:
    data = answer.data if isinstance(answer.data, dict) else {}
    name = refusal_name(answer.status_code, data)
    if name == RATELIMITED:
        wish = _retry_after(answer.headers)
        return SlackFailure(Scope.RETRYABLE, name, method=method, retry_after=wish)
    if answer.status_code >= 500 or name == NOT_JSON or name in _SLACKS_FAULT:
        return SlackFailure(Scope.RETRYABLE, name, method=method, maybe_done=True)
    return SlackFailure(_scope(method, name), name, method=method)


def _scope(method: str, name: str) -> Scope:
    if name == "missing_scope" and not method.startswith("chat."):
        # Channels can still be served when people cannot be looked up or written to.
        return Scope.DESTINATION
    known = {
        Scope.WORKSPACE: _WORKSPACE,
        Scope.DESTINATION: _DESTINATION,
        Scope.MESSAGE: _MESSAGE,
        Scope.GONE: _GONE,
    }
    return next((scope for scope, names in known.items() if name in names), Scope.UNKNOWN)


def _retry_after(headers: dict[str, str]) -> timedelta | None:
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=int(value)) if str(value).isdigit() else None


def _never_arrived(error: Exception) -> bool:
    cause = error.reason if isinstance(error, URLError) else error
    return isinstance(cause, ConnectionRefusedError | socket.gaierror)
