"""Slack's date tokens, and how far away a moment is, in words."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_TOKEN = re.compile(r"\{(\w+)\}")
_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def formatted(stamp: float, tokens: str, now: datetime, zone: ZoneInfo) -> str:
    """The token string (`{date_short_pretty} at {time}`, `{ago}` ...) filled in, as of now, in that zone."""
    moment = datetime.fromtimestamp(stamp, UTC).astimezone(zone)

    def fill(match: re.Match[str]) -> str:
        word = _token(match[1], moment, now.astimezone(zone))
        return word.capitalize() if match.start() == 0 and word in _NEAR.values() else word

    return _TOKEN.sub(fill, tokens)


def ago(moment: datetime, now: datetime) -> str:
    """Such as "3 minutes ago", "in 2 hours" or "just now"."""
    seconds = (now - moment).total_seconds()
    for size, unit in _UNITS:
        count = int(abs(seconds) // size)
        if count:
            words = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


def clock(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12}:{moment:%M %p}"


def _token(name: str, moment: datetime, now: datetime) -> str:
    pretty = name.endswith("_pretty")
    near = _NEAR.get((moment.date() - now.date()) // timedelta(days=1)) if pretty else None
    day, year = moment.day, moment.year
    words = {
        "date_num": f"{moment:%Y-%m-%d}",
        "date_slash": f"{moment:%m/%d/%Y}",
        "date": f"{moment:%B} {_ordinal(day)}, {year}",
        "date_short": f"{moment:%b} {day}, {year}",
        "date_long": f"{moment:%A}, {moment:%B} {_ordinal(day)}, {year}",
        "date_long_full": f"{moment:%B} {day}, {year}",
        "day_divider": f"{moment:%A}, {moment:%B} {_ordinal(day)}",
        "time": clock(moment),
        "time_secs": f"{moment.hour % 12 or 12}:{moment:%M:%S %p}",
        "ago": ago(moment, now),
    }
    return near or words.get(name.removesuffix("_pretty"), f"{{{name}}}")


def _ordinal(day: int) -> str:
    suffix = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"
