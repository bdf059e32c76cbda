"""Handing something to the app and waiting for its word: over a socket if one is open, else over HTTP."""

import json

from bot.workspace.delivery.signed import post
from bot.workspace.delivery.socketmode import SocketMode
from bot.workspace.faults import Faults
from bot.workspace.model import Delivery, Json


class Courier:
    """`url`, and `seconds` the app may take to acknowledge, can be set while running."""

    def __init__(
        self, sockets: SocketMode, faults: Faults, secret: str, url: str | None, seconds: float
    ) -> None:
        self._sockets = sockets
        self._faults = faults
        self._secret = secret
        self.url = url
        self.seconds = seconds

    def deliver(self, kind: str, payload: Json) -> Delivery:
        """What the app made of it. `kind` is events_api, interactive or slash_commands. Never raises."""
        twice = self._faults.take_duplicate(kind)
        try:
            if self._sockets.connected:
                return Delivery(200, self._sockets.send(kind, payload, self.seconds, twice=twice))
            if self.url is None:
                return Delivery(None, "", "dispatch_failed")
            status, text = post(self.url, kind, payload, self._secret, self.seconds)
            if twice:
                # As if the first answer had come too late: what is said to this one counts for nothing.
                post(self.url, kind, payload, self._secret, self.seconds, retry=1)
        except TimeoutError:
            return Delivery(None, "", "operation_timeout")
        except OSError as failure:
            return Delivery(None, str(failure), "dispatch_failed")
        return Delivery(status, _read(text), None if status == 200 else "http_service_error")


def _read(text: str) -> Json | str:
    try:
        body = json.loads(text) if text.strip() else ""
    except ValueError:
        return text
    return body if isinstance(body, dict) else text
