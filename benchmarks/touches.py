"""How fast due touches fire, beside peers, and whether a million open ones slow that down."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median

import psycopg
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import text

from benchmarks.firing import fire_everything, fire_with, firing_processes
from benchmarks.place import SOON, Place, add_open_touches, analyze, now, plain_url
from benchmarks.report import Line
from bot.cadence import fire_due_tasks
from bot.db import Database
from bot.worker.due import Watermark, next_due

DUE = 1_000
MORE = 5_000
PENDING = 10_000
POOLS = 3
MANY = 1_000_000
FIRED = 150_000
ROUNDS = 5


def measure(place: Place) -> list[Line]:
    """Rates at 10,000 pending, 1,000 due at once: ours, two workers, one row a transaction, APScheduler."""
    with place.database(POOLS) as database:
        add_open_touches(database, PENDING, now() + SOON)
        ours = _rates(database, fire_everything)
        followed_up = _rates(database, fire_everything, contacted=True)
        with firing_processes(database, 2) as workers:
            many_by_one = _rates(database, lambda _: fire_with(workers[:1]), due=MORE)
            many_by_two = _rates(database, lambda _: fire_with(workers), due=MORE)
        one_by_one = _rates(database, _fire_one_by_one, rounds=2)
    with place.database() as database:
        peer = median(_apscheduler(database) for _ in range(2))
    return [
        Line("One row a transaction", f"{one_by_one:,.0f}/s"),
        Line("APScheduler's SQLAlchemyJobStore, its handler inserts one row", f"{peer:,.0f}/s"),
        *(
            Line(what, f"{rate:,.0f}/s, {rate / peer:.1f}x APScheduler", "6x APScheduler", rate >= 6 * peer)
            for what, rate in (
                ("One worker, first contacts: a message each", ours),
                ("One worker, follow-ups: under the day's caps, on lists", followed_up),
            )
        ),
        Line(f"One worker process, {MORE:,} due at once", f"{many_by_one:,.0f}/s"),
        Line(
            "Two worker processes, as many",
            f"{many_by_two:,.0f}/s, {many_by_two / many_by_one:.2f}x one",
            "more than one",
            many_by_two > many_by_one,
        ),
    ]


def measure_many(place: Place) -> list[Line]:
    """Rates and empty ticks at 1,000, 10,000 and a million open touches, with an old snapshot held open."""
    with place.database() as database:
        add_open_touches(database, 1_000, now() + SOON)
        tick_few = _tick(database)
        add_open_touches(database, PENDING - 1_000, now() + SOON)
        rate_few = _rates(database, fire_everything)
    with place.database() as database:
        add_open_touches(database, MANY, now() + SOON, spacing="1")
        analyze(database)
        tick_many = _tick(database)
        rate_many = _rates(database, fire_everything)
        add_open_touches(database, FIRED, now() - timedelta(days=1), spacing="0.5")
        with psycopg.connect(plain_url(database)) as old:
            old.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            old.execute("SELECT count(*) FROM pools")
            fire_everything(database)
            from_the_start, pinned = _tick(database, full=True), _tick(database)
    grown, worst = tick_many / tick_few, pinned / tick_many
    return [
        Line("Fire rate at 10,000 open touches", f"{rate_few:,.0f}/s"),
        Line(
            f"Fire rate at {MANY:,} open touches",
            f"{rate_many:,.0f}/s, {rate_many / rate_few:.2f}x that at 10,000",
            "0.9x",
            rate_many >= 0.9 * rate_few,
        ),
        Line("Empty tick at 1,000 open touches", f"{tick_few * 1000:.2f} ms"),
        Line(f"Empty tick at {MANY:,}", f"{tick_many * 1000:.2f} ms, {grown:.2f}x", "2x", grown <= 2),
        Line(
            f"The same with an old snapshot held and {FIRED:,} fired under it",
            f"{pinned * 1000:.2f} ms, {worst:.2f}x",
            "3x",
            worst <= 3,
        ),
        Line("Its full scan, once a minute", f"{from_the_start * 1000:.2f} ms"),
    ]


def _rates(
    database: Database,
    fire: Callable[[Database], None],
    rounds: int = ROUNDS,
    due: int = DUE,
    *,
    contacted: bool = False,
) -> float:
    """Touches a second, the median of some rounds of so many due at once."""
    return median(_rate(database, fire, due, contacted) for _ in range(rounds))


def _rate(database: Database, fire: Callable[[Database], None], due: int, contacted: bool) -> float:
    add_open_touches(database, due, now() - timedelta(hours=1), contacted=contacted)
    with database.engine.begin() as connection:
        # A new day's caps: what is put off until tomorrow does not fire.
        connection.execute(text("DELETE FROM follow_up_days"))
    started = time.perf_counter()
    fire(database)
    return due / (time.perf_counter() - started)


def _fire_one_by_one(database: Database) -> None:
    fired = 1
    while fired:
        with database.write() as session:
            fired = fire_due_tasks(session, now(), limit=1)


def _tick(database: Database, *, full: bool = False) -> float:
    """Seconds for the one query of a tick that finds nothing due; the median of many."""
    watermark, times = Watermark(), []
    for _ in range(30):
        since = None if full else watermark.since(now())
        started = time.perf_counter()
        with database.read() as session:
            next_due(session, since)
        times.append(time.perf_counter() - started)
        watermark.scanned(since, now())
    return median(times)


_rows_of: dict[str, Database] = {}


def insert_a_row() -> None:
    """What the peer's handler does."""
    with _rows_of["peer"].engine.begin() as connection:
        connection.execute(text("INSERT INTO effects (at) VALUES (clock_timestamp())"))


def _apscheduler(database: Database) -> float:
    _rows_of["peer"] = database
    with database.engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE IF NOT EXISTS effects (id bigserial PRIMARY KEY, at timestamptz)")
        )
        connection.execute(text("TRUNCATE effects"))
        connection.execute(text("DROP TABLE IF EXISTS apscheduler_jobs"))
    scheduler = BackgroundScheduler(
        timezone="UTC",
        jobstores={"default": SQLAlchemyJobStore(engine=database.engine)},
        executors={"default": ThreadPoolExecutor(10)},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
    )
    _fill(scheduler, now() - timedelta(hours=1))
    started = time.perf_counter()
    scheduler.resume()
    while _effects(database) < DUE:
        time.sleep(0.01)
    rate = DUE / (time.perf_counter() - started)
    scheduler.shutdown()
    return rate


def _fill(scheduler: BackgroundScheduler, due_at: datetime) -> None:
    scheduler.start(paused=True)
    for number in range(DUE + 1):
        run_date = due_at if number < DUE else now() + SOON
        scheduler.add_job("benchmarks.touches:insert_a_row", "date", run_date=run_date)
    # It stores jobs one a transaction; those that stay pending are copies, never read while they are.
    copies = text(
        "INSERT INTO apscheduler_jobs SELECT 'copy' || n, next_run_time, job_state FROM apscheduler_jobs, "
        "generate_series(2, :pending) AS n WHERE next_run_time = (SELECT max(next_run_time) FROM apscheduler_jobs)"
    )
    with _rows_of["peer"].engine.begin() as connection:
        connection.execute(copies, {"pending": PENDING})


def _effects(database: Database) -> int:
    with database.engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM effects")) or 0
