"""`/followup away` as people type it: who, from when, until when, and who covers."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.businesstime import Calendar, next_opening
from bot.db.models import LeavePlan
from bot.errors import FollowupError
from bot.handlers.dates import typed_moment
from bot.messages.mrkdwn import cut

_SAID = re.compile(
    r"(?:(?P<who>@\S+)\s+)?"
    r"(?:from\s+(?P<start>.+?)\s+(?=(?:until|till?|to)\b))?"
    r"(?:(?:until|till?|to)\s+)?(?P<until>.+?)"
    r"(?:\s+(?P<plan>cover(?:ed\s+by)?|transfer(?:\s+to)?|give\s+to)\s+(?P<cover>@?\S.*))?",
    re.IGNORECASE,
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EXAMPLE = "“/followup away until 14 May cover @ben”"


class UnclearLeaveError(FollowupError):
    """The words say no day to be back."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"I can't tell from “{cut(words, 100)}” when the leave ends. Write for example {EXAMPLE}: a day like "
            "2026-05-14, 14 May, fri, tomorrow, 3d or 2w. “/followup away” alone opens a form. Nothing was changed."
        )


@dataclass(frozen=True)
class LeaveWords:
    """What was typed, taken apart: who is away (None: whoever types), and whom `cover` names."""

    who: str | None
    start: str | None
    until: str
    plan: LeavePlan
    cover: str | None


def leave_words(words: str) -> LeaveWords:
    """Raises UnclearLeaveError."""
    found = _SAID.fullmatch(words.strip())
    if found is None:
        raise UnclearLeaveError(words)
    plan = LeavePlan.WAIT
    if found["cover"]:
        plan = LeavePlan.COVER if found["plan"].lower().startswith("cover") else LeavePlan.TRANSFER
    return LeaveWords(found["who"], found["start"], found["until"], plan, found["cover"])


def leave_moment(words: str, now: datetime, calendar: Calendar) -> datetime:
    """The moment these words mean: of a day, when its work begins. Raises UnclearLeaveError."""
    plain = words.lower().strip(" .,")
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    if plain in ("now", "today"):
        return now
    day = _day(plain, today)
    if day is not None:
        return beginning_of(day, calendar)
    moment = typed_moment(plain, now, calendar)
    if moment is None:
        raise UnclearLeaveError(words)
    return moment if re.fullmatch(r"\d+[mh]", plain) else beginning_of(_local(moment, calendar), calendar)


def beginning_of(day: date, calendar: Calendar) -> datetime:
    """When work begins on that day or the next one that has any; UTC."""
    return next_opening(datetime.combine(day, time.min, ZoneInfo(calendar.zone)).astimezone(UTC), calendar)


def _local(moment: datetime, calendar: Calendar) -> date:
    return moment.astimezone(ZoneInfo(calendar.zone)).date()


def _day(plain: str, today: date) -> date | None:
    """The day of "fri", "next monday", "14 may" or "may 14": the first one after today."""
    if plain == "tomorrow":
        return today + timedelta(days=1)
    if found := re.fullmatch(r"(?:next |on )?(mon|tue|wed|thu|fri|sat|sun)[a-z]*", plain):
        return today + timedelta(days=(_DAYS.index(found[1]) - today.weekday() - 1) % 7 + 1)
    parts = re.fullmatch(
        r"(?:(?P<day>\d{1,2})\.? )?(?P<month>[a-z]{3})[a-z]*\.?(?: (?P<last>\d{1,2}))?", plain
    )
    if parts is None or parts["month"] not in _MONTHS or bool(parts["day"]) == bool(parts["last"]):
        return None
    for year in (today.year, today.year + 1):
        with suppress(ValueError):
            named = date(year, _MONTHS.index(parts["month"]) + 1, int(parts["day"] or parts["last"]))
            if named > today:
                return named
    return None
