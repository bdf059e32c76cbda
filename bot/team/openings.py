"""When a pool is open or a rep works: hours, zone, holidays and closures as people write them."""

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, field_validator

from bot.businesstime import Region, holiday_regions
from bot.team.fields import Entry, Known, Zone
from bot.team.hours import Closure, HolidaysEntry, Hours


def _in_order(closures: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(sorted(set(closures)))


class Openings(Entry):
    """Opening times; whatever is left out comes from where this stands."""

    hours: Hours | None = None
    zone: Zone | None = None
    holidays: HolidaysEntry | None = None
    closures: Annotated[tuple[Closure, ...], AfterValidator(_in_order)] = ()

    empty_hours: ClassVar[str] = (
        "is given but empty: write when the pool is open, or leave it out (always on)."
    )

    @field_validator("hours", mode="before")
    @classmethod
    def _hours_not_empty(cls, written: Any) -> Any:
        if not written or (
            isinstance(written, dict) and all(day in ([], "closed") for day in written.values())
        ):
            raise ValueError(cls.empty_hours)
        return written


def region_of(openings: Openings, document: Known) -> Region | None:
    """Whose public holidays count where there are hours: those written here, else the country's.

    Raises ValueError for a country whose holidays are not known.
    """
    if openings.holidays:
        return openings.holidays.region(document.country)
    if document.country is None:
        return None
    if document.country not in holiday_regions():
        raise ValueError(f"no public holidays are known for {document.country}; write `holidays: none`.")
    return Region(document.country)
