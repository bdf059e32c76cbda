"""Dates as people write them: "tmrw 9am", "eod", "mon 10:30", "in two weeks", "12/03", "end of next month"."""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bot.businesstime import Calendar, is_open, next_opening
from bot.businesstime.calendar import first_instant
from bot.errors import FollowupError
from bot.handlers.dates import FIRST_DAY, LAST_DAY, morning_of
from bot.messages.mrkdwn import cut, spelled

EXAMPLES = "tomorrow 3pm, mon 10:30, in 2h, eod, 3 dec, in two weeks, end of month"
MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "FM", "MH", "PW", "CA", "CN", "JP", "KR", "TW", "HU", "LT"})
"""Where 12/03 is the third of December; elsewhere it is the twelfth of March."""
MOST_WORDS = 7
_END_OF_DAY = time(17)

_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("one a an", "two couple", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
    for word in words.split()
}
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_SPAN = re.compile(
    rf"(?:in )?(?P<count>\d{{1,4}}|(?:a )?couple(?: of)?|{'|'.join(_NUMBERS)}|half an?) ?"
    r"(?P<unit>minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w|fortnights?|months?|mo|quarters?|years?)"
    r"(?: from now)?"
)
_UNITS: dict[str, relativedelta] = {
    "minute": relativedelta(minutes=1), "min": relativedelta(minutes=1), "m": relativedelta(minutes=1),
    "hour": relativedelta(hours=1), "hr": relativedelta(hours=1), "h": relativedelta(hours=1),
    "day": relativedelta(days=1), "d": relativedelta(days=1),
    "week": relativedelta(weeks=1), "wk": relativedelta(weeks=1), "w": relativedelta(weeks=1),
    "fortnight": relativedelta(weeks=2), "month": relativedelta(months=1), "mo": relativedelta(months=1),
    "quarter": relativedelta(months=3), "year": relativedelta(years=1),
}  # fmt: skip
_CLOCK = re.compile(
    r"(?<![\d/.-])(?:at |@ ?)?(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))? ?(?P<half>am|pm|a\.m\.|p\.m\.|o'?clock)\b\.?"
    r"|(?<![\d/.-])(?:at |@ ?)?(?P<hour24>\d{1,2}):(?P<minute24>\d{2})(?![\d/.-])"
    r"|(?:at |@ ?)(?P<bare>\d{1,2})(?![\d/.:-])"
    r"|(?:at |in the |this )?(?P<named>morning|noon|midday|afternoon|evening)\b"
)
_NAMED = {
    "morning": time(9),
    "noon": time(12),
    "midday": time(12),
    "afternoon": time(14),
    "evening": time(17),
}
_NUMERIC = re.compile(
    r"(?:on )?(?:(?P<iso>\d{4}-\d{2}-\d{2})|(?P<first>\d{1,2})(?P<sign>[/.])(?P<second>\d{1,2})"
    r"(?:(?P=sign)(?P<year>\d{4}|\d{2}))?\.?)"
)
_NAMED_DAY = re.compile(
    rf"(?:on |the |this |next |coming )*(?:{_WEEKDAY}|(?:{_WEEKDAY} )?(?:the )?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?{_MONTH}\.?|{_MONTH}\.? (?:the )?\d{{1,2}}(?:st|nd|rd|th)?)"
    r"(?: \d{4})?)"
)
_DAYS_ON = {"today": 0, "tomorrow": 1, "day after tomorrow": 2, "the day after tomorrow": 2}
_BEGINS = re.compile(
    rf"(?:in (?:\d|{'|'.join(_NUMBERS)}\b|half )|next\b|\d|today\b|tonight\b|tomorrow\b|tm(?:r|w|rw)\b|eo[dwm]\b"
    rf"|end of\b|cob\b|{_WEEKDAY}\b|{_MONTH} \d)",
    re.IGNORECASE,
)
_PLAINER = (
    (r"\b(?:tomm?orr?ow|tmrw|tmr|tmw|tmo)\b", "tomorrow"),
    (r"\b(?:eod|cob|close of business|end of (?:the )?(?:business )?day)\b", "eod"),
    (r"\b(?:eow|end of (?:the |this )?week)\b", "eow"),
    (r"\b(?:eom|month end|end of (?:the |this )?month)\b", "eom"),
    (r"\bend of next month\b", "eonm"),
    (r"\btonight\b", "today 17:00"),
    (r"[,;]", " "),
)


