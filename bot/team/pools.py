"""A pool: the reps who share a channel's leads, and everything they agreed on."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from bot.businesstime import Calendar, Region, holiday_regions
from bot.team.fields import Channel, Entry, Known, People, PlanKey, Zone, known, rep_key
from bot.team.hours import Closure, HolidaysEntry, Hours, week_of
from bot.team.ladder import ContactTarget, Ladder

EMPTY_HOURS = "is given but empty: write when the pool is open, or leave it out (always on)."


def _in_order(closures: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(sorted(set(closures)))


class Pool(Entry):
    """A pool of reps. People are keys of `reps`; the fallback is the first manager unless named (D8)."""

    channel: Channel
    members: People
    managers: People
    fallback: str = Field(default="", validate_default=True)
    hours: Hours | None = None
    zone: Zone | None = None
    holidays: HolidaysEntry | None = None
    closures: Annotated[tuple[Closure, ...], AfterValidator(_in_order)] = ()
    ladder: Ladder = Field(default_factory=Ladder)
    contact_target: ContactTarget = Field(default_factory=ContactTarget)
    plan: PlanKey | None = None
    """For all its fresh leads, whatever their tier; left out, the team's table chooses (D2)."""

    _key: str = PrivateAttr("")
    _calendar: Calendar = PrivateAttr()

    @property
    def key(self) -> str:
        """The name the document gives it."""
        return self._key

    @property
    def calendar(self) -> Calendar:
        """When its clocks run (D3): the pool's own settings over the team's; without hours always on."""
        return self._calendar

    @field_validator("fallback")
    @classmethod
    def _first_manager(cls, written: str, info: ValidationInfo) -> str:
        if written:
            return rep_key(written, info)
        return next(iter(info.data.get("managers", ())), "")

    @field_validator("hours", mode="before")
    @classmethod
    def _hours_not_empty(cls, written: Any) -> Any:
        if not written or (
            isinstance(written, dict) and all(day in ([], "closed") for day in written.values())
        ):
            raise ValueError(EMPTY_HOURS)
        return written

    @model_validator(mode="after")
    def _settle(self, info: ValidationInfo) -> Self:
        self._calendar = _calendar(self, known(info))
        return self


def _calendar(pool: Pool, document: Known) -> Calendar:
    zone, closures = pool.zone or document.zone, frozenset(pool.closures)
    if pool.hours is None:
        region = pool.holidays.region(document.country) if pool.holidays else None
        return Calendar(zone, None, region, closures)
    return Calendar.weekly(zone, week_of(pool.hours), holidays=_region(pool, document), closures=closures)


def _region(pool: Pool, document: Known) -> Region | None:
    if pool.holidays:
        return pool.holidays.region(document.country)
    if document.country is None:
        return None
    if document.country not in holiday_regions():
        raise ValueError(f"no public holidays are known for {document.country}; write `holidays: none`.")
    return Region(document.country)
