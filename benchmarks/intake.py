"""How fast leads are taken, beside one bare insert a request, and how fast they are decided."""

import http.client
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from urllib.parse import urlsplit

from flask import Flask, request
from sqlalchemy import text

from benchmarks.place import Place, now
from benchmarks.report import Line, percentile
from bot.clock import machine_clock
from bot.db import Database
from bot.intake import decide_inbox, receive, valid_secrets
from bot.web import HttpServer, create_web

REQUESTS = 2_000
CLIENTS = 8
WAITING = 200


def measure(place: Place) -> list[Line]:
    """Requests a second, ours and bare by turns; leads decided a second in one pool and in twenty."""
    with place.database() as database:
        rounds = [(_bare(database), _ours(database)) for _ in range(3)]
    bare, ours = (median(rates) for rates in zip(*((b[0], o[0]) for b, o in rounds), strict=True))
    waits = [wait for _, (_, waits) in rounds for wait in waits]
    one, twenty = _decided(place, 1), _decided(place, 20)
    return [
        Line("One bare durable insert a request, same server and driver", f"{bare:,.0f}/s"),
        Line("A lead taken", f"{ours:,.0f}/s, {ours / bare:.2f}x", "0.7x", ours >= 0.7 * bare),
        Line(
            f"Its answer, {CLIENTS} clients as fast as they can", f"P99 {percentile(waits, 99) * 1000:.0f} ms"
        ),
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


def _ours(database: Database) -> tuple[float, list[float]]:
    with database.read() as session:
        key = valid_secrets(session, "site0", now())[0]
    return _served(
        create_web(database, business_now=machine_clock, machine_now=machine_clock, bolt=None), key
    )


def _served(web: Flask, key: str) -> tuple[float, list[float]]:
    server = HttpServer(web, "127.0.0.1", 0)
    server.start()
    try:
        return _flood(lambda number, client: post(client, "site0", key, number), server.url)
    finally:
        server.stop()


def _flood(send: Callable[[int, http.client.HTTPConnection], None], url: str) -> tuple[float, list[float]]:
    mine = threading.local()

    def one(number: int) -> float:
        if not hasattr(mine, "client"):
            mine.client = connect(url)
        started = time.perf_counter()
        send(number, mine.client)
        return time.perf_counter() - started

    with ThreadPoolExecutor(CLIENTS) as clients:
        started = time.perf_counter()
        waits = list(clients.map(one, range(REQUESTS)))
    return REQUESTS / (time.perf_counter() - started), waits


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
        "email": f"lead{unique}@example.com",
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
