import http.client
import socket
import threading

import pytest
from flask import Flask
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.clock import machine_clock
from bot.db import Database
from bot.web import HttpServer, SlackCalls, create_web


def serve(web: Flask) -> HttpServer:
    server = HttpServer(web, "127.0.0.1", 0)
    server.start()
    return server


def get(server: HttpServer, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_a_server_knows_its_address_before_it_starts_and_answers_after() -> None:
    server = HttpServer(Flask(__name__), "127.0.0.1", 0)
    assert server.url == f"http://127.0.0.1:{server.port}"
    server.start()
    assert get(server, "/").status == 404
    server.stop()


def test_a_port_that_is_taken_is_refused_at_once() -> None:
    first = HttpServer(Flask(__name__), "127.0.0.1", 0)
    with pytest.raises(OSError, match="in use"):
        HttpServer(Flask(__name__), "127.0.0.1", first.port)
    first.stop()


def test_stopping_finishes_the_request_under_way_and_takes_no_new_one() -> None:
    web, arrived, go_on = Flask(__name__), threading.Event(), threading.Event()

    @web.get("/slow")
    def slow() -> str:
        arrived.set()
        go_on.wait(10)
        return "done"

    server = serve(web)
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    client.request("GET", "/slow")
    assert arrived.wait(10)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    while not _refused(server.port):
        assert stopping.is_alive()
    go_on.set()
    response = client.getresponse()
    assert (response.status, response.read()) == (200, b"done")
    stopping.join(10)
    assert not stopping.is_alive()
    client.close()


def _refused(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_an_idle_connection_does_not_hold_up_stopping() -> None:
    server = serve(Flask(__name__))
    idle = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    idle.request("GET", "/")
    idle.getresponse().read()
    assert idle.sock is not None
    server.stop()
    assert idle.sock.recv(1) == b""
    idle.close()


def test_proxy_headers_of_strangers_are_not_believed() -> None:
    web = Flask(__name__)

    @web.get("/")
    def who() -> str:
        from flask import request

        return f"{request.headers.get('X-Forwarded-For')} {request.remote_addr}"

    server = serve(web)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(b"GET / HTTP/1.0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(4096), b""))
    assert received.endswith(b"None 127.0.0.1")
    server.stop()


def bolt_app(signing_secret: str) -> App:
    return App(client=WebClient("xoxb-1"), signing_secret=signing_secret, token_verification_enabled=False)


def test_slacks_calls_reach_bolt_only_with_its_signature(database: Database) -> None:
    bolt, secret, body = bolt_app("shh"), "shh", '{"type": "url_verification", "challenge": "abc"}'
    web = create_web(
        database,
        business_now=machine_clock,
        machine_now=machine_clock,
        slack=SlackCalls(bolt, SignatureVerifier(secret)),
    )
    server = serve(web)
    headers = {"Content-Type": "application/json"}
    statuses = []
    for signer in (SignatureVerifier("other"), SignatureVerifier(secret)):
        timestamp = str(int(machine_clock().timestamp()))
        signature = signer.generate_signature(timestamp=timestamp, body=body)
        assert signature is not None
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}
        connection.request("POST", "/slack/events", body, headers | signed)
        response = connection.getresponse()
        statuses.append((response.status, b"abc" in response.read()))
        connection.close()
    server.stop()
    assert statuses == [(401, False), (200, True)]


def test_with_socket_mode_there_is_no_route_for_slack(database: Database) -> None:
    web = create_web(database, business_now=machine_clock, machine_now=machine_clock)
    server = serve(web)
    assert get(server, "/slack/events").status == 404
    server.stop()
