"""`POST /slack/events`: Slack's own calls, where Socket Mode is off. Bolt checks their signatures."""

from urllib.parse import parse_qsl

import structlog
from flask import Blueprint, Request, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask.handler import to_bolt_request, to_flask_response
from slack_bolt.request import BoltRequest
from slack_bolt.request.internals import build_context
from werkzeug.exceptions import BadRequest

from bot.web.envelope import looks_like_slacks

log = structlog.get_logger()


def slack_blueprint(bolt: App) -> Blueprint:
    """The route that Slack uses."""
    blueprint = Blueprint("slack", __name__)

    @blueprint.post("/slack/events")
    def take_event() -> Response:
        try:
            call = _call_in(request)
            if not looks_like_slacks(call.body):
                raise ValueError
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            # Bolt reads a body before it checks who sent it: anybody's garbage ends here.
            log.warning("not a call of Slack's", error=type(error).__name__)
            raise BadRequest("This is no call that Slack makes.") from None
        return to_flask_response(bolt.dispatch(call))

    return blueprint


def _call_in(received: Request) -> BoltRequest:
    """The call as Bolt knows it; what cannot be one raises one of many errors."""
    call = to_bolt_request(received)
    if not call.body:
        # Bolt finds nothing in a command that has the word “payload” in it.
        call.body = dict(parse_qsl(call.raw_body, keep_blank_values=True))
        call.context = build_context(call.context, call.body)
    return call
