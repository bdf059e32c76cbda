"""When a pool is open: zone, weekly hours, public holidays, extra closures."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.businesstime.publicholidays import Region, holiday_regions, public_holidays

MIDNIGHT = time.min
SAMPLE_YEAR = 2026


class Window(NamedTuple):
    """Open from `opens` until just before `closes`, local time. Closing at 00:00 is at the end of the day."""

    opens: time
    closes: time

    def __str__(self) -> str:
        closes = "24:00" if self.closes == MIDNIGHT else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}-{closes}"


class Span(NamedTuple):
    """An open stretch of time, in UTC, its end excluded."""

    start: datetime
    end: datetime


Week = tuple[tuple[Window, ...], ...]
ALL_DAY = Window(MIDNIGHT, MIDNIGHT)


def arrange(windows: Iterable[tuple[time, time]]) -> tuple[Window, ...]:
    """One day's windows in order. Raises ValueError when one ends before it starts or two overlap."""
    ordered = tuple(sorted(Window(*window) for window in windows))
    for window in ordered:
        if window.closes != MIDNIGHT and window.closes <= window.opens:
            raise ValueError(f"{window} ends before it starts; hours past midnight belong to the next day")
    for first, second in pairwise(ordered):
        if first.closes == MIDNIGHT or second.opens < first.closes:
            raise ValueError(f"{first} and {second} overlap")
    return ordered


@dataclass(frozen=True)
class Calendar:
    """A pool's opening times (D3). `hours` has seven days from Monday on; None is around the clock.

    Raises ValueError for an unknown zone or holiday region, impossible hours, a calendar that never opens.
    """

    zone: str
    hours: Week | None = None
    holidays: Region | None = None
    closures: frozenset[date] = frozenset()

    @classmethod
    def always_open(cls, zone: str) -> "Calendar":
        """Around the clock, every day."""
        return cls(zone)

    @classmethod
    def weekly(
        cls,
        zone: str,
        hours: Mapping[int, Iterable[tuple[time, time]]],
        *,
        holidays: Region | None = None,
        closures: Iterable[date] = (),
    ) -> "Calendar":
        """A calendar from the days that open, 0 being Monday: `{0: [(time(9), time(17))]}`."""
        if not set(hours) <= set(range(7)):
            raise ValueError("A weekday is a number from 0, Monday, to 6, Sunday.")
        week = tuple(tuple(Window(*window) for window in hours.get(day, ())) for day in range(7))
        return cls(zone, week, holidays, frozenset(closures))

    def __post_init__(self) -> None:
        if self.hours is not None:
            object.__setattr__(self, "hours", _checked_week(self.hours))
        _check_zone(self.zone)
        _check_region(self.holidays)
        # Holidays differ little from year to year: one sample year and those with closures stand for all.
        for year in {SAMPLE_YEAR, *(day.year for day in self.closures)}:
            if not any(self.opens_on(date(year, 1, 1) + timedelta(day)) for day in range(365)):
                raise ValueError(f"these hours, holidays and closures leave no day open in {year}")

    @property
    def never_closes(self) -> bool:
        """Around the clock with no day off."""
        return self.hours is None and self.holidays is None and not self.closures

    def opens_on(self, day: date) -> bool:
        """Whether this local day has any opening hours."""
        return bool(self.windows_on(day))

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The opening hours of this local day; none on holidays and closures."""
        if day in self.closures or (self.holidays and day in public_holidays(self.holidays, day.year)):
            return ()
        return (ALL_DAY,) if self.hours is None else self.hours[day.weekday()]


def _checked_week(hours: Week) -> Week:
    if len(hours) != 7:
        raise ValueError("hours list all seven days, from Monday on")
    if not any(hours):
        raise ValueError("hours given but empty")
    return tuple(arrange(day) for day in hours)


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (OSError, LookupError, ValueError) as unknown:
        raise ValueError(f"there is no time zone {zone!r}") from unknown


def _check_region(region: Region | None) -> None:
    if region is None:
        return
    if region.country not in holiday_regions():
        raise ValueError(f"no public holidays are known for {region.country!r}")
    if region.subdivision is not None and region.subdivision not in holiday_regions()[region.country]:
        raise ValueError(f"{region.country} has no subdivision {region.subdivision!r}")


@lru_cache(maxsize=16384)
def open_spans(day: date, calendar: Calendar) -> tuple[Span, ...]:
    """The open stretches of one local day, in order."""
    zone = ZoneInfo(calendar.zone)
    spans = (
        Span(first_instant(day, opens, zone), _closing_instant(day, closes, zone))
        for opens, closes in calendar.windows_on(day)
    )
    # A window that lies wholly in the hour skipped in spring has no time in it.
    return tuple(span for span in spans if span.start < span.end)


def _closing_instant(day: date, closes: time, zone: ZoneInfo) -> datetime:
    if closes == MIDNIGHT:
        return first_instant(day + timedelta(days=1), MIDNIGHT, zone)
    return first_instant(day, closes, zone)


def first_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When the local clock first reads `at` or later on `day`, in UTC.

    A time that comes twice in autumn is its first coming; one skipped in spring is the moment of the jump.
    """
    local = datetime.combine(day, at.replace(fold=0), zone)
    instant = local.astimezone(UTC)
    wall = local.replace(tzinfo=None)
    if _wall(instant, zone) == wall:
        return instant
    before = local.replace(fold=1).astimezone(UTC)
    seconds = range(int((instant - before).total_seconds()))
    jump = bisect_left(
        seconds, True, key=lambda after: _wall(before + timedelta(seconds=after), zone) >= wall
    )
    return (before + timedelta(seconds=jump)).replace(microsecond=0)


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
