"""Cadences as data (R17, R23, R31, R46, R41): plans, their touches, and the table that chooses among them (D2)."""

import enum
import re
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

from bot.db.models import Channel, Stage, Status, Tier
from bot.team.fields import Entry, PlanKey
from bot.team.hours import WindowText

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=3 * 365)


def _span(value: Any) -> Any:
    """ "90m", "2h" or "3d" as a timedelta."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{1,5})\s*([mhd])", value.strip(), re.ASCII)
    if not found:
        raise ValueError("a span is written like 90m, 2h or 3d")
    span = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if span > LONGEST:
        raise ValueError("a span is three years at most")
    return span


def _spelled(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes % 60:
        return f"{minutes}m"
    return f"{minutes // (24 * 60)}d" if minutes and minutes % (24 * 60) == 0 else f"{minutes // 60}h"


Span = Annotated[timedelta, BeforeValidator(_span), PlainSerializer(_spelled)]


class Way(enum.StrEnum):
    """A channel, or a rule that finds one for the lead (R46)."""

    PHONE = Channel.PHONE.value
    EMAIL = Channel.EMAIL.value
    LINKEDIN = Channel.LINKEDIN.value
    MESSAGE = Channel.MESSAGE.value
    SMS = Channel.SMS.value
    ORIGINAL = "original"
    """Where they last answered, else where they can be written to."""
    ANY_BUT_LAST = "any-but-last"
    """The first of the touch's templates' channels that reaches them and was not used last."""

    @property
    def channel(self) -> Channel | None:
        """The channel it names, if it names one."""
        return None if self in {Way.ORIGINAL, Way.ANY_BUT_LAST} else Channel(self.value)


class CountsFrom(enum.StrEnum):
    """Where a plan's offsets start."""

    ARRIVAL = "arrival"
    SILENCE = "silence"
    """They fell silent (R44): from the moment the plan starts."""
    START = "start"


class Touch(Entry):
    """One touch: when, on which channel, why it is worth answering (R47) and with which script."""

    number: int = Field(ge=1)
    channel: Way
    after: Span | None = None
    after_last: Span | None = None
    """From the last touch that was made."""
    same_business_day: time | None = None
    """Later on the anchor's business day, before this local time (R6)."""
    between: WindowText | None = None
    """A window of the day, on the lead's clock where we know it."""
    milestone: str | None = Field(default=None, pattern=r"^[a-z_]{1,40}$")
    """A date among the lead's facts that this touch moves to when it lies near (R26, R41)."""
    minimum_gap: Span | None = None
    angle: str = Field(min_length=1, max_length=200)
    goal: str = Field(min_length=1, max_length=200)
    break_up: bool = False
    """The last message: a graceful exit, the door left open (R8)."""
    templates: Mapping[Channel, str] = Field(min_length=1)
    """The script for each channel that the touch may have to move to (D12)."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if [self.after, self.after_last, self.same_business_day].count(None) != 2:
            raise ValueError("give one of after, after_last and same_business_day")
        if self.channel.channel and self.channel.channel not in self.templates:
            raise ValueError(f"no template for its own channel, {self.channel}")
        return self


class Plan(Entry):
    """A cadence. `minimum_gap` keeps a late touch from bunching the next one against it (D9)."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)
    counts_from: CountsFrom = CountsFrom.ARRIVAL
    stage: Stage | None = None
    """The stage whose silence it answers (R44)."""
    status: Literal[Status.FOLLOW_UP, Status.NURTURE] = Status.FOLLOW_UP
    """The lead's status while it is on this plan."""
    ends_as: Literal[Status.GHOSTED, Status.INACTIVE, Status.NURTURE] = Status.NURTURE
    """What a lead becomes that answered none of it."""
    successor: str | None = None
    """The plan that follows; none closes the lead."""
    minimum_gap: Span
    touches: tuple[Touch, ...] = Field(min_length=1, max_length=50)

    @field_validator("touches", mode="before")
    @classmethod
    def _number(cls, touches: Any) -> Any:
        """Numbers follow from the order; they may be written down as well."""
        if not isinstance(touches, list | tuple):
            return touches
        return [
            {"number": position} | touch if isinstance(touch, dict) else touch
            for position, touch in enumerate(touches, start=1)
        ]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if [touch.number for touch in self.touches] != list(range(1, len(self.touches) + 1)):
            raise ValueError("touches are numbered 1, 2, 3, ...")
        latest = timedelta()
        for touch in self.touches:
            if touch.after is not None and touch.after < latest:
                raise ValueError(
                    f"touch {touch.number} lies before the one above it: after {_spelled(touch.after)} comes "
                    f"earlier than {_spelled(latest)}; put the touches in the order they happen"
                )
            latest = touch.after or latest
        return self

    def gap_before(self, touch: Touch) -> timedelta:
        """The least time between the last touch made and this one."""
        return self.minimum_gap if touch.minimum_gap is None else touch.minimum_gap

    def as_text(self) -> str:
        """The plan as YAML, the same for the same plan."""
        return yaml.safe_dump(self.model_dump(mode="json", exclude_none=True), sort_keys=False)


def _for_every_tier(written: object) -> object:
    return {tier.value: written for tier in Tier} if isinstance(written, str) else written


class ByTier(Entry):
    """A plan for each tier of fresh leads."""

    hot: PlanKey = "inbound-48h"
    warm: PlanKey = "multi-touch-21d"
    cool: PlanKey = "first-steps"


class PlanFor(Entry):
    """Which plan a lead gets (D2): by tier while it is fresh, by the stage in which it fell silent later."""

    opt_in: Annotated[ByTier, BeforeValidator(_for_every_tier)] = Field(
        default_factory=ByTier, alias="opt-in"
    )
    conversation: PlanKey = "stalled-14d-conversation"
    call_ask: PlanKey = Field(default="stalled-14d-call-ask", alias="call-ask")
    post_call: PlanKey = Field(default="stalled-14d-post-call", alias="post-call")
    no_date: PlanKey = Field(default="warm-30d", alias="no-date")
    """After a first conversation or a proposal without a date."""

    def choose(self, stage: Stage, tier: Tier) -> str:
        """The plan of a lead at this stage, of this tier."""
        match stage:
            case Stage.OPT_IN:
                return {Tier.HOT: self.opt_in.hot, Tier.WARM: self.opt_in.warm, Tier.COOL: self.opt_in.cool}[
                    tier
                ]
            case Stage.CONVERSATION:
                return self.conversation
            case Stage.CALL_ASK:
                return self.call_ask
            case Stage.POST_CALL:
                return self.post_call
