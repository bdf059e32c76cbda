"""What a fault makes of a call: an answer that is none, or a refusal by name."""

from collections.abc import Callable

from flask import Response, jsonify

from bot.workspace.faults import Fault, FaultKind, Faults
from bot.workspace.model import ApiError, Json, RateLimitedError

_PAGE = "<html><head><title>Something went wrong</title></head><body>Please try again.</body></html>"


def befallen(
    fault: Fault, method: str, faults: Faults, run: Callable[[], Json], *, in_private: bool
) -> Response:
    """The answer of a call that this fault befell. Raises ApiError for what Slack refuses by name.

    A private channel (`in_private`) does not exist for who is put out of it.
    """
    match fault.kind:
        case FaultKind.RATELIMITED:
            raise RateLimitedError(int(fault.seconds))
        case FaultKind.SERVER_ERROR:
            return Response(_PAGE, 503, content_type="text/html")
        case FaultKind.NOT_JSON:
            return Response(_PAGE, 200, content_type="text/html")
        case FaultKind.HANG:
            answer = run() if fault.applied else {}
            faults.hang(fault.seconds)
            return _cut_off(answer)
        case FaultKind.REPLY_LOST:
            return _cut_off(run())
        case FaultKind.ARCHIVED:
            raise ApiError("is_inactive" if method in ("chat.update", "chat.delete") else "is_archived")
        case FaultKind.KICKED:
            raise ApiError("channel_not_found" if in_private else "not_in_channel")
        case _:
            raise ApiError(fault.kind)


def _cut_off(answer: Json) -> Response:
    """Half an answer: the server closes a connection on which less came than was announced."""
    whole = jsonify(answer).get_data()
    response = Response(whole[: len(whole) // 2], content_type="application/json")
    response.headers["Content-Length"] = str(len(whole) + 1)
    return response
