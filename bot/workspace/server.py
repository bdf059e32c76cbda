"""One waitress server in a thread, which can be stopped and started again on the same port."""

import threading
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

_THREADS = 24
_CONNECTIONS = 500
_POLL_SECONDS = 0.5


class WebServer:
    def __init__(self, app: Flask, host: str, port: int) -> None:
        self._app = app
        self.host = host
        self.port = port
        self._map: dict[int, Any] = {}
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._waking = threading.Lock()

    def start(self) -> None:
        """Listens from here on; `port` is then the real one."""
        self._stopping.clear()
        self._map = {}
        self._server = create_server(
            self._app,
            map=self._map,
            host=self.host,
            port=self.port,
            threads=_THREADS,
            connection_limit=_CONNECTIONS,
            clear_untrusted_proxy_headers=True,
        )
        self.port = int(self._server.effective_port)
        self._thread = threading.Thread(target=self._serve, name="workspace-web", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._thread is None:
            return
        # The thread may see the flag before it is woken; it must not close what wakes it meanwhile.
        with self._waking:
            self._stopping.set()
            self._server.pull_trigger()
        self._thread.join()
        self._thread = None

    def _serve(self) -> None:
        # waitress's own run() has no way out but an exception in this thread.
        while not self._stopping.is_set():
            wasyncore.loop(timeout=_POLL_SECONDS, map=self._map, count=1, use_poll=True)
        self._server.task_dispatcher.shutdown()
        with self._waking:
            wasyncore.close_all(self._map)
