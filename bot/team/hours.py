"""Opening hours and holidays as people write them: `{mon-fri: "09:00-17:00", sat: ["10:00-12:00"]}`."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from bot.businesstime import Region, Window, arrange, holiday_regions
from bot.team.fields import Entry, did_you_mean, known, listed

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = re.compile(r"(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d\d)", re.ASCII)
NONE = "none"


def days_of(range_: str) -> tuple[int, ...]:
    """The weekdays a key such as `mon-fri`, `sat` or `fri-mon` means, 0 being Monday. Raises ValueError."""
    first, dash, last = range_.strip().lower().partition("-")
    last = last if dash else first
    if first not in DAYS or last not in DAYS:
        raise ValueError(f"{range_!r} is no day; there is {listed(DAYS)}, and ranges like mon-fri.")
    start, end = DAYS.index(first), DAYS.index(last)
    return tuple(day % 7 for day in range(start, end + 1 if end >= start else end + 8))


def _day_range(range_: str) -> str:
    days_of(range_)
    return range_


def _window(written: Any) -> Window:
    match = HOURS.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise ValueError(f'{written!r} are no hours; write them like "09:00-17:00".')
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    try:
        closes = time.min if (to_hour, to_minute) == (24, 0) else time(to_hour, to_minute)
        return Window(time(from_hour, from_minute), closes)
    except ValueError as error:
        raise ValueError(f"{written!r} are no hours: a day runs from 00:00 to 24:00.") from error


def _time_of_day(written: Any) -> time:
    match = _TIME.fullmatch(str(written))
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f'{written!r} is no time of day; write it like "15:00".')
    return time(int(match[1]), int(match[2]))


def _as_list(written: object) -> object:
    if written is None:
        raise ValueError('is empty: write hours like "09:00-17:00", or closed.')
    if written == "closed":
        return []
    return [written] if isinstance(written, str) else written


def _no_day_twice(hours: dict[str, tuple[Window, ...]]) -> dict[str, tuple[Window, ...]]:
    days = [day for range_ in hours for day in days_of(range_)]
    if repeated := [name for day, name in enumerate(DAYS) if days.count(day) > 1]:
        raise ValueError(f"{repeated[0]} stands here more than once; give each day one line.")
    return hours


TimeOfDay = Annotated[
    time, PlainValidator(_time_of_day), PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)
]
WindowText = Annotated[Window, PlainValidator(_window), PlainSerializer(str)]
DayWindows = Annotated[tuple[WindowText, ...], BeforeValidator(_as_list), AfterValidator(arrange)]
DayRange = Annotated[str, AfterValidator(_day_range)]
Hours = Annotated[dict[DayRange, DayWindows], AfterValidator(_no_day_twice)]


def week_of(hours: Mapping[str, tuple[Window, ...]]) -> dict[int, tuple[Window, ...]]:
    """The windows of each weekday, 0 being Monday."""
    return dict(_by_weekday(hours))


def _by_weekday(hours: Mapping[str, tuple[Window, ...]]) -> Iterator[tuple[int, tuple[Window, ...]]]:
    for range_, windows in hours.items():
        for day in days_of(range_):
            yield day, windows


def _closure(written: Any) -> date:
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{written!r} is no date; write it like 2026-12-24.") from error


Closure = Annotated[date, PlainValidator(_closure)]


class HolidaysEntry(Entry):
    """Whose public holidays the pool keeps; `none` keeps none."""

    country: str | None = None
    subdivision: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, written: object) -> object:
        return {"country": written} if isinstance(written, str) else written

    @field_validator("country")
    @classmethod
    def _known_country(cls, country: str | None) -> str | None:
        if country not in (None, NONE) and country not in holiday_regions():
            raise ValueError(f"no public holidays are known for {country!r}; write a code like US, or none.")
        return country

    @field_validator("subdivision")
    @classmethod
    def _known_subdivision(cls, subdivision: str | None, info: ValidationInfo) -> str | None:
        if subdivision is None or "country" not in info.data:
            return subdivision
        country = info.data["country"] or known(info).country or NONE
        if country == NONE:
            raise ValueError(f"needs a country beside {subdivision!r}.")
        parts = holiday_regions().get(country, ())
        if subdivision not in parts:
            hint = did_you_mean(subdivision, parts)
            raise ValueError(f"{country} has no holidays of its own for {subdivision!r}.{hint}")
        return subdivision

    def region(self, default_country: str | None) -> Region | None:
        """The region to observe, if any."""
        country = self.country or default_country
        return None if country is None or country == NONE else Region(country, self.subdivision)

    @model_serializer
    def _as_written(self) -> str | dict[str, str]:
        if self.country == NONE:
            return NONE
        return {
            name: value
            for name, value in (("country", self.country), ("subdivision", self.subdivision))
            if value
        }
