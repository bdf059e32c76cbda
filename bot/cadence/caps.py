"""At most so many follow-ups a day on one platform from one sending account, owner and assistant together (R51)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select, tuple_
from sqlalchemy.orm import Session

from bot.cadence import tasks
from bot.cadence.due import next_business_morning, polite_opening
from bot.cadence.hours import owner_calendar, polite_calendars
from bot.cadence.next_action import rewrite_next_action
from bot.cadence.plans import touch_of
from bot.cadence.pools import pool_of
from bot.db.models import (
    Activity,
    ActivityKind,
    Channel,
    FollowUpDay,
    Lead,
    Rep,
    Task,
    TaskKind,
    TaskState,
    Tier,
)
from bot.db.sql import among, insert_into
from bot.outbox.enqueue import IntentKind, refresh
from bot.team.live import LiveTeam, live_team

CAPPED = (Channel.EMAIL, Channel.LINKEDIN, Channel.MESSAGE, Channel.SMS)
"""Calls are exempt."""


class Account(NamedTuple):
    """One platform of one owner: whoever sends for them sends from there."""

    owner_id: int
    channel: Channel


def fire_due_tasks(
    session: Session, now: datetime, limit: int = 1000, *, since: datetime | None = None
) -> int:
    """How many waiting tasks fell due, at `since` or later: each one's owner is told, or it waits for tomorrow."""
    return tasks.fire_due_tasks(session, now, limit, since=since, hold_back=hold_back)


def hold_back(session: Session, fired: Sequence[int], now: datetime) -> set[int]:
    """Those of the tasks just fired that are too many for today; they come back on the next business morning.

    The hottest and most recent leads go first. First responses and calls are exempt.
    """
    heat = case({Tier.HOT: 0, Tier.WARM: 1, Tier.COOL: 2}, value=Lead.tier)
    follow_ups = (
        select(Task.id, Task.owner_id, Task.channel)
        .join(Lead, Lead.id == Task.lead_id)
        .where(among(session, Task.id, fired), Task.kind == TaskKind.TOUCH, Task.channel.in_(CAPPED))
        .where(Lead.first_response_at.is_not(None))
        .order_by(heat, Lead.received_at.desc(), Task.id)
    )
    wanted: defaultdict[Account, list[int]] = defaultdict(list)
    for task_id, owner_id, channel in session.execute(follow_ups):
        assert channel is not None
        wanted[Account(owner_id, channel)].append(task_id)
    if not wanted:
        return set()
    live = live_team(session)
    room = _take_room(session, {account: len(ids) for account, ids in wanted.items()}, live, now)
    too_many = [task_id for account, ids in wanted.items() for task_id in ids[room[account] :]]
    return _postpone(session, too_many, live, now) if too_many else set()


def held_back(session: Session, owner: Rep, now: datetime) -> int:
    """How many of this rep's touches wait for another day because of the cap."""
    waiting = select(func.count(Task.id)).where(
        Task.owner_id == owner.id,
        Task.state == TaskState.WAITING,
        Task.held_from.is_not(None),
        Task.due_at > now,
    )
    return session.scalar(waiting) or 0


def sent_today(
    session: Session, owners: Sequence[Rep], live: LiveTeam, now: datetime
) -> Mapping[int, Mapping[Channel, int]]:
    """How many follow-ups each account has used up of the day's cap, by owner's id and platform."""
    today = now.astimezone(ZoneInfo(live.team.zone)).date()
    used: defaultdict[int, dict[Channel, int]] = defaultdict(dict)
    rows = select(FollowUpDay).where(
        FollowUpDay.owner_id.in_([owner.id for owner in owners]), FollowUpDay.day == today
    )
    for row in session.scalars(rows.order_by(FollowUpDay.channel)):
        used[row.owner_id][row.channel] = row.count
    return used


def _take_room(
    session: Session, wanted: Mapping[Account, int], live: LiveTeam, now: datetime
) -> dict[Account, int]:
    """How many of those wanted today still has room for, counted as sent."""
    today = now.astimezone(ZoneInfo(live.team.zone)).date()
    # In one order, so that two workers never wait for each other in a circle.
    accounts = sorted(wanted)
    new = [{**account._asdict(), "day": today, "count": 0} for account in accounts]
    session.execute(insert_into(session, FollowUpDay).values(new).on_conflict_do_nothing())
    theirs = select(FollowUpDay).where(
        FollowUpDay.day == today, tuple_(FollowUpDay.owner_id, FollowUpDay.channel).in_(accounts)
    )
    granted = {}
    for row in session.scalars(
        theirs.order_by(FollowUpDay.owner_id, FollowUpDay.channel).with_for_update(),
        execution_options={"populate_existing": True},
    ):
        account = Account(row.owner_id, row.channel)
        granted[account] = max(0, min(wanted[account], live.team.follow_ups_a_day - row.count))
        row.count += granted[account]
    session.flush()
    return granted


def _postpone(session: Session, task_ids: Sequence[int], live: LiveTeam, now: datetime) -> set[int]:
    """Move them on, where nobody works on their lead this very moment; the others go out today."""
    # Whoever logs something holds the lead and waits for the task: waiting for the lead here would be a circle.
    rows = session.execute(
        select(Task, Lead)
        .join(Lead, Lead.id == Task.lead_id)
        .where(Task.id.in_(task_ids))
        .with_for_update(of=Lead, skip_locked=True, key_share=True),
        execution_options={"populate_existing": True},
    ).all()
    for task, lead in rows:
        pool, owner = pool_of(session, lead, live), session.get(Rep, task.owner_id)
        morning = next_business_morning(now, pool.calendar)
        touch = touch_of(session, task)
        polite = (
            *owner_calendar(owner, pool, live),
            *polite_calendars(lead, touch, pool.calendar.zone, morning),
        )
        task.state, task.held_from = TaskState.WAITING, task.held_from or task.due_at
        task.due_at = polite_opening(morning, pool.calendar, polite)
        facts = {"channel": task.channel, "until": task.due_at.isoformat()}
        session.add(
            Activity(lead_id=lead.id, at=now, kind=ActivityKind.HELD_BACK, task_id=task.id, facts=facts)
        )
        rewrite_next_action(session, lead)
        refresh(session, IntentKind.LEAD_CARD, lead.id, now=now)
    session.flush()
    return {task.id for task, _ in rows}
