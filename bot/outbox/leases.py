"""Who delivers what: leases on the database's own clock. Only the holder of a lease may settle its intent."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from bot.db import database_now
from bot.db.models import Budget, Intent, Pause
from bot.db.types import UtcDateTime
from bot.outbox.budgets import POST, UPDATE, Limits, channel_key, lock_budgets, room_at, take
from bot.outbox.pauses import EVERYWHERE, claim_probe, drop_idle_pauses, standing_pauses

LEASE = timedelta(seconds=20)
"""With a poll, a search and a post it comes to less than 30 seconds: so long a dead worker's messages wait, at most."""

_AHEAD = {POST: "ahead_posting", UPDATE: "ahead_updating", channel_key(""): "ahead_in_channel"}
"""Names of the moments beyond which a budget is spent."""


@dataclass(frozen=True)
class Leased:
    """An intent that this process, and no other, delivers until its lease runs out."""

    id: int
    token: str
    kind: str
    subject: str
    destination: str
    channel: str | None
    ts: str | None
    attempts: int
    """Since the last success, this one included."""
    unsure_since: datetime | None
    """An earlier try ended nobody knows how, about then: its message may be in Slack."""
    probes: str | None
    """The pause that this delivery probes."""


@cache
def is_open() -> ColumnElement[bool]:
    """Not shown yet as it is wanted, and not given up."""
    return and_(Intent.done < Intent.wanted, Intent.dead_at.is_(None))


@cache
def is_head() -> ColumnElement[bool]:
    """Open, and nothing older of its lane is: so order holds inside a lane."""
    # Made once: writing it down anew took a look at the outbox longer than asking the database.
    elder = aliased(Intent)
    an_elder_waits = exists().where(
        elder.lane == Intent.lane, elder.id < Intent.id, elder.done < elder.wanted, elder.dead_at.is_(None)
    )
    return and_(is_open(), ~an_elder_waits)


def lease_due(
    session: Session, machine_now: datetime, limits: Limits, limit: int, lease: timedelta = LEASE
) -> list[Leased]:
    """Lease about `limit` intents that may go out now, with the budgets of their calls taken.

    Probes of refused destinations, at most one each, come on top.
    """
    if not _may_have_work(session):
        return []
    # Whoever leases holds these rows first: no two leasing transactions can wait for each other in a circle.
    lock_budgets(session, [POST, UPDATE], machine_now)
    database_time = database_now(session)
    until = database_time + lease
    leased = []
    for intent, probes in _candidates(session, machine_now, database_time, limits, limit):
        keys = _budgets_of(intent.destination, posted=intent.ts is not None)
        has_room = take(session, keys, limits, machine_now) is None
        if has_room and (probes is None or claim_probe(session, probes, machine_now)):
            leased.append(_stamp(intent, probes, until))
    return leased


def next_due(session: Session, machine_now: datetime, limits: Limits) -> datetime | None:
    """The earliest machine time at which something may be leased, past means now; None: nothing waits."""
    if not _may_have_work(session):
        return None
    # A lease lives on the database's clock: only what is left of it can be told in machine time.
    database_time = database_now(session)
    leased = select(func.min(Intent.leased_until)).where(is_head(), Intent.leased_until > database_time)
    until = session.scalar(leased)
    moments = [machine_now + (until - database_time)] if until else []
    return min([*moments, *_unleased(session, machine_now, database_time, limits)], default=None)


def _may_have_work(session: Session) -> bool:
    """The one question of a look that finds nothing to do: is anything open, or paused?"""
    return bool(session.scalar(_work()))


@cache
def _work() -> Select[bool]:
    return select(or_(exists().where(is_open()), exists(select(Pause.destination))))


