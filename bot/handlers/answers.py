"""Answering the person who clicked or typed. Every expected failure ends here, as a private sentence."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol

import structlog
from slack_bolt import Ack, Args, BoltResponse, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import FollowupError
from bot.messages.blocks import paragraph
from bot.messages.modals import sentence_window
from bot.messages.mrkdwn import literal
from bot.outbox.rendering import SlackMessage

log = structlog.get_logger()

TAKEN = frozenset({"exchanged_trigger_id", "trigger_exchanged"})
"""How Slack refuses the window of a click that it delivered twice: it stands already."""
TOO_LATE = TAKEN | {
    "expired_trigger_id",
    "hash_conflict",
    "invalid_trigger_id",
    "not_found",
    "push_limit_reached",
    "trigger_expired",
    "view_not_found",
}
"""How Slack refuses an answer whose window is closed or changed, or that took too long: nobody's mistake."""
_SLOW = "That took too long for Slack to show it. Please try again."
_CHANGED = "The window had changed before your click arrived, so it was left as it is. Close this to see it."

Listener = Callable[[Args], None]


def answered(listener: Listener) -> Listener:
    """The listener, with its expected failures told to whoever caused them."""

    @wraps(listener)
    def run(args: Args) -> None:
        try:
            _run(listener, args)
        except SlackApiError as refusal:
            tell_too_late(args, refusal)

    return run


def _run(listener: Listener, args: Args) -> None:
    try:
        listener(args)
    except FollowupError as failure:
        tell_failure(args, str(failure), getattr(failure, "field", None))


def tell_failure(args: Args, sentence: str, field: str | None = None) -> None:
    """Acknowledge, and say privately why nothing happened: in the form, the answer, or beside the message.

    `field` is the form's field it is about, else it is said at the first one.
    """
    if fields := _inputs(args.body):
        at = field if field in fields else fields[0]
        args.ack(response_action="errors", errors={at: sentence})
    elif "command" in args.body:
        args.ack(**private(said(sentence)))
    else:
        args.ack()
        whisper(args, said(sentence))


def tell_too_late(args: Args, refusal: SlackApiError) -> None:
    """Say so where Slack would not show the answer any more. Raises the refusal where it has another reason."""
    error = refusal.response.get("error")
    if not args.ack.response or error not in TOO_LATE:
        raise refusal
    log.warning("slack showed no answer", error=error)
    if error in TAKEN:
        return
    if args.body.get("response_url"):
        whisper(args, said(_SLOW))
    elif error == "hash_conflict":
        # Inside a window this alone leaves the trigger good; who has closed the window is not bothered with another.
        try:
            whisper(args, said(_CHANGED))
        except SlackApiError as another:
            tell_too_late(args, another)


def tell_trouble(
    error: Exception, body: dict[str, Any], ack: Ack, respond: Respond, client: WebClient
) -> BoltResponse | None:
    """What Bolt calls for an unexpected failure: logged under a short id that the person is told."""
    trouble = secrets.token_hex(3)
    log.error("slack listener failed", trouble=trouble, exc_info=error)
    # Listeners commit before they acknowledge: without an acknowledgement nothing was committed.
    unchanged = "" if ack.response else " and nothing was changed"
    sentence = (
        f"Something went wrong on our side{unchanged}. Please try again; if it stays, mention {trouble}."
    )
    if not ack.response and (fields := _inputs(body)):
        return BoltResponse(status=200, body={"response_action": "errors", "errors": {fields[0]: sentence}})
    if not ack.response and "command" in body:
        return BoltResponse(status=200, body=private(said(sentence)))
    whisper(_Act(body, respond, client), said(sentence))
    return None if ack.response else BoltResponse(status=200)


class Act(Protocol):
    """What a person did, as far as it takes to answer."""

    @property
    def body(self) -> dict[str, Any]: ...
    @property
    def respond(self) -> Respond: ...
    @property
    def client(self) -> WebClient: ...


@dataclass(frozen=True)
class _Act:
    body: dict[str, Any]
    respond: Respond
    client: WebClient


def whisper(act: Act, message: SlackMessage) -> None:
    """Show this to the person who acted and to nobody else, wherever they are."""
    if act.body.get("response_url"):
        act.respond(**private(message), replace_original=False)
    elif act.body.get("trigger_id"):
        open_window(act, sentence_window(message.text))


def open_window(act: Act, view: dict[str, Any]) -> None:
    """Open a window: on top of the one that is open, if the click came from there."""
    if not act.body.get("trigger_id"):
        whisper(act, said(_SLOW))
        return
    inside = (act.body.get("view") or {}).get("type") == "modal"
    show = act.client.views_push if inside else act.client.views_open
    show(trigger_id=act.body["trigger_id"], view=view)


def private(message: SlackMessage) -> dict[str, Any]:
    """The message as an answer that only its reader sees."""
    return {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}


def said(sentence: str) -> SlackMessage:
    """A sentence, shown as it is: it may quote what a lead wrote."""
    return SlackMessage(literal(sentence, 2000), [paragraph(sentence)])


def _inputs(body: dict[str, Any]) -> list[str]:
    """The fields of a form that was sent, which is where its errors can be shown."""
    if body.get("type") != "view_submission":
        return []
    blocks = body["view"].get("blocks", ())
    return [block["block_id"] for block in blocks if block["type"] == "input" and block.get("block_id")]
