"""`/followup stats 30d` on a quarter of leads."""

import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import text

from benchmarks.place import Place, analyze, now, team
from benchmarks.report import Line
from bot.db import Database
from bot.db.migrate import migrate
from bot.stats import team_stats
from bot.team.live import apply_team

ON_POSTGRESQL = 50_000
ON_SQLITE = 50_000
TOUCHES_EACH = 10

_NUMBERS = {
    "postgresql": "SELECT n FROM generate_series(1, :number) AS n",
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :number) SELECT n FROM c",
}
_AT = {
    "postgresql": "CAST(:until AS timestamptz) - make_interval(secs => {seconds})",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', :until, printf('%+.3f seconds', -({seconds})))",
}


def measure(place: Place) -> list[Line]:
    """Seconds for everybody's figures on both databases."""
    lines = []
    with place.database() as database:
        fill(database, ON_POSTGRESQL)
        analyze(database)
        lines.append(_line(database, "PostgreSQL", ON_POSTGRESQL))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'followup.db'}")
        migrate(database)
        with database.write() as session:
            apply_team(session, team(1), author="benchmark", now=now())
        fill(database, ON_SQLITE)
        lines.append(_line(database, "SQLite", ON_SQLITE))
        database.dispose()
    return lines


def fill(database: Database, number: int) -> None:
    """So many leads spread over 90 days, most of them claimed and answered, with ten touches each."""
    dialect = database.engine.dialect.name
    numbers, at = _NUMBERS[dialect], _AT[dialect]
    received = at.format(seconds="(n * 7776000.0 / :number)")
    claimed = at.format(seconds="(n * 7776000.0 / :number) - 20 - n * 613 % 3000")
    due = at.format(seconds="(l.id * 7776000.0 / :number) - 86400 * k.n")
    until = now().replace(tzinfo=None) if database.is_sqlite else now()
    outcome = """CASE WHEN id % 9 = 0 THEN '{"outcome"\\: "booked"}' ELSE '{"outcome"\\: "no-answer"}' END"""
    outcome = outcome if database.is_sqlite else f"CAST({outcome} AS jsonb)"
    statements = (
        f"""
        INSERT INTO leads (id, source, campaign, facts, tier, score, pool, stage, status, owner_id, suppressed,
                           received_at, clock_started_at, claimed_at, last_touch_number,
                           claimed_by_id, claim_seconds, claim_business_seconds,
                           first_response_seconds, first_response_business_seconds)
        SELECT n, CASE n % 3 WHEN 0 THEN 'website' WHEN 1 THEN 'facebook' ELSE 'partner' END, '{{}}', '{{}}',
               CASE n % 3 WHEN 0 THEN 'hot' WHEN 1 THEN 'warm' ELSE 'cool' END, 0, 'pool0', 'opt-in', 'nurture',
               1 + n % 3, 0 = 1, {received}, {received}, CASE WHEN n % 10 > 0 THEN {claimed} END, 0,
               CASE WHEN n % 10 > 0 THEN 1 + n % 3 END, CASE WHEN n % 10 > 0 THEN 20 + n * 613 % 3000 END,
               CASE WHEN n % 10 > 0 THEN 20 + n * 613 % 1000 END,
               CASE WHEN n % 5 > 0 THEN 30 + n * 613 % 9000 END, CASE WHEN n % 5 > 0 THEN 30 + n * 613 % 4000 END
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
        """,
        f"""
        INSERT INTO tasks (lead_id, kind, owner_id, number, channel, due_at, state, created_at, snoozes)
        SELECT l.id, 'touch', l.owner_id, k.n, 'email', {due}, CASE WHEN k.n % 7 = 0 THEN 'skipped' ELSE 'done' END,
               {due}, 0
        FROM leads AS l CROSS JOIN ({numbers.replace(":number", str(TOUCHES_EACH))}) AS k
        """,
        f"""
        INSERT INTO activities (lead_id, at, kind, rep_id, facts)
        SELECT id, received_at, 'outcome', owner_id, {outcome} FROM leads
        """,
    )
    with database.write() as session:
        for statement in statements:
            session.execute(text(statement), _needed(statement, number, until))
        session.execute(text("ANALYZE"))


def _needed(statement: str, number: int, until: object) -> dict[str, object]:
    values = {"number": number, "until": until}
    return {name: value for name, value in values.items() if f":{name}" in statement}


def _line(database: Database, name: str, leads: int) -> Line:
    times = []
    until = now()
    with database.read() as session:
        team_stats(session, None, until - timedelta(days=30), until)
        for _ in range(5):
            started = time.perf_counter()
            team_stats(session, None, until - timedelta(days=30), until)
            times.append(time.perf_counter() - started)
    took = median(times)
    return Line(
        f"{name}, {leads:,} leads and {leads * TOUCHES_EACH:,} touches over 90 days",
        f"{took * 1000:,.0f} ms",
        "100 ms",
        took < 0.1,
    )
