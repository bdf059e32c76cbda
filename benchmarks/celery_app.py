"""What Celery's worker runs in benchmarks.peers: its handler inserts one row."""

import os
import threading

import psycopg
from celery import Celery

app = Celery("peers", broker=os.environ.get("BENCH_BROKER", "redis://"))
app.conf.task_ignore_result = True
_mine = threading.local()


def insert_a_row() -> None:
    if not hasattr(_mine, "connection"):
        _mine.connection = psycopg.connect(os.environ["BENCH_DATABASE"], autocommit=True)
    _mine.connection.execute("INSERT INTO effects (at) VALUES (clock_timestamp())")


due_task = app.task(insert_a_row, name="touch")
