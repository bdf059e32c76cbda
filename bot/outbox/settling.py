"""Writing down what came of a leased intent. Nothing is written by whoever's lease has run out.

Each returns whether it was written; False means that somebody else carries on.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, update
from sqlalchemy.orm import Session

from bot.db import database_now
from bot.db.models import Intent
from bot.db.types import UtcDateTime
from bot.outbox.late import LATER
from bot.outbox.leases import Leased


def record_post(session: Session, leased: Leased, channel: str, ts: str, now: datetime) -> bool:
    """Make this the intent's message, lease or not; False when it has one already: then this is an extra."""
    # Two posts meet here only after a lease ran out under a slow call; the row decides which one stays.
    sent_at = func.coalesce(Intent.sent_at, now)
    return _updated(session, leased, Intent.ts.is_(None), channel=channel, ts=ts, sent_at=sent_at)


def settle(session: Session, leased: Leased, wanted: int, now: datetime) -> bool:
    """Slack shows what was wanted when `wanted` was read; what was wanted since then has waited since `now`."""
    return _give_back(
        session,
        leased,
        done=wanted,
        wanted_at=case((Intent.wanted > wanted, literal(now, UtcDateTime)), else_=Intent.wanted_at),
        attempts=0,
        not_before=None,
        last_error=None,
        **_look_again(session, leased),
    )


def adopt(session: Session, leased: Leased, channel: str, ts: str, now: datetime) -> bool:
    """The message of an unheard answer was found: it shows what was wanted first; what came since is due."""
    return _give_back(
        session,
        leased,
        channel=channel,
        ts=ts,
        sent_at=func.coalesce(Intent.sent_at, now),
        done=case((Intent.done < 1, 1), else_=Intent.done),
        attempts=0,
        not_before=None,
        last_error=None,
        **_look_again(session, leased),
    )


def forget(session: Session, leased: Leased, error: str) -> bool:
    """The posted message is gone: it is due again, as a new one."""
    return _give_back(session, leased, channel=None, ts=None, not_before=None, last_error=error)


def release(session: Session, leased: Leased) -> bool:
    """Give the intent back as it is: still due, now."""
    return _give_back(session, leased)


def postpone(
    session: Session,
    leased: Leased,
    error: str,
    not_before: datetime | None,
    *,
    unsure: bool,
    counts: bool = True,
) -> bool:
    """Try again at `not_before` (machine time); `unsure`: Slack may have the message, so look there first."""
    # An expired lease left standing is what tells the next holder to look.
    now = database_now(session)
    # A clock that was set back must not leave one standing that has yet to run out.
    began = min(leased.unsure_since or now, now)
    return _give_back(
        session,
        leased,
        leased_until=began if unsure else None,
        not_before=not_before,
        last_error=error,
        attempts=leased.attempts if counts else leased.attempts - 1,
    )


def bury(session: Session, leased: Leased, error: str, now: datetime) -> bool:
    """Give this message up: kept, counted, and revived by the next wish to show it."""
    return _give_back(session, leased, attempts=0, dead_at=now, last_error=error)


def _look_again(session: Session, leased: Leased) -> dict[str, Any]:
    """Slack may still apply what was in doubt until now."""
    return {"look_again_at": database_now(session) + LATER} if leased.unsure_since is not None else {}


def _give_back(session: Session, leased: Leased, **values: Any) -> bool:
    values = {"lease": None, "leased_until": None, **values}
    return _updated(session, leased, Intent.lease == leased.token, **values)


def _updated(session: Session, leased: Leased, condition: ColumnElement[bool], **values: Any) -> bool:
    won = update(Intent).where(Intent.id == leased.id, condition).values(**values).returning(Intent.id)
    return session.scalar(won) is not None
