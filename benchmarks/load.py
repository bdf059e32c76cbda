"""Leads sent from a process of their own, so that the sender's work is not the server's.

`python -m benchmarks.load <url> <source> <key> <clients> <number> <rate>` sends so many leads, `rate` a second (0: as
fast as answers come), and prints each one's seconds until its answer as a JSON list, then the seconds it all took.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit


def send_leads(
    url: str, source: str, key: str, *, clients: int, number: int, rate: float = 0
) -> tuple[list[float], float]:
    """Each lead's seconds until its answer, from the moment it was to be sent, and the seconds it all took.

    Raises CalledProcessError when one was not taken.
    """
    words = [url, source, key, clients, number, rate]
    run = [sys.executable, "-m", "benchmarks.load", *map(str, words)]
    done = subprocess.run(run, check=True, stdout=subprocess.PIPE)
    waits, took = map(json.loads, done.stdout.splitlines())
    return waits, took


def _requests(host: str, source: str, key: str) -> Iterator[bytes]:
    number = 0
    while True:
        unique = f"{number}-{time.monotonic_ns()}"
        lead = {
            "name": f"Lead Number{number}",
            "email": f"lead@company{unique}.example",
            "company": f"Company {unique}",
            "message": "We need a demo next week.",
            "action": "demo",
        }
        body = json.dumps(lead).encode()
        head = (
            f"POST /leads/{source} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {key}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body
        number += 1


def _answer(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        read += _received(connection)
    head, _, body = read.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    while len(body) < length:
        body += _received(connection)
    return head.split(b" ", 2)[1]


def _received(connection: socket.socket) -> bytes:
    piece = connection.recv(65_536)
    if not piece:
        raise ConnectionError("hung up")
    return piece


def _send(url: str, source: str, key: str, clients: int, number: int, rate: float) -> None:
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or 80
    requests, lock = _requests(host, source, key), threading.Lock()
    waits: list[float] = []
    refused: list[bytes] = []
    turns = iter(range(number))
    began = time.perf_counter()

    def client() -> None:
        with socket.create_connection((host, port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                with lock:
                    turn, request = next(turns, None), next(requests)
                if turn is None:
                    return
                started = time.perf_counter()
                if rate:
                    # Counted from when it was to be sent: a slow answer must not hide the wait of the next.
                    started = began + turn / rate
                    time.sleep(max(started - time.perf_counter(), 0))
                connection.sendall(request)
                status = _answer(connection)
                waits.append(time.perf_counter() - started)
                if status != b"200":
                    refused.append(status)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(waits))
    print(time.perf_counter() - began)
    if refused or len(waits) < number:
        raise SystemExit(f"{number - len(waits)} unanswered, refused: {refused[:3]}")


if __name__ == "__main__":
    url, source, key, clients, number, rate = sys.argv[1:]
    _send(url, source, key, int(clients), int(number), float(rate))