class UnclearDateError(FollowupError):
    """Words in which no date can be read."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"I can't read a date in “{cut(words, 100)}”. I understand, for example: {EXAMPLES}. Nothing was changed."
        )


@dataclass(frozen=True)
class Reader:
    """Who reads a date: the clock on their wall, when they work, and which way they write 12/03."""

    now: datetime
    calendar: Calendar
    country: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.calendar.zone)

    @property
    def local(self) -> datetime:
        """What their clock shows, without its zone."""
        return self.now.astimezone(self.zone).replace(tzinfo=None)

    def at(self, day: date, clock: time | None) -> datetime:
        """The instant their clock shows this; without a time, the morning of that day or the next opening."""
        day = min(max(day, FIRST_DAY), LAST_DAY)
        return morning_of(day, self.calendar) if clock is None else first_instant(day, clock, self.zone)


def understand(words: str, reader: Reader) -> datetime:
    """The instant these words mean, UTC. Raises UnclearDateError. It may have passed: rules judge that."""
    plain = _plain(words)
    for read in (_nothing_else, _span, _dated):
        if plain and (found := read(plain, reader)) is not None:
            return found
    raise UnclearDateError(words)


def leading_moment(words: str, reader: Reader) -> tuple[datetime | None, str]:
    """The date that these words begin with, and the words after it; None when they begin with none.

    Raises UnclearDateError when they begin as a date does and are none: "next fortnight-ish".
    """
    parts = words.split()
    for count in range(min(MOST_WORDS, len(parts)), 0, -1):
        try:
            found = understand(" ".join(parts[:count]), reader)
        except UnclearDateError:
            continue
        return found, " ".join(parts[count:]).lstrip(":,;–- ")
    if _BEGINS.match(words):
        raise UnclearDateError(words)
    return None, words


def trailing_moment(words: str, reader: Reader) -> tuple[str, datetime]:
    """What stands before the date that these words end with, without its "by", and that date.

    Raises UnclearDateError when they end with none.
    """
    parts = words.split()
    for start in range(max(0, len(parts) - MOST_WORDS), len(parts)):
        try:
            found = understand(" ".join(parts[start:]).removeprefix("by ").removeprefix("until "), reader)
        except UnclearDateError:
            continue
        return re.sub(r"\b(?:by|until|on|at|before)$", "", " ".join(parts[:start])).strip(" ,:;-"), found
    raise UnclearDateError(words)


def said_back(at: datetime, zone: ZoneInfo) -> str:
    """A moment as it was understood, with the year where it is not obvious: "Mon 23 Nov 2026, 09:00"."""
    return spelled(at, zone).replace(",", f" {at.astimezone(zone).year},")


def _plain(words: str) -> str:
    plain = " ".join(words.lower().strip(" .!:,").split())
    for pattern, instead in _PLAINER:
        plain = re.sub(pattern, instead, plain)
    return " ".join(plain.split()).removeprefix("by ").removeprefix("until ")


def _span(plain: str, reader: Reader) -> datetime | None:
    found = _SPAN.fullmatch(plain)
    if found is None:
        return None
    count, unit = found["count"], found["unit"]
    step = _UNITS[unit if unit in _UNITS else unit.removesuffix("s")]
    if count.startswith("half"):
        return reader.now + timedelta(minutes=30) if step.hours else None
    if step.hours or step.minutes:
        return reader.now + timedelta(hours=step.hours, minutes=step.minutes) * _number(count)
    # Days, weeks and months keep the time of day, whatever the clocks do meanwhile.
    try:
        local = reader.local + step * _number(count)
    except (OverflowError, ValueError):
        return reader.at(LAST_DAY, time.min)
    return reader.at(local.date(), local.time())


def _number(words: str) -> int:
    last = words.removesuffix(" of").rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else _NUMBERS[last]


def _nothing_else(plain: str, reader: Reader) -> datetime | None:
    said = _SAID.get(plain)
    return said(reader) if said else None


def _end_of_day(reader: Reader, day: date) -> datetime:
    """When the pool closes that day, else five o'clock."""
    windows = reader.calendar.windows_on(day)
    closes = windows[-1].closes if windows and reader.calendar.hours else time.min
    return reader.at(day, _END_OF_DAY if closes == time.min else closes)


def _end_of_today(reader: Reader) -> datetime:
    """Today's closing; after it, or on a day off, that of the next day the pool opens."""
    today = reader.local.date()
    end = _end_of_day(reader, today)
    if end > reader.now and (
        is_open(reader.now, reader.calendar) or next_opening(reader.now, reader.calendar) < end
    ):
        return end
    tomorrow = reader.at(today + timedelta(days=1), time.min)
    return _end_of_day(reader, next_opening(tomorrow, reader.calendar).astimezone(reader.zone).date())


