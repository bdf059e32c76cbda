"""When something falls due next."""

import threading
from datetime import datetime, timedelta

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from bot.db.due import DUE

SLACK = timedelta(seconds=10)
"""How far below the watermark a scan still looks: a due row may have been locked, or just being committed."""

FULL_SCAN_EVERY = timedelta(minutes=1)


def next_due(session: Session, since: datetime | None = None) -> datetime | None:
    """The earliest business instant, from `since` on, at which a step, task, timer or leave is due, or None."""
    earliest = (
        select(func.min(due_at).label("due")).where(waits, *([due_at >= since] if since else []))
        for due_at, waits in DUE.values()
    )
    return min((due for due in session.scalars(union_all(*earliest)) if due is not None), default=None)


class Watermark:
    """Up to when everything due has fired, as far as this process has seen.

    PostgreSQL keeps what fired in its indexes while anybody holds an old snapshot; a scan that starts at the
    watermark does not read it again.
    """

    def __init__(self) -> None:
        self._fired_until: datetime | None = None
        self._full_scan_at: datetime | None = None
        self._in_doubt = threading.Event()

    def since(self, now: datetime) -> datetime | None:
        """Where a scan at `now` starts. None: at the very first row, as it must once a minute and when in doubt."""
        if self._in_doubt.is_set():
            # Cleared before the scan: a doubt that comes up during it is about the next one.
            self._in_doubt.clear()
            self._fired_until = None
        if self._fired_until is None or self._full_scan_at is None or now < self._fired_until:
            return None
        return None if now >= self._full_scan_at + FULL_SCAN_EVERY else self._fired_until - SLACK

    def scanned(self, since: datetime | None, now: datetime) -> None:
        """Everything due from `since` until `now` has fired."""
        if since is None:
            self._full_scan_at = now
        self._fired_until = now

    def doubt(self) -> None:
        """Something may have fallen due in the past; any thread may say so."""
        self._in_doubt.set()
