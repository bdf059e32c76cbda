"""The people of the team document, and when each of them works."""

import re
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, PrivateAttr, ValidationInfo, model_validator

from bot.businesstime import Calendar, Region
from bot.team.fields import Link, RepEmail, SlackUser, Text, known, rep_key
from bot.team.hours import week_of
from bot.team.members import Caps
from bot.team.openings import Openings, region_of
from bot.team.pools import Pool


class RepEntry(Openings):
    """A person, by e-mail address or Slack id; a bare address or id will do.

    Hours, zone, holidays and closures of their own are when they work; left out, they keep their pool's.
    """

    empty_hours: ClassVar[str] = (
        "is given but empty: write when they work, or leave it out (the pool's hours)."
    )

    email: RepEmail | None = None
    slack: SlackUser | None = None
    full_name: Text | None = Field(default=None, alias="name")
    booking_link: Link | None = None
    caps: Caps = Caps()
    """Counting the leads of all pools together."""
    assistant: Annotated[str, AfterValidator(rep_key)] | None = None
    """Who works their silent threads with them (R52)."""

    _key: str = PrivateAttr("")
    _region: Region | None = PrivateAttr(None)

    @property
    def key(self) -> str:
        """The name the document gives the person."""
        return self._key

    @property
    def name(self) -> str:
        """The name people read: the one given, else made of the key (`ana.ruiz` is Ana Ruiz)."""
        return self.full_name or re.sub(r"[._-]+", " ", self._key).strip().title()

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, written: Any) -> Any:
        if not isinstance(written, str):
            return written
        return {"email" if "@" in written else "slack": written}

    @model_validator(mode="after")
    def _findable_in_slack(self) -> Self:
        if self.email is None and self.slack is None:
            raise ValueError("needs an `email` or a `slack` id, so that the person can be found in Slack.")
        return self

    @model_validator(mode="after")
    def _works_some_time(self, info: ValidationInfo) -> Self:
        if self.hours or self.holidays:
            self._region = region_of(self, known(info))
        if self.hours:
            zone = self.zone or known(info).zone
            Calendar.weekly(zone, week_of(self.hours), holidays=self._region, closures=self.closures)
        return self

    def calendar(self, pool: Pool) -> Calendar:
        """When this person works for the pool: the pool's calendar, with what they have of their own."""
        if not (self.hours or self.zone or self.holidays or self.closures):
            return pool.calendar
        theirs = pool.calendar
        week = theirs.hours
        if self.hours:
            days = week_of(self.hours)
            week = tuple(tuple(days.get(day, ())) for day in range(7))
        own_region = self.holidays is not None or (self.hours is not None and theirs.hours is None)
        return Calendar(
            self.zone or theirs.zone,
            week,
            self._region if own_region else theirs.holidays,
            theirs.closures | set(self.closures),
        )
