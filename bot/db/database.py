"""Engine and transactions. Only edges open one; nothing inside commits."""

import threading
from collections import ChainMap
from collections.abc import Hashable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.orm import Session

from bot.db.notify import Notifier
from bot.db.pings import ping_when_in_doubt
from bot.db.wake import Wakeups, pending_wakes

SQLITE_BUSY_MS = 30_000


class Database:
    """One database: `read()` for looking, `write()` for one transaction that commits at its end.

    `secret` keys the hashes kept in it; sessions carry it as `info["secret"]`.

    On SQLite writers begin IMMEDIATE and queue in this process, which is fairer than its busy handler;
    on PostgreSQL rows and locks decide.
    """

    def __init__(self, url: str, *, connections: int = 20, secret: str | None = None) -> None:
        self._info = {"secret": secret}
        self.url = make_url(url)
        if self.url.drivername in ("postgresql", "postgres"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = self._storing_engine = _sqlite_engine(str(self.url), connections)
        else:
            url = self.url.render_as_string(hide_password=False)
            self.engine = _postgres_engine(url, connections)
            self._storing_engine = _postgres_engine(url, connections, isolation_level="AUTOCOMMIT")
        self._write_engine = self.engine.execution_options(begin="IMMEDIATE")
        self._writers: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()
        self.wakeups = Wakeups()
        self.notifier = Notifier(self._storing_engine)
        if not self.is_sqlite:
            self.wakeups.listen(self.notifier.tell)
        self._memory: dict[Hashable, Any] = {}

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking only; what it changes is thrown away."""
        with Session(self.engine, info={**self._info, "memory": self._memory}) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """As `read`; every statement sees the database at the moment of the first."""
        isolation = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with Session(self.engine.execution_options(**isolation)) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: commits at the end, rolls back on any error, then wakes the loops it asked for."""
        # What this transaction learns may yet be rolled back: nobody else knows it before it is committed.
        learned: dict[Hashable, Any] = {}
        info = {**self._info, "memory": ChainMap(learned, self._memory)}
        with self._writers, Session(self._write_engine, info=info) as session:
            yield session
            session.commit()
            wakes = pending_wakes(session)
        self._memory.update(learned)
        self.wakeups.send(wakes)

    @contextmanager
    def store(self) -> Iterator[Session]:
        """As `write`, for what a single statement stores: on PostgreSQL that is a transaction by itself.

        To begin and to end one would take as long as the statement.
        """
        if self.is_sqlite:
            with self.write() as session:
                yield session
            return
        with Session(self._storing_engine, info={**self._info, "memory": self._memory}) as session:
            yield session
            wakes = pending_wakes(session)
        self.wakeups.send(wakes)

    def dispose(self) -> None:
        """Say what is left to say to other processes, and let go of every connection."""
        if not self.is_sqlite:
            self.notifier.flush()
        self.engine.dispose()
        self._storing_engine.dispose()


def memory(session: Session) -> MutableMapping[Hashable, Any]:
    """What this process knows for as long as it runs: of rows that never change once they are there, and what is
    compared with the rows before anybody relies on it."""
    known: MutableMapping[Hashable, Any] = session.info.setdefault("memory", {})
    return known


def database_now(session: Session) -> datetime:
    """The database's own clock, which leases live on: the same for every worker."""
    if session.get_bind().dialect.name == "sqlite":
        text = session.scalar(select(func.strftime("%Y-%m-%d %H:%M:%f", "now")))
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    now = session.scalar(select(func.clock_timestamp()))
    assert isinstance(now, datetime)
    return now.astimezone(UTC)


def _postgres_engine(url: str, connections: int, **options: Any) -> Engine:
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=connections,
        # The one used last: it is known to work, and the others may be closed by whoever closes idle ones.
        pool_use_lifo=True,
        hide_parameters=True,
        **options,
    )
    ping_when_in_doubt(engine)
    return engine


def _sqlite_engine(url: str, connections: int) -> Engine:
    # isolation_level None hands BEGIN to us: the driver's own would start a reader that later fails to write.
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=connections,
        # A logged error must not carry a lead's data.
        hide_parameters=True,
        connect_args={"isolation_level": None, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: Any, _record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={SQLITE_BUSY_MS}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")

    return engine
