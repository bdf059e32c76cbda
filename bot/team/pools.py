"""A pool: the reps who share a channel's leads, and everything they agreed on."""

from typing import Literal, Self

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator, model_validator

from bot.businesstime import Calendar
from bot.team.fields import Channel, Known, People, PlanKey, known, listed, rep_key
from bot.team.hours import week_of
from bot.team.ladder import ContactTarget, Ladder, LadderStep
from bot.team.members import Caps, Members
from bot.team.oncall import OnCall
from bot.team.openings import Openings, region_of


class Pool(Openings):
    """A pool of reps. People are keys of `reps`; the fallback is the first manager unless named (D8)."""

    channel: Channel
    members: Members
    caps: Caps = Caps()
    """For each member, counting this pool's leads."""
    managers: People
    fallback: str = Field(default="", validate_default=True)
    on_call: OnCall | None = None
    presence: bool = False
    """Ask those who are active in Slack before those who are not."""
    ladder: Ladder = Field(default_factory=Ladder)
    contact_target: ContactTarget = Field(default_factory=ContactTarget)
    plan: PlanKey | None = None
    """For all its fresh leads, whatever their tier; left out, the team's table chooses (D2)."""

    owner_away: Literal["cover", "reoffer"] = "cover"
    """Who gets a lead that comes back while its owner is on leave: their cover, or whoever is next."""

    _key: str = PrivateAttr("")
    _calendar: Calendar = PrivateAttr()
    _step_hours: dict[bool, tuple[Calendar | None, ...]] = PrivateAttr(default_factory=dict)

    @property
    def key(self) -> str:
        """The name the document gives it."""
        return self._key

    @property
    def calendar(self) -> Calendar:
        """When its clocks run (D3): the pool's own settings over the team's; without hours always on."""
        return self._calendar

    def claim_steps(self, hot: bool) -> tuple[LadderStep, ...]:
        """The claim ladder's steps; their hours are read in the pool's zone and keep its days off."""
        steps, hours = self.ladder.steps(hot), self._step_hours[hot]
        limited = zip(steps, hours + (None,) * (len(steps) - len(hours)), strict=True)
        return tuple(step._replace(hours=when) for step, when in limited)

    @field_validator("fallback")
    @classmethod
    def _first_manager(cls, written: str, info: ValidationInfo) -> str:
        if written:
            return rep_key(written, info)
        return next(iter(info.data.get("managers", ())), "")

    @field_validator("on_call")
    @classmethod
    def _of_this_pool(cls, written: OnCall | None, info: ValidationInfo) -> OnCall | None:
        members = info.data.get("members", ())
        if written and members and (strangers := [rep for rep in written.reps if rep not in members]):
            raise ValueError(f"{listed(strangers)}: only members of the pool can be on call for it.")
        return written

    @model_validator(mode="after")
    def _settle(self, info: ValidationInfo) -> Self:
        self._calendar = _calendar(self, known(info))
        for hot in (False, True):
            entries = self.ladder.entries(hot)
            self._step_hours[hot] = tuple(
                Calendar.weekly(
                    self._calendar.zone,
                    week_of(entry.hours),
                    holidays=self._calendar.holidays,
                    closures=self._calendar.closures,
                )
                if entry.hours
                else None
                for entry in entries
            )
        return self


def _calendar(pool: Pool, document: Known) -> Calendar:
    zone, closures = pool.zone or document.zone, frozenset(pool.closures)
    if pool.hours is None:
        region = pool.holidays.region(document.country) if pool.holidays else None
        return Calendar(zone, None, region, closures)
    return Calendar.weekly(zone, week_of(pool.hours), holidays=region_of(pool, document), closures=closures)
