"""A tiny Slack on a real socket that answers as it is told to, and else as Slack does."""

import itertools
import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from slack_sdk import WebClient

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """One scripted answer; without `status` the connection is cut or, with `hang`, never answered."""

    status: int | None = 200
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    hang: bool = False
    does_it: bool = False
    """Slack does what it was asked before it answers like this."""


def refuses(error: str) -> Answer:
    return Answer(body=json.dumps({"ok": False, "error": error}))


def limited(seconds: int) -> Answer:
    body = json.dumps({"ok": False, "error": "ratelimited"})
    return Answer(429, body, (("Retry-After", str(seconds)),))


def breaks(status: int = 500) -> Answer:
    return Answer(status, "<html>sorry</html>")


HANGS = Answer(None, hang=True)
CUTS = Answer(None)
DOES_IT_AND_CUTS = Answer(None, does_it=True)
NOT_JSON = Answer(body="<html>welcome to the hotel's network</html>")
NOT_AN_OBJECT = Answer(body='["ok"]')


@dataclass(frozen=True)
class Call:
    method: str
    args: Json


@dataclass
class ScriptedSlack:
    """Channels by name, users by e-mail address, messages by channel; `script` says what goes wrong."""

    channels: dict[str, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    messages: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    calls: list[Call] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self._scripts: dict[tuple[str, str | None], list[Answer]] = defaultdict(list)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self.closing = threading.Event()

    def script(self, method: str, *answers: Answer, channel: str | None = None) -> None:
        """The next calls of `method` (to `channel`) are answered like this, one answer each."""
        self._scripts[method, channel] += answers

    def always(self, method: str, answer: Answer, channel: str | None = None) -> None:
        self.script(method, *[answer] * 1000, channel=channel)

    def mend(self) -> None:
        """Nothing goes wrong any more."""
        self._scripts.clear()

    def texts(self, channel: str) -> list[str]:
        return [message["text"] for message in self.messages[channel]]

    def count(self, method: str) -> int:
        return sum(call.method == method for call in self.calls)

    def client(self, timeout: float = 0.5) -> WebClient:
        return WebClient("xoxb-test", base_url=self.url, timeout=timeout, retry_handlers=[])  # type: ignore[arg-type]

    def answer(self, method: str, args: Json) -> Answer:
        with self._lock:
            self.calls.append(Call(method, args))
            scripts = [self._scripts[method, channel] for channel in (args.get("channel"), None)]
            scripted = next((script.pop(0) for script in scripts if script), None)
            if scripted and not scripted.does_it:
                return scripted
            done = self._do(method, args)
            return scripted or Answer(body=json.dumps(done))

    def _do(self, method: str, args: Json) -> Json:
        return getattr(self, "_" + method.replace(".", "_"))(args)  # type: ignore[no-any-return]

    def _users_lookupByEmail(self, args: Json) -> Json:  # noqa: N802
        user = self.users.get(args["email"])
        return {"ok": True, "user": {"id": user}} if user else {"ok": False, "error": "users_not_found"}

    def _conversations_open(self, args: Json) -> Json:
        return {"ok": True, "channel": {"id": "D" + args["users"]}}

    def _conversations_history(self, args: Json) -> Json:
        newest_first = self.messages[args["channel"]][::-1]
        start, size = int(args.get("cursor") or 0), int(args["limit"])
        more = str(start + size) if start + size < len(newest_first) else ""
        page = newest_first[start : start + size]
        return {"ok": True, "messages": page, "response_metadata": {"next_cursor": more}}

    def _chat_postMessage(self, args: Json) -> Json:  # noqa: N802
        channel = self.channels.get(args["channel"]) or str(args["channel"])
        message = {**args, "ts": f"1700000000.{next(self._numbers):06d}"}
        self.messages[channel].append(message)
        return {"ok": True, "channel": channel, "ts": message["ts"], "message": message}

    def _chat_update(self, args: Json) -> Json:
        found = [message for message in self.messages[args["channel"]] if message["ts"] == args["ts"]]
        for message in found:
            message.update(args)
        return {"ok": True} if found else {"ok": False, "error": "message_not_found"}

    def _chat_delete(self, args: Json) -> Json:
        kept = [message for message in self.messages[args["channel"]] if message["ts"] != args["ts"]]
        self.messages[args["channel"]] = kept
        return {"ok": True}


@contextmanager
def serving(slack: ScriptedSlack) -> Iterator[ScriptedSlack]:
    """The tiny Slack, listening."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = slack.answer(self.path.removeprefix("/"), _arguments(self.headers["Content-Type"], body))
            if answer.status is None:
                if answer.hang:
                    slack.closing.wait(10)
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    slack.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield slack
    finally:
        slack.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _arguments(content_type: str, body: str) -> Json:
    if content_type.startswith("application/json"):
        return dict(json.loads(body))
    return {name: values[0] for name, values in parse_qs(body).items()}
