"""Who hears when, as data: the claim clock's ladder and the contact clock's (D1, D4, D8)."""

import re
from collections import Counter
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from bot.businesstime import Calendar
from bot.team.fields import Entry, did_you_mean, known, listed
from bot.team.hours import Hours

Minutes = Annotated[int, Field(strict=True, ge=1, le=7 * 24 * 60)]
Action = Literal["nudge", "ask_next", "managers", "tell", "repeat", "fallback", "nudge_owner"]

ROLES = ("assignee", "next", "managers", "fallback", "on-call")
"""Whom a step may mean besides a person and a user group: those who are asked, the next in rotation, ..."""
_ACTIONS: dict[str, Action] = {"assignee": "nudge", "next": "ask_next", "managers": "managers"}
_GROUP = re.compile(r"S[A-Z0-9]{2,20}")


def _ascending(minutes: tuple[int, ...]) -> tuple[int, ...]:
    if any(later <= earlier for earlier, later in pairwise(minutes)):
        raise ValueError(f"{list(minutes)} must grow: each nudge comes later than the one before.")
    return minutes


Nudges = Annotated[tuple[Minutes, ...], AfterValidator(_ascending)]


def _target(value: str, info: ValidationInfo) -> str:
    reps = known(info).reps
    if value in ROLES or value in reps or is_group(value):
        return value
    raise ValueError(
        f"{value!r} is nobody to tell; name a rep, a role ({listed(ROLES)}), or a Slack user group by its id, "
        f"like S012ABCDEF.{did_you_mean(value, (*reps, *ROLES))}"
    )


def is_group(target: str) -> bool:
    """Whether a step's target is a Slack user group."""
    return _GROUP.fullmatch(target) is not None


class LadderStep(NamedTuple):
    """A step of a ladder: `number` counts from 1 within its action."""

    after_minutes: int
    action: Action
    number: int
    target: str = ""
    """Of the action "tell": a rep's key, a role, or a Slack user group."""
    hours: Calendar | None = None
    """When it may be done; it waits for these hours without holding up the steps behind it."""


class StepEntry(Entry):
    """A step as it is written: so many minutes after the clock started, somebody hears of the lead."""

    after: Minutes
    to: Annotated[str, AfterValidator(_target)]
    hours: Hours | None = None

    @field_validator("hours")
    @classmethod
    def _some_time(cls, hours: Hours | None) -> Hours | None:
        if hours is not None and not any(hours.values()):
            raise ValueError(
                "is given but empty: write when this step may be done, or leave it out (always)."
            )
        return hours


def _in_order(steps: tuple[StepEntry, ...]) -> tuple[StepEntry, ...]:
    if not steps:
        raise ValueError("is empty: write at least one step, or leave it out.")
    if any(later.after < earlier.after for earlier, later in pairwise(steps)):
        raise ValueError("must be in order: `after` never falls from one step to the next.")
    return steps


Steps = Annotated[tuple[StepEntry, ...], Field(max_length=50), AfterValidator(_in_order)]


class Ladder(Entry):
    """The claim clock, in minutes from its start (D1): steps, then repeats, then the fallback person (D8).

    The short form, nudges and managers, means the steps that do just that.
    """

    nudges: Nudges = (5, 10)
    hot_nudges: Nudges = (2, 4)
    managers: Minutes = Field(default=15, validate_default=True)
    written: Steps | None = Field(default=None, alias="steps")
    hot_written: Steps | None = Field(default=None, alias="hot_steps")
    repeat_every: Minutes = 15
    repeats: Annotated[int, Field(strict=True, ge=0, le=100)] = 8

    @field_validator("managers")
    @classmethod
    def _after_every_nudge(cls, managers: int, info: ValidationInfo) -> int:
        last = max([0, *info.data.get("nudges", ()), *info.data.get("hot_nudges", ())])
        if last >= managers:
            raise ValueError(f"{managers} must come after the last nudge, at {last}.")
        return managers

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        short = [name for name in ("nudges", "hot_nudges", "managers") if name in self.model_fields_set]
        if self.written and short:
            raise ValueError(f"says the same twice: write either `steps`, or {listed(short)}.")
        if self.hot_written and not self.written:
            raise ValueError("has `hot_steps` without `steps`: write what happens to the other leads, too.")
        return self

    def entries(self, hot: bool) -> tuple[StepEntry, ...]:
        """The steps as they are written, before the repeats; those of the short form spelled out."""
        if self.written:
            return (self.hot_written if hot else None) or self.written
        nudges = self.hot_nudges if hot else self.nudges
        return (
            *(StepEntry.model_construct(after=after, to="assignee", hours=None) for after in nudges),
            StepEntry.model_construct(after=self.managers, to="managers", hours=None),
        )

    def steps(self, hot: bool) -> tuple[LadderStep, ...]:
        """Every step in order, without hours; the fallback person owns the lead one interval after the last
        repeat."""
        entries, counted = self.entries(hot), Counter[Action]()
        first: list[LadderStep] = []
        for entry in entries:
            action = _ACTIONS.get(entry.to, "tell")
            counted[action] += 1
            target = entry.to if action == "tell" else ""
            first.append(LadderStep(entry.after, action, counted[action], target))
        last = entries[-1].after
        repeats = [last + self.repeat_every * number for number in range(1, self.repeats + 2)]
        return (
            *first,
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
