"""Workers of their own processes, told when to begin.

`python -m benchmarks.firing <database url>` says "ready", then fires everything due for each line it reads, and answers
with a line when nothing is left.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks.place import now
from bot.cadence import fire_due_tasks
from bot.db import Database

Firing = subprocess.Popen[str]


@contextmanager
def firing_processes(database: Database, number: int) -> Iterator[list[Firing]]:
    """So many, ready; they end with the block."""
    url = database.url.render_as_string(hide_password=False)
    with ExitStack() as stack:
        workers = [stack.enter_context(_process(url)) for _ in range(number)]
        for worker in workers:
            _heard(worker)
        yield workers


def fire_with(workers: list[Firing]) -> None:
    """Have them all fire at once; returns when none of them finds anything more."""
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("fire\n")
        worker.stdin.flush()
    for worker in workers:
        _heard(worker)


@contextmanager
def _process(url: str) -> Iterator[Firing]:
    command = [sys.executable, "-m", "benchmarks.firing", url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        yield worker
        # Its input ends, and so does it.
        worker.communicate(timeout=20)


def _heard(worker: Firing) -> None:
    assert worker.stdout
    if not worker.stdout.readline():
        raise RuntimeError("a worker ended")


def _serve(url: str) -> None:
    database = Database(url)
    fire_everything(database)
    print("ready", flush=True)
    for _ in sys.stdin:
        fire_everything(database)
        print("done", flush=True)
    database.dispose()


def fire_everything(database: Database) -> None:
    """What one worker does with everything that is due."""
    handled = 1
    while handled:
        with database.write() as session:
            handled = fire_due_tasks(session, now())


if __name__ == "__main__":
    _serve(sys.argv[1])
