"""`POST /slack/events`: Slack's own calls, where Socket Mode is off. Bolt checks their signatures."""

from flask import Blueprint, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler


def slack_blueprint(bolt: App) -> Blueprint:
    """The route that Slack uses."""
    blueprint = Blueprint("slack", __name__)
    handler = SlackRequestHandler(bolt)

    @blueprint.post("/slack/events")
    def take_event() -> Response:
        return handler.handle(request)

    return blueprint
