"""How fast leads are taken, beside one bare insert a request, and how fast they are decided."""

import http.client
import json
import time
from statistics import median
from urllib.parse import urlsplit

from flask import Flask, request
from sqlalchemy import text

from benchmarks.load import send_leads
from benchmarks.place import Place, now
from benchmarks.report import Line, percentile, spread
from bot.clock import machine_clock
from bot.db import Database
from bot.intake import decide_inbox, receive, valid_secrets
from bot.web import HttpServer, create_web

REQUESTS = 2_000
CLIENTS = 8
RATE, SECONDS = 400, 10
WAITING = 200


def measure(place: Place) -> list[Line]:
    """Requests a second, ours and bare by turns; leads decided a second in one pool and in twenty."""
    with place.database() as database:
        rounds = [(_bare(database)[0], _ours(database)[0]) for _ in range(5)]
        _, waits = _ours(database, RATE)
    bare, ours = (median(rates) for rates in zip(*rounds, strict=True))
    decided = [(_decided(place, 1), _decided(place, 20)) for _ in range(3)]
    one, twenty = (median(rates) for rates in zip(*decided, strict=True))
    return [
        Line("One bare durable insert a request, same server and driver", f"{bare:,.0f}/s"),
        Line("A lead taken", f"{ours:,.0f}/s, {ours / bare:.2f}x", "0.7x", ours >= 0.7 * bare),
        Line(f"Its answer at {RATE} a second", spread(waits), "P99 25 ms", percentile(waits, 99) < 0.025),
        Line("Deciding leads of twenty pools", f"{twenty:,.0f}/s"),
        Line(
            "Deciding leads of one hot pool",
            f"{one:,.0f}/s, {one / twenty:.2f}x",
            "0.7x",
            one >= 0.7 * twenty,
        ),
    ]


def _bare(database: Database) -> tuple[float, list[float]]:
    with database.engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, body bytea NOT NULL)")
        )
    web = Flask("bare")

    @web.post("/leads/site0")
    def take() -> dict[str, str]:
        with database.engine.begin() as connection:
            connection.execute(text("INSERT INTO bare (body) VALUES (:body)"), {"body": request.get_data()})
        return {"status": "queued"}

    return _served(web, "")


def _ours(database: Database, rate: float = 0) -> tuple[float, list[float]]:
    with database.read() as session:
        key = valid_secrets(session, "site0", now())[0]
    web = create_web(database, business_now=machine_clock, machine_now=machine_clock)
    return _served(web, key, rate)


def _served(web: Flask, key: str, rate: float = 0) -> tuple[float, list[float]]:
    """Leads a second that a process of its own could send, and each one's wait."""
    server = HttpServer(web, "127.0.0.1", 0)
    server.start()
    try:
        waits, took = send_leads(
            server.url, "site0", key, clients=CLIENTS, number=int(rate * SECONDS) or REQUESTS, rate=rate
        )
        return len(waits) / took, waits
    finally:
        server.stop()


def connect(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)


def post(client: http.client.HTTPConnection, source: str, key: str, number: int) -> None:
    """Send a lead of its own as a form does; RuntimeError if it is not taken."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    client.request("POST", f"/leads/{source}", json.dumps(lead(number)), headers)
    answer = client.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"answered {answer.status}")


def lead(number: int) -> dict[str, str]:
    unique = f"{number}-{time.monotonic_ns()}"
    return {
        "name": f"Lead Number{number}",
        # A company of its own: colleagues of a lead that somebody owns would go to that owner.
        "email": f"lead@company{unique}.example",
        "company": f"Company {unique}",
        "message": "We need a demo next week.",
        "action": "demo",
    }


def _decided(place: Place, pools: int) -> float:
    """Leads a second, the inbox full of them."""
    with place.database(pools) as database:
        for number in range(WAITING):
            with database.write() as session:
                body = json.dumps(lead(number)).encode()
                receive(session, f"site{number % pools}", None, "application/json", body, now=now())
        started = time.perf_counter()
        handled = 1
        while handled:
            with database.write() as session:
                handled = decide_inbox(session, now())
        return WAITING / (time.perf_counter() - started)
