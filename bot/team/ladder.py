"""Who hears when, as data: the claim clock's ladder and the contact clock's (D1, D4, D8)."""

from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from bot.team.fields import Entry

Minutes = Annotated[int, Field(strict=True, ge=1, le=7 * 24 * 60)]


def _ascending(minutes: tuple[int, ...]) -> tuple[int, ...]:
    if any(later <= earlier for earlier, later in pairwise(minutes)):
        raise ValueError(f"{list(minutes)} must grow: each nudge comes later than the one before.")
    return minutes


Nudges = Annotated[tuple[Minutes, ...], AfterValidator(_ascending)]


class LadderStep(NamedTuple):
    """A step of a ladder: `number` counts from 1 within its action."""

    after_minutes: int
    action: Literal["nudge", "managers", "repeat", "fallback", "nudge_owner"]
    number: int


class Ladder(Entry):
    """The claim clock, in minutes from its start (D1): nudges, managers, repeats, the fallback (D8)."""

    nudges: Nudges = (5, 10)
    hot_nudges: Nudges = (2, 4)
    managers: Minutes = Field(default=15, validate_default=True)
    repeat_every: Minutes = 15
    repeats: Annotated[int, Field(strict=True, ge=0, le=100)] = 8

    @field_validator("managers")
    @classmethod
    def _after_every_nudge(cls, managers: int, info: ValidationInfo) -> int:
        last = max([0, *info.data.get("nudges", ()), *info.data.get("hot_nudges", ())])
        if last >= managers:
            raise ValueError(f"{managers} must come after the last nudge, at {last}.")
        return managers

    def steps(self, hot: bool) -> tuple[LadderStep, ...]:
        """Every step in order; the fallback person owns the lead one interval after the last repeat."""
        nudges = self.hot_nudges if hot else self.nudges
        repeats = [self.managers + self.repeat_every * number for number in range(1, self.repeats + 2)]
        return (
            *(LadderStep(after, "nudge", number) for number, after in enumerate(nudges, 1)),
            LadderStep(self.managers, "managers", 1),
            *(LadderStep(after, "repeat", number) for number, after in enumerate(repeats[:-1], 1)),
            LadderStep(repeats[-1], "fallback", 1),
        )


class ContactTarget(Entry):
    """The contact clock, in minutes from the arrival (D1, D4): 5 for hot leads, 15 for the rest (R1)."""

    hot: Minutes = 5
    rest: Minutes = 15
    managers_after: Minutes = 10

    def steps(self, hot: bool) -> tuple[LadderStep, ...]:
        """The owner is nudged when the target is missed, the managers hear of it `managers_after` later."""
        target = self.hot if hot else self.rest
        return LadderStep(target, "nudge_owner", 1), LadderStep(target + self.managers_after, "managers", 1)
