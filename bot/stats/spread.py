"""Averages, percentiles and bands: one definition, for every database."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

BANDS = (300, 900, 3600)
"""Where R12's bands end, in seconds. An edge is in the faster band: exactly 5:00 counts in 0-5 minutes."""


@dataclass(frozen=True)
class Spread:
    """How long something took, in seconds (R12). None where nothing was measured."""

    count: int
    average: float | None
    median: float | None
    p90: float | None
    bands: tuple[int, ...]
    """How many took 0-5, 5-15, 15-60 and 60+ minutes."""


def spread(seconds: Collection[float]) -> Spread:
    """The figures of R12 for these durations, in any order."""
    ordered = sorted(seconds)
    ends = [bisect_right(ordered, edge) for edge in BANDS]
    return Spread(
        count=len(ordered),
        average=sum(ordered) / len(ordered) if ordered else None,
        median=percentile(ordered, 50),
        p90=percentile(ordered, 90),
        bands=tuple(high - low for low, high in pairwise((0, *ends, len(ordered)))),
    )


def percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The value that `percent` of `ordered`, which ascends, do not exceed; None when it is empty.

    Between two values it lies on the straight line, as in a spreadsheet's PERCENTILE and in PostgreSQL's
    percentile_cont: the median of 1 and 3 minutes is 2.
    """
    if not ordered:
        return None
    place = (len(ordered) - 1) * percent / 100
    below, above = ordered[floor(place)], ordered[ceil(place)]
    return below + (above - below) * (place - floor(place))
