"""`POST /slack/events`: Slack's own calls, where Socket Mode is off. Bolt checks their signatures."""

import structlog
from flask import Blueprint, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask.handler import to_bolt_request, to_flask_response
from werkzeug.exceptions import BadRequest

log = structlog.get_logger()


def slack_blueprint(bolt: App) -> Blueprint:
    """The route that Slack uses."""
    blueprint = Blueprint("slack", __name__)

    @blueprint.post("/slack/events")
    def take_event() -> Response:
        try:
            call = to_bolt_request(request)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            # Bolt reads a body before it checks who sent it: anybody's garbage ends here.
            log.warning("not a call of Slack's", error=type(error).__name__)
            raise BadRequest("This is no call that Slack makes.") from None
        return to_flask_response(bolt.dispatch(call))

    return blueprint
