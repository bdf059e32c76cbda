"""Slack's rate limits as rows that every worker shares (generic cell rate algorithm), in machine time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.db.models import Budget
from bot.db.sql import insert_into

POST = "chat.postMessage"
UPDATE = "chat.update"


@dataclass(frozen=True)
class Rate:
    """One call every `every`, and `burst` at once after a rest."""

    every: timedelta
    burst: int

    @property
    def tolerance(self) -> timedelta:
        """How far ahead of its steady pace a caller may be."""
        return (self.burst - 1) * self.every

    def room_at(self, next_at: datetime) -> datetime:
        """When a budget that stands at `next_at` has room for a call."""
        return next_at - self.tolerance

    def after_call(self, next_at: datetime, now: datetime) -> datetime:
        """Where the budget stands after a call now."""
        return max(next_at, now) + self.every


@dataclass(frozen=True)
class Limits:
    """What Slack allows: a message a second in a channel, so many a minute in all; tier 3 is 50 a minute."""

    messages_per_minute: int = 300
    channel: Rate = Rate(timedelta(seconds=1), burst=3)
    tier_3: Rate = Rate(timedelta(seconds=60 / 50), burst=10)

    def rate(self, key: str) -> Rate:
        if key == POST:
            return Rate(timedelta(seconds=60 / self.messages_per_minute), burst=20)
        return self.channel if key.startswith(channel_key("")) else self.tier_3


Charge = Callable[[str], datetime | None]
"""Takes one call of a Slack method from its budget; returns when there will be room if there is none now."""


def channel_key(destination: str) -> str:
    """The budget of posting to one channel or person."""
    return f"channel:{destination}"


def lock_budgets(session: Session, keys: Iterable[str], now: datetime) -> list[Budget]:
    """These budgets' rows, made if need be and locked, in an order that all callers share."""
    wanted = sorted(keys)
    rows = select(Budget).where(Budget.key.in_(wanted)).order_by(Budget.key).with_for_update()
    found = session.scalars(rows).all()
    if len(found) == len(wanted):
        return list(found)
    for key in wanted:
        session.execute(insert_into(session, Budget).values(key=key, next_at=now).on_conflict_do_nothing())
    return list(session.scalars(rows))


def take(session: Session, keys: Iterable[str], limits: Limits, now: datetime) -> datetime | None:
    """Take one call from all of these budgets, or from none: then returns when there will be room in all."""
    budgets = lock_budgets(session, keys, now)
    ready = max(limits.rate(budget.key).room_at(budget.next_at) for budget in budgets)
    if ready > now:
        return ready
    for budget in budgets:
        budget.next_at = limits.rate(budget.key).after_call(budget.next_at, now)
    session.flush()
    return None


def room_at(session: Session, limits: Limits) -> dict[str, datetime]:
    """When each budget has room again; a budget that is missing always has."""
    budgets = session.scalars(select(Budget))
    return {budget.key: limits.rate(budget.key).room_at(budget.next_at) for budget in budgets}


def hold(session: Session, key: str, limits: Limits, until: datetime, now: datetime) -> None:
    """Slack asked for a pause: nobody gets room in this budget before `until`."""
    (budget,) = lock_budgets(session, [key], now)
    budget.next_at = max(budget.next_at, until + limits.rate(key).tolerance)


def charger(database: Database, limits: Limits, machine_now: Clock) -> Charge:
    """A charge that takes from the shared rows, each call in a transaction of its own."""

    def charge(method: str) -> datetime | None:
        with database.write() as session:
            return take(session, [method], limits, machine_now())

    return charge
