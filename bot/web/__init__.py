"""The HTTP edge: leads in, Slack's calls in, health and figures out."""

from bot.web.app import create_web
from bot.web.server import HttpServer

__all__ = ["HttpServer", "create_web"]
