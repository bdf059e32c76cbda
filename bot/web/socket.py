"""Socket Mode: Slack's calls come in over a socket that we open, where Slack cannot reach us by HTTP."""

import threading

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.outbox.slack_errors import sort_failure

log = structlog.get_logger()

PING_SECONDS = 5
"""How often the connection is looked after: a broken one is found, and opened anew, at the next look."""

JOIN_SECONDS = 5


class SlackSocket:
    """One connection, opened in the background and opened anew for as long as it takes."""

    def __init__(
        self, bolt: App, app_token: str, web_client: WebClient, *, look_every: float = PING_SECONDS
    ) -> None:
        """The client is its own: opening sockets is authorised by the app's token. `look_every` in seconds."""
        self._bolt, self._app_token, self._web_client = bolt, app_token, web_client
        self._look_every = look_every
        self._handler: SocketModeHandler | None = None
        self._stopping = threading.Event()
        self._opener = threading.Thread(target=self._open, name="slack-socket", daemon=True)

    @property
    def connected(self) -> bool:
        """Whether Slack's calls reach this process now."""
        return self._handler is not None and self._handler.client.is_connected()

    def start(self) -> None:
        """Open it and keep it open; returns at once, whether Slack is there or not."""
        self._handler = SocketModeHandler(
            self._bolt, self._app_token, web_client=self._web_client, ping_interval=self._look_every
        )
        self._opener.start()

    def stop(self) -> None:
        """Take nothing new."""
        self._stopping.set()
        if self._handler:
            self._opener.join(JOIN_SECONDS)
            self._handler.close()  # type: ignore[no-untyped-call]

    def _open(self) -> None:
        # The client looks after a connection that once stood; the first is ours to bring about.
        while not self._stopping.is_set() and not self.connected:
            try:
                assert self._handler is not None
                self._handler.client.connect_to_new_endpoint()
            except Exception as error:  # noqa: BLE001  (leads come in meanwhile, and the next try may succeed)
                log.warning(
                    "cannot open the socket", error=sort_failure("apps.connections.open", error).error
                )
                self._stopping.wait(self._look_every)
