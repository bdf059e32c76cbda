"""Opening Home."""

from slack_bolt import App, Args

from bot.handlers.edge import Edge
from bot.handlers.homepage import publish_home


def register(bolt: App, edge: Edge) -> None:
    @bolt.event("app_home_opened")
    def on_home_opened(args: Args) -> None:
        opened = args.body["event"]
        if opened.get("tab", "home") == "home" and isinstance(opened.get("user"), str):
            publish_home(args.client, edge, opened["user"])
