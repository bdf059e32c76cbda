"""Histograms of durations: what remains of a million of them, enough for R12."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import ceil, floor
from typing import NamedTuple

from bot.stats.spread import BANDS, Spread

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS = (
    (2 * _MINUTE, 10), (5 * _MINUTE, 15), (15 * _MINUTE, 30), (30 * _MINUTE, _MINUTE), (_HOUR, 2 * _MINUTE),
    (4 * _HOUR, 10 * _MINUTE), (12 * _HOUR, 30 * _MINUTE), (2 * _DAY, 2 * _HOUR),
    (7 * _DAY, 8 * _HOUR), (30 * _DAY, _DAY), (90 * _DAY, 5 * _DAY),
)  # fmt: skip
"""Up to so many seconds, steps of so many."""


def _edges() -> Iterator[int]:
    yield 0
    for (low, _), (high, step) in pairwise([(0, 0), *_STEPS]):
        yield from range(low + step, high + 1, step)


EDGES = tuple(_edges())
"""Where bins end, in seconds; an edge is in the faster bin, and the last bin has none.

R12's bands, the bounds of /metrics, and targets in whole minutes up to half an hour end where a bin does.
"""


def bin_of(seconds: int) -> int:
    """The number of the bin that a duration falls into."""
    return bisect_left(EDGES, seconds)


class Amount(NamedTuple):
    """How many, and for durations what they add up to."""

    number: int
    seconds: int = 0


Histogram = Mapping[int, Amount]
"""By the number of the bin."""


def merged(histograms: Iterable[Histogram]) -> Histogram:
    """All of them as one."""
    bins: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for histogram in histograms:
        for bin_, amount in histogram.items():
            bins[bin_][0] += amount.number
            bins[bin_][1] += amount.seconds
    return {bin_: Amount(*held) for bin_, held in bins.items()}


def number_within(histogram: Histogram, seconds: float) -> int | None:
    """How many took `seconds` at most; None when no bin ends there, and so nobody can say."""
    place = bisect_left(EDGES, seconds)
    if place == len(EDGES) or EDGES[place] != seconds:
        return None
    return sum(each.number for bin_, each in histogram.items() if bin_ <= place)


def spread_of(histogram: Histogram) -> Spread:
    """The figures of R12: count, average and bands to the second, median and P90 to within their bin."""
    count = sum(each.number for each in histogram.values())
    within = [number_within(histogram, edge) or 0 for edge in BANDS]
    return Spread(
        count=count,
        average=sum(each.seconds for each in histogram.values()) / count if count else None,
        median=_percentile(histogram, count, 50),
        p90=_percentile(histogram, count, 90),
        bands=tuple(high - low for low, high in pairwise((0, *within, count))),
    )


def _percentile(histogram: Histogram, count: int, percent: int) -> float | None:
    """As bot.stats.spread.percentile, of the durations that the bins most likely hold."""
    if not count:
        return None
    place = (count - 1) * percent / 100
    below, above = _at(histogram, floor(place)), _at(histogram, ceil(place))
    return below + (above - below) * (place - floor(place))


def _at(histogram: Histogram, place: int) -> float:
    """The duration at this place in their order, from 0."""
    for bin_, each in sorted(histogram.items()):
        if place < each.number:
            return _inside(bin_, each, place)
        place -= each.number
    raise AssertionError("more places than durations")


def _inside(bin_: int, held: Amount, place: int) -> float:
    """Evenly spread around their average as far as the bin reaches: exact for one, or for many at a bin's end."""
    average = held.seconds / held.number
    low = EDGES[bin_ - 1] if bin_ else 0
    high = EDGES[bin_] if bin_ < len(EDGES) else average
    reach = max(min(average - low, high - average), 0)
    return average + reach * ((2 * place + 1) / held.number - 1)
