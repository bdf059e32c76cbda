"""The figures, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.db.models import LadderKind, Outcome, Tier
from bot.stats.spread import Spread


@dataclass(frozen=True)
class Durations:
    """The same waits twice (D3): as the lead lived them, and counted in its pool's business time."""

    wall: Spread
    business: Spread


@dataclass(frozen=True)
class RepStats:
    """One person's part."""

    rep_id: int
    name: str
    offered: int
    claimed: int
    passed: int
    missed: int
    claim: Spread
    """Of the leads they claimed, in business seconds."""
    first_response: Spread
    """Of the leads they own, in business seconds."""
    touches_done: int
    touches_late: int
    """Done, but not by the day they were due."""
    touches_skipped: int
    touches_overdue: int
    """Due on a day that is over, and neither done nor skipped."""
    overdue_now: int
    """Open tasks past their due time at the period's end, whenever their leads came in."""
    booked: int
    """Leads of theirs with a call booked."""

    @property
    def follow_up_rate(self) -> float | None:
        """As the team's."""
        return _follow_up_rate(self)


@dataclass(frozen=True)
class TeamStats:
    """The leads that came in from `since` until just before `until`, and what became of them so far.

    Only what is said to be "now" takes in older leads too; now is `until`.
    """

    pools: tuple[str, ...] | None
    """Which pools; None is all of them."""
    since: datetime
    until: datetime

    received: int
    by_tier: Mapping[Tier, int]
    """Every tier, hottest first."""
    by_source: Mapping[str, int]
    """Most leads first."""

    claimed: int
    """By somebody who took the lead of their own accord."""
    assigned: int
    """Given to the fallback person because nobody did (D8)."""
    claim: Durations
    unclaimed_now: int
    """Open leads that nobody owns."""
    oldest_unclaimed_at: datetime | None

    first_response: Durations
    """The first outreach by a person (D4)."""
    unanswered: int
    """No person has reached out yet."""
    in_target: int
    """First response within the pool's contact target, in business time (D1, D3)."""
    out_of_target: int
    """Answered later than the target, or unanswered with the target gone by."""

    escalated: Mapping[LadderKind, int]
    """Leads about which the managers were alerted, since nobody had claimed or contacted them."""
    outcomes: Mapping[Outcome, int]
    """Reported and not undone; most frequent first."""
    touches_done: int
    touches_late: int
    """Done, but not by the day they were due."""
    touches_skipped: int
    touches_overdue: int
    """Due on a day that is over, and neither done nor skipped."""

    reps: tuple[RepStats, ...]
    """The pools' members and whoever else took part; most claims first."""

    @property
    def in_target_share(self) -> float | None:
        """From 0 to 1; None while no lead has met or missed its target."""
        return _share(self.in_target, self.in_target + self.out_of_target)

    @property
    def follow_up_rate(self) -> float | None:
        """The share of touches due that were done by the end of their day (R53), 0 to 1; None while none was due."""
        return _follow_up_rate(self)


class _Touches(Protocol):
    @property
    def touches_done(self) -> int: ...
    @property
    def touches_late(self) -> int: ...
    @property
    def touches_skipped(self) -> int: ...
    @property
    def touches_overdue(self) -> int: ...


def _follow_up_rate(part: _Touches) -> float | None:
    due = part.touches_done + part.touches_skipped + part.touches_overdue
    return _share(part.touches_done - part.touches_late, due)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
