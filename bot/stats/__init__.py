"""What the record says about speed and follow-up (R11, R12, R53): read-only queries -> dataclasses."""

from bot.stats.figures import Durations, RepStats, TeamStats
from bot.stats.periods import Period, UnknownPeriodError, period
from bot.stats.spread import BANDS, Spread, spread
from bot.stats.team import team_stats

__all__ = [
    "BANDS",
    "Durations",
    "Period",
    "RepStats",
    "Spread",
    "TeamStats",
    "UnknownPeriodError",
    "period",
    "spread",
    "team_stats",
]
