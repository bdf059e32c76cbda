"""Connections that are still there: asking the database before each use would be a round trip for every transaction."""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

TRUSTED_SECONDS = 30
"""So long after its last use a silent connection is taken to be there."""


def ping_when_in_doubt(engine: Engine) -> None:
    """Have a connection that rested long, or whose socket has something to say, prove itself before it is used.

    A server that went away says so on the socket; what drops idle connections in between may not. One that fails
    is replaced, and so are all that are as old.
    """

    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _check(connection: Any, record: ConnectionPoolEntry, _fairy: Any) -> None:
        rests_since = record.info.get("rests_since")
        if rests_since is None:
            return
        try:
            if time.monotonic() > rests_since + TRUSTED_SECONDS or _has_something_to_say(connection):
                engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _has_something_to_say(connection: Any) -> bool:
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