def _end_of_week(reader: Reader) -> datetime:
    today = reader.local.date()
    return _end_of_day(reader, today + timedelta(days=(4 - today.weekday()) % 7))


def _end_of_month(months: int) -> Callable[[Reader], datetime]:
    return lambda reader: _end_of_day(reader, reader.local.date() + relativedelta(months=months, day=31))


def _monday(reader: Reader) -> datetime:
    today = reader.local.date()
    return reader.at(today + timedelta(days=7 - today.weekday()), None)


def _first_of(months: int) -> Callable[[Reader], datetime]:
    return lambda reader: reader.at(reader.local.date() + relativedelta(months=months, day=1), None)


def _next_quarter(reader: Reader) -> datetime:
    today = reader.local.date()
    return reader.at(today + relativedelta(months=3 - (today.month - 1) % 3, day=1), None)


_SAID: dict[str, Callable[[Reader], datetime]] = {
    **dict.fromkeys(("eod", "today"), _end_of_today),
    "eow": _end_of_week,
    "eom": _end_of_month(0),
    "eonm": _end_of_month(1),
    "next week": _monday,
    "next month": _first_of(1),
    "next quarter": _next_quarter,
    "next year": lambda reader: reader.at(date(reader.local.year + 1, 1, 1), None),
}


def _dated(plain: str, reader: Reader) -> datetime | None:
    """A day, a time, or both. The day is dateparser's to read; the time and the zone are ours."""
    found = _CLOCK.search(plain)
    clock = _clock(found) if found else None
    if found and clock is None:
        return None
    rest = " ".join((plain[: found.start()] + " " + plain[found.end() :]).split()) if found else plain
    if not rest:
        assert clock is not None
        today = reader.at(reader.local.date(), clock)
        return today if today > reader.now else reader.at(reader.local.date() + timedelta(days=1), clock)
    if rest == "next week":
        return reader.at(_monday(reader).astimezone(reader.zone).date(), clock)
    day = _day(rest, reader)
    return reader.at(day, clock) if day else None


def _clock(found: re.Match[str]) -> time | None:
    if found["named"]:
        return _NAMED[found["named"]]
    hour = int(found["hour"] or found["hour24"] or found["bare"])
    minute = int(found["minute"] or found["minute24"] or 0)
    half = (found["half"] or "").replace(".", "")
    if half in ("am", "pm"):
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 24
    elif (found["bare"] or half) and 1 <= hour <= 7:
        # "At 3" is said of the afternoon.
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(words: str, reader: Reader) -> date | None:
    if words in _DAYS_ON:
        return reader.local.date() + timedelta(days=_DAYS_ON[words])
    if found := _NUMERIC.fullmatch(words):
        return _numeric(found, reader)
    return _named_day(words, reader) if _NAMED_DAY.fullmatch(words) else None


def _numeric(found: re.Match[str], reader: Reader) -> date | None:
    """2026-12-03, 12/03 as it is written where the pool is, or 3.12., which is the same everywhere."""
    if found["iso"]:
        with contextlib.suppress(ValueError):
            return date.fromisoformat(found["iso"])
        return None
    first, second = int(found["first"]), int(found["second"])
    month_first = found["sign"] == "/" and reader.country in MONTH_FIRST
    month, day = (first, second) if month_first else (second, first)
    today = reader.local.date()
    years = [today.year, today.year + 1]
    if found["year"]:
        years = [int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)]
    for year in years:
        with contextlib.suppress(ValueError):
            if (named := date(year, month, day)) >= today or found["year"]:
                return named
    return None


def _named_day(words: str, reader: Reader) -> date | None:
    # Slow to load, and most runs of the bot never need it.
    import dateparser  # noqa: PLC0415

    parsed = dateparser.parse(
        re.sub(r"\b(?:on|the|this|next|coming|of)\b", " ", words),
        languages=["en"],
        settings={
            "RELATIVE_BASE": reader.local,
            "PREFER_DATES_FROM": "future",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    if parsed is None:
        return None
    number = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b", words)
    if number and int(number[1]) != parsed.day:
        # "32 May" is no day in May 2032.
        return None
    weekday = re.search(_WEEKDAY, words)
    # "Sunday 2 June" in a year in which that is a Tuesday: no telling which of the two is meant.
    return parsed.date() if weekday is None or f"{parsed:%a}".lower() == weekday[0][:3] else None
