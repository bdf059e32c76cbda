"""Asking Slack who is there, for the pools that want to know (R37). Rules read what was stored, never Slack."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import structlog
from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.db.models import Presence, Rep
from bot.outbox.budgets import Limits, charger
from bot.outbox.slack import SlackTransport
from bot.outbox.slack_errors import SlackFailure
from bot.team.live import NoTeamError, live_team

log = structlog.get_logger()

AT_ONCE = 50
"""As many people as Slack tells the do-not-disturb of in one call."""


@dataclass(frozen=True)
class _Person:
    rep_id: int
    user: str


def look_who_is_there(
    database: Database,
    client: WebClient,
    *,
    business_now: Clock,
    machine_now: Clock,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """How many members of pools with `presence: true` Slack was asked about, the longest unseen first.

    What Slack does not tell, or has no room to be asked, stays unknown: such people count as reachable.
    """
    with database.read() as session:
        people = _people(session)
    slack = SlackTransport(client, charger(database, Limits(), machine_now), machine_now)
    seen = 0
    try:
        for batch in _batches(people):
            quiet = slack.quiet_spans([each.user for each in batch])
            for each in batch:
                if stopping():
                    return seen
                active = slack.is_active(each.user)
                start, end = quiet.get(each.user, (None, None))
                now, machine = business_now(), machine_now()
                # Slack speaks of its own clock; business time may run ahead of it.
                until = now + (end - machine) if start and end and start <= machine < end else None
                with database.write() as session:
                    session.merge(Presence(rep_id=each.rep_id, active=active, quiet_until=until, seen_at=now))
                seen += 1
    except SlackFailure as failure:
        log.warning("cannot see who is there", error=failure.error)
    return seen


def _people(session: Session) -> Sequence[_Person]:
    try:
        pools = live_team(session).team.pools.values()
    except NoTeamError:
        return []
    keys = {member for pool in pools if pool.presence for member in pool.members}
    if not keys:
        return []
    rows = session.execute(
        select(Rep.id, Rep.slack_user_id)
        .outerjoin(Presence, Presence.rep_id == Rep.id)
        .where(Rep.key.in_(keys), Rep.active.is_(True), Rep.slack_user_id.is_not(None))
        .order_by(Presence.seen_at.is_not(None), Presence.seen_at, Rep.id)
    )
    return [_Person(rep_id, user) for rep_id, user in rows if user]


def _batches(people: Sequence[_Person]) -> Iterator[Sequence[_Person]]:
    for start in range(0, len(people), AT_ONCE):
        yield people[start : start + AT_ONCE]