def _candidates(
    session: Session, machine_now: datetime, database_time: datetime, limits: Limits, limit: int
) -> Iterator[tuple[Intent, str | None]]:
    """Intents to lease, each with the pause it would probe."""
    due, at = _due(), _moments(machine_now, database_time, limits)
    paused = standing_pauses(session)
    if paused and drop_idle_pauses(session):
        paused = standing_pauses(session)
    probed = [destination for destination, probe_at in paused.items() if probe_at <= machine_now]
    if EVERYWHERE in paused:
        if EVERYWHERE in probed:
            unpaused_first = due.order_by(None).order_by(Intent.destination.in_(paused), Intent.id)
            yield from (
                (intent, EVERYWHERE) for intent in session.scalars(unpaused_first, at | {"limit": 1}).all()
            )
        return
    unpaused = due.where(Intent.destination.not_in(paused)) if paused else due
    yield from ((intent, None) for intent in session.scalars(unpaused, at | {"limit": limit}).all())
    for destination in probed:
        first = due.where(Intent.destination == destination)
        yield from ((intent, destination) for intent in session.scalars(first, at | {"limit": 1}).all())


@cache
def _due() -> Select[Intent]:
    """The first `limit` that may go out at the moments of `_moments`."""
    return (
        select(Intent)
        .where(
            is_head(),
            or_(Intent.not_before.is_(None), Intent.not_before <= _moment("machine_now")),
            _is_free(),
            _has_room(),
        )
        .order_by(Intent.id)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True)
    )


def _is_free() -> ColumnElement[bool]:
    return or_(Intent.leased_until.is_(None), Intent.leased_until <= _moment("database_time"))


def _has_room() -> ColumnElement[bool]:
    """Whose budget is spent is not due: a busy channel never fills a batch before others."""

    def spent(key: ColumnElement[str], rate_key: str) -> ColumnElement[bool]:
        return exists().where(Budget.key == key, Budget.next_at > _moment(_AHEAD[rate_key]))

    channel = literal(channel_key("")) + Intent.destination
    return case(
        (Intent.ts.is_not(None), ~spent(literal(UPDATE), UPDATE)),
        else_=~or_(spent(literal(POST), POST), spent(channel, channel_key(""))),
    )


def _moment(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UtcDateTime)


def _moments(machine_now: datetime, database_time: datetime, limits: Limits) -> dict[str, Any]:
    """What the statements that are made once are asked with."""
    ahead = {name: machine_now + limits.rate(key).tolerance for key, name in _AHEAD.items()}
    return {"machine_now": machine_now, "database_time": database_time, **ahead}


def _budgets_of(destination: str, *, posted: bool) -> list[str]:
    return [UPDATE] if posted else [POST, channel_key(destination)]


def _stamp(intent: Intent, probes: str | None, until: datetime) -> Leased:
    # A lease that was never given back: its holder died, or never heard Slack's answer. With a message recorded it may
    # have died before it took a double back.
    unsure_since = intent.leased_until
    intent.lease, intent.leased_until = uuid.uuid4().hex, until
    intent.attempts += 1
    return Leased(
        id=intent.id,
        token=intent.lease,
        kind=intent.kind,
        subject=intent.subject,
        destination=intent.destination,
        channel=intent.channel,
        ts=intent.ts,
        attempts=intent.attempts,
        unsure_since=unsure_since,
        probes=probes,
    )


def _unleased(
    session: Session, machine_now: datetime, database_time: datetime, limits: Limits
) -> list[datetime]:
    paused = standing_pauses(session)
    rooms = room_at(session, limits)
    moments = []
    waiting = session.execute(_waiting(), {"machine_now": machine_now, "database_time": database_time})
    for destination, is_posted, not_before in waiting:
        probes = [paused[scope] for scope in (EVERYWHERE, destination) if scope in paused]
        keys = _budgets_of(destination, posted=is_posted)
        moments.append(max([not_before, *probes, *(rooms[key] for key in keys if key in rooms)]))
    return moments


@cache
def _waiting() -> Select[str, bool, datetime]:
    """By destination, and whether a message is there: when the earliest may go out as far as it is concerned."""
    posted = Intent.ts.is_not(None)
    earliest = func.min(func.coalesce(Intent.not_before, _moment("machine_now")), type_=UtcDateTime)
    waiting = select(Intent.destination, posted, earliest).where(is_head(), _is_free())
    return waiting.group_by(Intent.destination, posted)
