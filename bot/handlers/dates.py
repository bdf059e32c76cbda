"""The moments that people mean by a day, a span or a choice of snooze."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.businesstime import Calendar, next_opening
from bot.db.models import Outcome
from bot.handlers.forms import UnreadableFormError
from bot.messages.modals import SNOOZES

MORNING = time(9)
FIRST_DAY, LAST_DAY = date(1971, 1, 1), date(2100, 1, 1)
"""Calendars end somewhere. Days beyond these are refused as passed, or as too far away, and so are these."""
DATED = frozenset({Outcome.BOOKED, Outcome.NOT_NOW, Outcome.SNOOZE})
"""The outcomes that have a date: of the call, to come back, to be asked again."""


def morning_of(day: date, calendar: Calendar) -> datetime:
    """Nine o'clock of that day where the pool is, or when it opens next after that; UTC."""
    return next_opening(datetime.combine(within_calendars(day), MORNING, ZoneInfo(calendar.zone)), calendar)


def within_calendars(day: date) -> date:
    """The day, kept between the first and the last."""
    return min(max(day, FIRST_DAY), LAST_DAY)


def day_entered(value: str) -> date:
    """The day chosen in a form. Raises UnreadableFormError."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UnreadableFormError from None


def moment_entered(value: str) -> datetime:
    """The instant chosen in a form, a Unix timestamp, kept between the first and the last day; UTC.

    Raises UnreadableFormError.
    """
    if not re.fullmatch(r"-?[0-9]{1,30}", value):
        raise UnreadableFormError
    first, last = (datetime.combine(day, time.min, UTC) for day in (FIRST_DAY, LAST_DAY))
    return datetime.fromtimestamp(min(max(int(value), first.timestamp()), last.timestamp()), UTC)


def snoozed_until(choice: str, now: datetime, calendar: Calendar) -> datetime:
    """Minutes from now, or with "tomorrow" the pool's next morning. Raises UnreadableFormError."""
    if choice not in SNOOZES:
        raise UnreadableFormError
    if choice != "tomorrow":
        return now + timedelta(minutes=int(choice))
    return morning_of(now.astimezone(ZoneInfo(calendar.zone)).date() + timedelta(days=1), calendar)
