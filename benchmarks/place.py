"""Where it is measured: a durable PostgreSQL, a team, and rows made in bulk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
from sqlalchemy import text

from bot.cadence import known_plans
from bot.db import Database
from bot.intake import ensure_secrets
from bot.team.live import apply_team
from tests.postgres import Postgres

SOON = timedelta(days=3650)


class Place:
    """One server for all benchmarks; each takes empty databases from it."""

    def __init__(self, server: Postgres) -> None:
        self._server = server

    @classmethod
    @contextmanager
    def open(cls) -> Iterator["Place"]:
        with Postgres.start() as server:
            with server.migrated_database() as url, psycopg.connect(_plain(url), autocommit=True) as admin:
                admin.execute("ALTER SYSTEM SET fsync = on")
                admin.execute("ALTER SYSTEM SET max_wal_size = '4GB'")
                # Counts queries; it can be loaded only when the server starts.
                admin.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
            server.crash()
            server.start_again()
            yield cls(server)

    @contextmanager
    def database(self, pools: int = 1) -> Iterator[Database]:
        """An empty database with a team of so many pools."""
        with self._server.migrated_database() as url:
            database = Database(url)
            try:
                with database.write() as session:
                    live = apply_team(
                        session, team(pools), author="benchmark", now=now(), known_plans=known_plans()
                    )
                    ensure_secrets(session, live.team, now())
                yield database
            finally:
                database.dispose()


def team(pools: int) -> str:
    """A team document: three members to a pool, a channel and a source each."""
    people = {f"rep{pool}-{number}" for pool in range(pools) for number in range(3)} | {"mia"}
    reps = "\n".join(f"  {key}: {{name: {key}, email: {key}@acme.example}}" for key in sorted(people))
    members = [", ".join(f"rep{pool}-{number}" for number in range(3)) for pool in range(pools)]
    rows = "\n".join(
        f'  pool{pool}: {{channel: "#sales-{pool}", members: [{names}], managers: [mia], plan: inbound-48h}}'
        for pool, names in enumerate(members)
    )
    sources = "\n".join(f"  site{pool}: {{pool: pool{pool}, auth: bearer}}" for pool in range(pools))
    return (
        "name: Acme\nzone: America/New_York\ncountry: US\nbooking_link: https://acme.example/book\n"
        "follow_ups_a_day: 1000\n"
        f"sender: {{name: Acme, email: hello@acme.example}}\ndefault_pool: pool0\n"
        f"reps:\n{reps}\npools:\n{rows}\nsources:\n{sources}\n"
    )


def add_open_touches(
    database: Database, number: int, due_from: datetime, *, spacing: str = "0", contacted: bool = False
) -> None:
    """So many leads with a waiting touch each, the first due at `due_from`, then one every `spacing` seconds.

    Everybody in the team owns as many. Who was `contacted` before is followed up: caps and lists count for them.
    """
    with database.write() as session:
        session.execute(
            text(
                """
                WITH made AS (
                    INSERT INTO leads (source, campaign, facts, tier, score, pool, stage, status, owner_id, suppressed,
                                       received_at, clock_started_at, last_touch_number, name, first_response_at)
                    SELECT 'site0', '{}', '{}', 'hot', 0, 'pool0', 'opt-in', 'active', reps[1 + n % cardinality(reps)],
                           false, :now, :now, 0, 'Lead ' || n, CASE WHEN :contacted THEN CAST(:now AS timestamptz) END
                    FROM generate_series(1, :number) AS n, (SELECT array_agg(id) AS reps FROM reps) AS team
                    RETURNING id, owner_id
                )
                INSERT INTO tasks (lead_id, kind, owner_id, number, channel, template, due_at, state, created_at,
                                   snoozes)
                SELECT id, 'touch', owner_id, 2, 'email', 'value', CAST(:due AS timestamptz)
                       + (row_number() OVER (ORDER BY id)) * CAST(:spacing AS interval), 'waiting', :now, 0
                FROM made
                """
            ),
            {
                "now": now(),
                "number": number,
                "due": due_from,
                "spacing": f"{spacing} seconds",
                "contacted": contacted,
            },
        )


def analyze(database: Database) -> None:
    """What autovacuum would have done by itself before long."""
    with psycopg.connect(plain_url(database), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def plain_url(database: Database) -> str:
    return _plain(database.url.render_as_string(hide_password=False))


def now() -> datetime:
    return datetime.now(UTC)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")
