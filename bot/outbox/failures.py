"""What a failed delivery leads to, by the scope of the failure (design: Slack said no)."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.db import Database
from bot.outbox.budgets import POST, Limits, channel_key, hold
from bot.outbox.leases import Leased
from bot.outbox.pauses import EVERYWHERE, pause, resume
from bot.outbox.settling import bury, forget, postpone
from bot.outbox.slack_errors import Scope, SlackFailure

LONGEST_WAIT = timedelta(minutes=5)
PATIENCE = 8
"""Tries, over two minutes, of what fails for a reason nobody knows; then it is dead and its lane moves on."""


def wait_before_retry(failures: int) -> timedelta:
    """The wait after so many failures in a row (at least 1): 1, 2, 4, ... seconds, at most 5 minutes."""
    return min(timedelta(seconds=2 ** min(failures - 1, 10)), LONGEST_WAIT)


def is_about_the_message(failure: SlackFailure, attempts: int) -> bool:
    """Whether plain text may pass where this failed: at once if Slack says so, else after some patience."""
    return failure.scope is Scope.MESSAGE or (failure.scope is Scope.UNKNOWN and attempts >= PATIENCE)


def accept_failure(
    database: Database, leased: Leased, failure: SlackFailure, limits: Limits, machine_now: datetime
) -> None:
    """Pause, postpone, post anew or give up; nothing is lost but what Slack refuses as a message."""
    limited = failure.error == "ratelimited" and failure.method
    if limited and failure.retry_after:
        with database.write() as session:
            key = channel_key(leased.destination) if failure.method == POST else limited
            hold(session, key, limits, machine_now + failure.retry_after, machine_now)
    with database.write() as session:
        # The intent before the pause, as settling does: then no two transactions wait for each other.
        _give_back(session, leased, failure, machine_now)
        _pause(session, leased, failure, machine_now)


def _pause(session: Session, leased: Leased, failure: SlackFailure, machine_now: datetime) -> None:
    if failure.scope is Scope.WORKSPACE:
        pause(session, EVERYWHERE, failure.error, machine_now)
        return
    if failure.scope is Scope.DESTINATION:
        pause(session, leased.destination, failure.error, machine_now)
    if leased.probes == EVERYWHERE and failure.method and failure.scope is not Scope.RETRYABLE:
        # Slack let us in and refused something smaller.
        resume(session, EVERYWHERE)


def _give_back(session: Session, leased: Leased, failure: SlackFailure, machine_now: datetime) -> None:
    # Doubt begins with a post whose answer is unheard and ends only when a message is recorded.
    unsure = leased.unsure_since is not None or (failure.method == POST and failure.maybe_done)
    if failure.scope in (Scope.WORKSPACE, Scope.DESTINATION):
        postpone(session, leased, failure.error, None, unsure=unsure, counts=False)
    elif failure.scope is Scope.GONE:
        forget(session, leased, failure.error)
    elif is_about_the_message(failure, leased.attempts):
        bury(session, leased, failure.error, machine_now)
    else:
        wait = failure.retry_after or wait_before_retry(leased.attempts)
        counts = failure.retry_after is None
        postpone(session, leased, failure.error, machine_now + wait, unsure=unsure, counts=counts)
