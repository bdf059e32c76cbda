"""`POST /slack/events`: Slack's own calls, where Socket Mode is off. Nothing is read of one that Slack did not sign."""

from typing import NamedTuple
from urllib.parse import parse_qsl

import structlog
from flask import Blueprint, Request, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask.handler import to_bolt_request, to_flask_response
from slack_bolt.request import BoltRequest
from slack_bolt.request.internals import build_context
from slack_sdk.signature import SignatureVerifier
from werkzeug.exceptions import BadRequest, Unauthorized

from bot.web.envelope import looks_like_slacks

log = structlog.get_logger()


class SlackCalls(NamedTuple):
    """Who answers Slack's calls, and what tells them from everybody else's."""

    bolt: App
    signatures: SignatureVerifier


def slack_blueprint(slack: SlackCalls) -> Blueprint:
    """The route that Slack uses."""
    blueprint = Blueprint("slack", __name__)

    @blueprint.post("/slack/events")
    def take_event() -> Response:
        _require_signature(request, slack.signatures)
        try:
            call = _call_in(request)
            if not looks_like_slacks(call.body):
                raise ValueError
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            log.warning("not a call of Slack's", error=type(error).__name__)
            raise BadRequest("This is no call that Slack makes.") from None
        return to_flask_response(slack.bolt.dispatch(call))

    return blueprint


def _require_signature(received: Request, signatures: SignatureVerifier) -> None:
    """Bolt checks it, too, but reads the body first."""
    try:
        signed = signatures.is_valid_request(received.get_data(), dict(received.headers))
    except (ValueError, OverflowError, TypeError):
        # No text, a time that is no number or no moment, a signature beyond ASCII: not signed by Slack.
        signed = False
    if not signed:
        log.warning("not signed by Slack")
        raise Unauthorized("This call is not signed by Slack, or not within the last five minutes.")


def _call_in(received: Request) -> BoltRequest:
    """The call as Bolt knows it; what cannot be one raises one of many errors."""
    call = to_bolt_request(received)
    if not call.body:
        # Bolt finds nothing in a command that has the word “payload” in it.
        call.body = dict(parse_qsl(call.raw_body, keep_blank_values=True))
        call.context = build_context(call.context, call.body)
    return call
