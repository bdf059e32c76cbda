"""`/followup stats 30d`, for everybody and for one rep, on quarters of leads of two sizes."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import cast

from sqlalchemy import Connection, Table, select, text
from sqlalchemy.orm import Session

from benchmarks.place import Place, analyze, now, team
from benchmarks.report import Line
from bot.db import Database, marks
from bot.db.migrate import migrate
from bot.db.models import Activity, Lead, Offer, OfferRep, Rep, Task
from bot.stats import fold_marked, period, rep_stats, team_stats
from bot.team.live import apply_team

POOLS = 5
TOUCHES_EACH = 10
SMALL, LARGE = 100_000, 1_000_000
"""The large one is measured when asked for (`make bench ARGS=figures FULL=1`): making it takes some minutes."""
REPS_A_POOL = 10

_NUMBERS = {
    "postgresql": "SELECT n FROM generate_series(1, :number) AS n",
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :number) SELECT n FROM c",
}
_AT = {
    "postgresql": "CAST(:until AS timestamptz) - make_interval(secs => {seconds})",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', :until, printf('%+.3f seconds', -({seconds})))",
}
_DAYS_LATER = {
    "postgresql": "l.received_at + k.n * interval '24 hours'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', l.received_at, k.n || ' days')",
}


def measure(place: Place) -> list[Line]:
    """Seconds for the figures on both databases."""
    sizes = [SMALL, LARGE] if os.environ.get("FULL") else [SMALL]
    lines = []
    for size in sizes:
        with place.database(POOLS) as database:
            with database.write() as session:
                apply_team(session, _team(), author="benchmark", now=now())
            lines += _measured(database, "PostgreSQL", size)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'followup.db'}")
        migrate(database)
        with database.write() as session:
            apply_team(session, _team(), author="benchmark", now=now())
        lines += _measured(database, "SQLite", SMALL)
        database.dispose()
    return lines


def _team() -> str:
    """The usual one, with more people to a pool."""
    document = team(POOLS)
    for pool in range(POOLS):
        more = range(3, REPS_A_POOL)
        document = document.replace(
            f"rep{pool}-2]", ", ".join([f"rep{pool}-2", *(f"rep{pool}-{each}" for each in more)]) + "]"
        )
        people = "".join(f"  rep{pool}-{each}: {{email: rep{pool}-{each}@acme.example}}\n" for each in more)
        document = document.replace("pools:\n", f"{people}pools:\n", 1)
    return document


def _measured(database: Database, name: str, leads: int) -> list[Line]:
    with database.write() as session:
        marks.remove(session.connection())
        fill(session, leads)
    with database.write() as session:
        marks.install(session.connection())
    if not database.is_sqlite:
        analyze(database)
    started, folded = time.perf_counter(), 1
    while folded:
        with database.write() as session:
            folded = fold_marked(session, limit=20_000)
    kept = leads / (time.perf_counter() - started)
    if not database.is_sqlite:
        analyze(database)
    what = f"{name}, {leads:,} leads and {leads * TOUCHES_EACH:,} touches over 90 days"
    everybody, one = _took(database, _everybody), _took(database, _one)
    return [
        Line(f"{what}: everybody", f"{everybody * 1000:,.0f} ms", "100 ms", everybody < 0.1),
        Line(f"{what}: one rep", f"{one * 1000:,.1f} ms", "10 ms", one < 0.01),
        Line(f"{what}: leads counted ahead by one worker", f"{kept:,.0f}/s"),
    ]


def _everybody(session: Session) -> None:
    asked = period("30d", now(), "America/New_York")
    team_stats(session, None, asked.since, asked.until)


def _one(session: Session) -> None:
    asked = period("30d", now(), "America/New_York")
    rep = session.scalars(select(Rep).where(Rep.key == "rep0-0")).one()
    rep_stats(session, rep, None, asked.since, asked.until)


def _took(database: Database, ask: Callable[[Session], None]) -> float:
    times = []
    for _ in range(7):
        with database.snapshot() as session:
            started = time.perf_counter()
            ask(session)
            times.append(time.perf_counter() - started)
    return median(times[1:])


def fill(session: Session, number: int) -> None:
    """So many leads spread over 90 days, most of them claimed and answered, with ten touches each.

    One in two hundred has an open touch, one in a thousand nobody's claim and no owner.
    """
    dialect = session.get_bind().dialect.name
    on_sqlite = dialect == "sqlite"
    numbers, at = _NUMBERS[dialect], partial(_AT[dialect].format)
    ago = "(n * 7776000.0 / :number)"
    received, claimed = at(seconds=ago), at(seconds=f"{ago} - 20 - n * 613 % 3000")
    due = _DAYS_LATER[dialect]
    until = now().replace(tzinfo=None) if on_sqlite else now()
    outcome = """CASE WHEN id % 9 = 0 THEN '{"outcome"\\: "booked"}' ELSE '{"outcome"\\: "no-answer"}' END"""
    outcome = outcome if on_sqlite else f"CAST({outcome} AS jsonb)"
    owner = f"1 + n % {POOLS * REPS_A_POOL}"
    # Most answers come soon, some take days, as in life.
    wait = "30 + CAST(40 * exp((n * 613 % 1000) / 125.0) AS INTEGER)"
    statements = (
        f"""
        INSERT INTO leads (id, source, campaign, facts, tier, score, pool, stage, status, owner_id, suppressed,
                           received_at, clock_started_at, claimed_at, last_touch_number,
                           claimed_by_id, claim_seconds, claim_business_seconds,
                           first_response_seconds, first_response_business_seconds)
        SELECT n, CASE n % 3 WHEN 0 THEN 'website' WHEN 1 THEN 'facebook' ELSE 'partner' END, '{{}}', '{{}}',
               CASE n / 3 % 3 WHEN 0 THEN 'hot' WHEN 1 THEN 'warm' ELSE 'cool' END, 0, 'pool' || (n % {POOLS}),
               'opt-in', 'nurture', CASE WHEN n % 1000 > 0 THEN {owner} END,
               0 = 1, {received}, {received}, CASE WHEN n % 10 > 0 THEN {claimed} END, 0,
               CASE WHEN n % 10 > 0 THEN {owner} END, CASE WHEN n % 10 > 0 THEN 20 + n * 613 % 3000 END,
               CASE WHEN n % 10 > 0 THEN 20 + n * 613 % 1000 END,
               CASE WHEN n % 8 > 0 THEN 2 * ({wait}) END, CASE WHEN n % 8 > 0 THEN {wait} END
        FROM ({numbers}) AS numbers
        """,
        """
        INSERT INTO offers (id, lead_id, pool, state, assignee_id, opened_at, closed_at, claimed_by_id)
        SELECT id, id, pool, CASE WHEN claimed_at IS NULL THEN 'assigned' ELSE 'claimed' END, owner_id, received_at,
               received_at, owner_id FROM leads
        """,
        """
        INSERT INTO offer_reps (offer_id, rep_id, asked_at, state, decision)
        SELECT id, claimed_by_id, opened_at,
               CASE state WHEN 'claimed' THEN 'claimed' ELSE 'missed' END, '{}' FROM offers
        WHERE claimed_by_id IS NOT NULL
        """,
        f"""
        INSERT INTO tasks (lead_id, kind, owner_id, number, channel, due_at, state, created_at, snoozes)
        SELECT l.id, 'touch', l.owner_id, k.n, 'email', {due},
               CASE WHEN k.n = {TOUCHES_EACH} AND l.id % 200 = 0 THEN 'due'
                    WHEN k.n % 7 = 0 THEN 'skipped' ELSE 'done' END,
               l.received_at, 0
        FROM leads AS l CROSS JOIN ({numbers.replace(":number", str(TOUCHES_EACH))}) AS k
        WHERE l.owner_id IS NOT NULL
        """,
        f"""
        INSERT INTO activities (lead_id, at, kind, rep_id, facts)
        SELECT id, received_at, 'outcome', owner_id, {outcome} FROM leads
        """,
    )
    if not on_sqlite:
        # What is made here refers to what is there: checking ten million times takes longer than making it.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    with _indexes_made_afterwards(session.connection()):
        for statement in statements:
            session.execute(text(statement), _needed(statement, number, until))
    session.execute(text("ANALYZE"))


@contextmanager
def _indexes_made_afterwards(connection: Connection) -> Iterator[None]:
    """Sorting ten million rows once is quicker than finding the place of each as it comes."""
    tables = (cast(Table, each.__table__) for each in (Lead, Offer, OfferRep, Task, Activity))
    indexes = [index for table in tables for index in table.indexes]
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def _needed(statement: str, number: int, until: object) -> dict[str, object]:
    values = {"number": number, "until": until}
    return {name: value for name, value in values.items() if f":{name}" in statement}
