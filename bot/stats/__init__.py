"""What the record says about speed and follow-up (R11, R12, R53): read-only queries -> dataclasses."""

from bot.stats.figures import Durations, RepStats, TeamStats
from bot.stats.fold import fold_marked
from bot.stats.periods import Period, UnknownPeriodError, period
from bot.stats.spread import BANDS, Spread, spread
from bot.stats.team import rep_stats, team_stats

__all__ = [
    "BANDS",
    "Durations",
    "Period",
    "RepStats",
    "Spread",
    "TeamStats",
    "UnknownPeriodError",
    "fold_marked",
    "period",
    "rep_stats",
    "spread",
    "team_stats",
]
