"""The HTTP edge: leads in, Slack's calls in, health and figures out."""

from bot.web.app import create_web
from bot.web.server import HttpServer
from bot.web.slack import SlackCalls

__all__ = ["HttpServer", "SlackCalls", "create_web"]
