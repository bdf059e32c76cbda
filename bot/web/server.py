"""Serving the web app: waitress, one process, threads, no fork."""

import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

THREADS = 16
MAX_REQUEST = 2 * 1024 * 1024
"""What is read from anybody at all; routes have lower limits of their own."""

STOP_SECONDS = 5


class HttpServer:
    """A web app on a port of its own, bound at once; 0 takes any free one. Raises OSError if it is taken."""

    def __init__(self, web: Flask, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
        self.port: int = listening.getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
        # The stubs do not know half of what a server has.
        self._server: Any = create_server(
            web,
            sockets=[listening],
            threads=THREADS,
            ident=None,
            clear_untrusted_proxy_headers=True,
            max_request_body_size=MAX_REQUEST,
        )
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)

    def start(self) -> None:
        """Answer from now on; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Take no new connection, finish the requests under way, then close everything."""
        if self._thread.is_alive():
            self._in_its_loop(partial(wasyncore.dispatcher.close, self._server))
        self._server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        if self._thread.is_alive():
            self._in_its_loop(self._close_what_is_flushed)
            patience = time.monotonic() + STOP_SECONDS
            while self._server.active_channels and time.monotonic() < patience:
                time.sleep(0.01)
        self._close_the_rest()

    def _in_its_loop(self, action: Callable[[], None]) -> None:
        # Its sockets belong to its thread; this is its own way of asking for something.
        self._server.trigger.pull_trigger(action)

    def _close_what_is_flushed(self) -> None:
        for channel in list(self._server.active_channels.values()):
            channel.close_when_flushed = True

    def _close_the_rest(self) -> None:
        sockets = self._server._map
        left = dict(sockets)
        if self._thread.is_alive():
            # A loop without sockets ends. They are closed after it: the pipe that wakes it must not be closed while
            # anybody may still write to it, or the byte would go to whoever got its number next.
            self._in_its_loop(sockets.clear)
            self._thread.join(STOP_SECONDS)
        if not self._server.task_dispatcher.threads:
            wasyncore.close_all(left)
