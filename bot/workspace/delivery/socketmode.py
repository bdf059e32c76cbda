"""Socket Mode's other end: websockets that the app opens, envelopes out, acknowledgements in."""

import contextlib
import itertools
import json
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bot.workspace.model import Json


class SocketMode:
    """A websockets server in a thread; deliveries take turns over the app's open connections."""

    def __init__(self, host: str, app_id: str, on_change: Callable[[], None]) -> None:
        self._host = host
        self._on_change = on_change
        self._app_id = app_id
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._tickets: set[str] = set()
        self._links: list[ServerConnection] = []
        self._waiting: dict[str, Future[Json]] = {}
        self._turn = itertools.count()

    def start(self) -> None:
        self._server = serve(self._attend, self._host, 0, compression=None, close_timeout=1)
        threading.Thread(target=self._server.serve_forever, name="workspace-sockets", daemon=True).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server = None

    @property
    def connected(self) -> bool:
        with self._lock:
            return bool(self._links)

    def new_url(self) -> str:
        """An address to connect to, good for one connection."""
        assert self._server is not None
        ticket = secrets.token_urlsafe(18)
        with self._lock:
            self._tickets.add(ticket)
        port = self._server.socket.getsockname()[1]
        return f"ws://{self._host}:{port}/link/?ticket={ticket}&app_id={self._app_id}"

    def send(self, kind: str, payload: Json, seconds: float, *, twice: bool = False) -> Json:
        """The payload of the app's first acknowledgement. Raises TimeoutError or ConnectionError."""
        envelope_id = str(uuid4())
        answer: Future[Json] = Future()
        with self._lock:
            if not self._links:
                raise ConnectionError("no app is connected")
            link = self._links[next(self._turn) % len(self._links)]
            self._waiting[envelope_id] = answer
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
        }
        try:
            for _ in range(1 + twice):
                link.send(json.dumps(envelope))
            return answer.result(seconds)
        except ConnectionClosed as closed:
            raise ConnectionError("the app hung up") from closed
        finally:
            with self._lock:
                self._waiting.pop(envelope_id, None)

    def disconnect(self, reason: str) -> None:
        """Ask the app to connect anew. After `warning` its connections still stand for a while."""
        with self._lock:
            links = list(self._links)
            if reason != "warning":
                self._links = []
        message = {"type": "disconnect", "reason": reason, "debug_info": {"host": "local-workspace"}}
        for link in links:
            with contextlib.suppress(ConnectionClosed):
                link.send(json.dumps(message))
                if reason != "warning":
                    link.close()

    def _attend(self, link: ServerConnection) -> None:
        if not self._admitted(link):
            return
        try:
            link.send(json.dumps(self._hello()))
            with self._lock:
                self._links.append(link)
            self._on_change()
            for raw in link:
                self._take_ack(json.loads(raw))
        except ConnectionClosed:
            return
        finally:
            with self._lock:
                self._links = [other for other in self._links if other is not link]
            self._on_change()

    def _admitted(self, link: ServerConnection) -> bool:
        query = link.request.path.partition("ticket=")[2] if link.request else ""
        with self._lock:
            ticket = query.partition("&")[0]
            known = ticket in self._tickets
            self._tickets.discard(ticket)
        return known

    def _hello(self) -> Json:
        with self._lock:
            count = len(self._links) + 1
        return {
            "type": "hello",
            "num_connections": count,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "local-workspace", "approximate_connection_time": 18060},
        }

    def _take_ack(self, ack: Json) -> None:
        with self._lock:
            waiting = self._waiting.pop(ack.get("envelope_id", ""), None)
        if waiting:
            waiting.set_result(ack.get("payload") or {})
