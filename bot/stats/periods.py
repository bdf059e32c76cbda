"""The periods that people ask figures for."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import FollowupError

_DAYS = {"7d": 7, "30d": 30}


@dataclass(frozen=True)
class Period:
    """From `since` until just before `until`, and how to say it in a sentence."""

    label: str
    since: datetime
    until: datetime


class UnknownPeriodError(FollowupError):
    """The word names no period."""

    def __init__(self, word: str) -> None:
        super().__init__(f"I don't know the period “{word}”. Choose today, 7d or 30d.")


def period(word: str, now: datetime, zone: str) -> Period:
    """The period that `word` means to somebody in `zone`, up to and including `now`.

    `today` begins at the last local midnight, `7d` and `30d` that many days ago, with the hour that it was then.
    Raises UnknownPeriodError.
    """
    known = word.strip().lower()
    local = now.astimezone(ZoneInfo(zone))
    if known == "today":
        label, since = "today", datetime.combine(local.date(), time.min, local.tzinfo)
    elif known in _DAYS:
        label, since = f"the last {_DAYS[known]} days", _hour(local - timedelta(days=_DAYS[known]))
    else:
        raise UnknownPeriodError(word.strip())
    # What happened at this very instant belongs to it.
    return Period(label, since.astimezone(UTC), now.astimezone(UTC) + datetime.resolution)


def _hour(local: datetime) -> datetime:
    """Where the hour began: figures are kept by the hour."""
    return local.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
