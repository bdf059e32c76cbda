"""What became of the leads of one period, however it is counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.db.models import LadderKind, Outcome, Tier
from bot.stats.figures import Durations
from bot.stats.spread import Spread


class Group(NamedTuple):
    """Leads that share a contact target: of one pool, the hot ones or the rest (D1)."""

    pool: str
    hot: bool


TargetSeconds = Callable[[Group], float]


@dataclass(frozen=True)
class Answered:
    """How many leads of a group came in, had a first response, and had it within the target."""

    received: int
    answered: int
    kept: int


@dataclass(frozen=True)
class Part:
    """One person's part; durations are business seconds."""

    offered: int
    passed: int
    missed: int
    claimed: int
    booked: int
    touches_done: int
    touches_late: int
    touches_skipped: int
    claim: Spread
    first_response: Spread


@dataclass(frozen=True)
class Cohort:
    """The leads received in one period. The same whether from rows or from cells, but for percentiles of many."""

    by_tier: Mapping[Tier, int]
    by_source: Mapping[str, int]
    claimed: int
    assigned: int
    claim: Durations
    first_response: Durations
    groups: Mapping[Group, Answered]
    escalated: Mapping[LadderKind, int]
    outcomes: Mapping[Outcome, int]
    parts: Mapping[int, Part]
    """By rep, of whoever took part."""
