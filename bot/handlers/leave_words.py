"""`/followup away` as people type it: who, from when, until when, and who covers."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.businesstime import Calendar, next_opening
from bot.db.models import LeavePlan
from bot.errors import FollowupError
from bot.handlers.dates import within_calendars
from bot.handlers.when import Reader, UnclearDateError, understand
from bot.messages.mrkdwn import cut

_SAID = re.compile(
    r"(?:(?P<who>@\S+)\s+)?"
    r"(?:from\s+(?P<start>.+?)\s+(?=(?:until|till?|to)\b))?"
    r"(?:(?:until|till?|to)\s+)?(?P<until>.+?)"
    r"(?:\s+(?P<plan>cover(?:ed\s+by)?|transfer(?:\s+to)?|give\s+to)\s+(?P<cover>@?\S.*))?",
    re.IGNORECASE,
)
_HOURS = re.compile(r"(?:in )?\d+ ?[mh](?:ours?|in(?:ute)?s?)?")
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
    if plain in ("now", "today"):
        return now
    try:
        moment = understand(plain, Reader(now, calendar))
    except UnclearDateError:
        raise UnclearLeaveError(words) from None
    return moment if _HOURS.fullmatch(plain) else beginning_of(_local(moment, calendar), calendar)


def beginning_of(day: date, calendar: Calendar) -> datetime:
    """When work begins on that day or the next one that has any; UTC."""
    midnight = datetime.combine(within_calendars(day), time.min, ZoneInfo(calendar.zone))
    return next_opening(midnight.astimezone(UTC), calendar)


def _local(moment: datetime, calendar: Calendar) -> date:
    return moment.astimezone(ZoneInfo(calendar.zone)).date()
