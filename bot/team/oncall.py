"""Who takes what comes in while nobody works: one rep at a time, in turn (D3)."""

import re
from datetime import date, datetime, time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from bot.team.fields import Entry, People
from bot.team.hours import DAYS, Closure

_HANDOVER = re.compile(r"(?:(mon|tue|wed|thu|fri|sat|sun) )?([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
SOME_MONDAY = date(2024, 1, 1)


def _handover(written: str) -> str:
    if not _HANDOVER.fullmatch(written):
        raise ValueError(f'{written!r} is no handover; write it like "mon 09:00", or "09:00" for every day.')
    return written


Handover = Annotated[str, AfterValidator(_handover)]


class OnCall(Entry):
    """A rotation: each of `reps` in turn for a `period`, from one `handover` to the next.

    The first of the list begins in the period of `starts`.
    """

    reps: People
    period: Literal["day", "week"] = "week"
    handover: Handover = Field(default="")
    starts: Closure = SOME_MONDAY

    @model_validator(mode="after")
    def _fits_the_period(self) -> Self:
        day = self._parts[0]
        if self.period == "day" and day is not None:
            raise ValueError('`handover` names a weekday, but the period is a day: write only "09:00".')
        if self.period == "week" and day is None:
            raise ValueError('`handover` needs a weekday for a period of a week, like "mon 09:00".')
        return self

    def order(self, at: datetime, zone: str) -> tuple[str, ...]:
        """Everybody in the order in which they stand in at `at`: whoever is on call first, in the pool's zone."""
        turn = (self._period(at.astimezone(ZoneInfo(zone))) - self._first) % len(self.reps)
        return self.reps[turn:] + self.reps[:turn]

    @property
    def _parts(self) -> tuple[int | None, time]:
        written = self.handover or ("mon 09:00" if self.period == "week" else "09:00")
        found = _HANDOVER.fullmatch(written)
        assert found is not None
        day, hour, minute = found.groups()
        return DAYS.index(day) if day else None, time(int(hour), int(minute))

    @property
    def _first(self) -> int:
        return self._number(self.starts)

    def _period(self, local: datetime) -> int:
        """The number of the period that runs at this local time."""
        today = local.date().toordinal()
        return self._number(date.fromordinal(today if local.time() >= self._parts[1] else today - 1))

    def _number(self, day: date) -> int:
        """The number of the period whose handover was on this day or last before it."""
        weekday = self._parts[0]
        return day.toordinal() if weekday is None else (day.toordinal() - 1 - weekday) // 7
