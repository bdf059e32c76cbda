from collections.abc import Iterable
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stats import spread
from bot.stats.bins import EDGES, Amount, Histogram, bin_of, merged, number_within, spread_of
from bot.web.metrics import MINUTES

DURATIONS = st.lists(st.integers(0, 600) | st.integers(0, 100 * 86400), max_size=60)


def histogram(seconds: Iterable[int]) -> Histogram:
    groups = {bin_: list(each) for bin_, each in groupby(sorted(seconds), key=bin_of)}
    return {bin_: Amount(len(each), sum(each)) for bin_, each in groups.items()}


def width(seconds: int) -> float:
    """Of the bin that a duration falls into; the last one is as wide as what is in it."""
    place = bin_of(seconds)
    return EDGES[place] - EDGES[place - 1] if 0 < place < len(EDGES) else max(seconds - EDGES[-1], 0)


@given(DURATIONS, st.integers(0, 60))
def test_histograms_give_the_figures_of_their_durations_to_within_a_bin(seconds: list[int], cut: int) -> None:
    found = spread_of(merged([histogram(seconds[:cut]), histogram(seconds[cut:])]))
    exact = spread(seconds)
    assert (found.count, found.bands) == (exact.count, exact.bands)
    assert found.average == (pytest.approx(exact.average) if seconds else None)
    error = max(map(width, seconds), default=0)
    for percentile, right in ((found.median, exact.median), (found.p90, exact.p90)):
        assert (percentile is None) == (right is None)
        assert abs((percentile or 0) - (right or 0)) <= error + 1e-6


@given(st.integers(0, 100 * 86400), st.sampled_from(EDGES), st.integers(1, 50))
def test_one_duration_and_many_at_the_end_of_a_bin_are_known_to_the_second(
    one: int, edge: int, number: int
) -> None:
    assert spread_of(histogram([one])).median == one
    assert spread_of(histogram([edge] * number)).p90 == pytest.approx(edge)


@given(DURATIONS)
def test_what_ends_with_a_bin_is_counted_exactly(seconds: list[int]) -> None:
    bins = histogram(seconds)
    for edge in (*range(0, 1801, 60), *(minutes * 60 for minutes in MINUTES)):
        assert number_within(bins, edge) == sum(each <= edge for each in seconds)


def test_what_ends_inside_a_bin_is_not_guessed() -> None:
    assert number_within(histogram([7201, 7210]), 7205) is None


def test_a_bin_is_at_most_a_sixth_of_what_it_holds_from_two_minutes_on() -> None:
    for low, high in pairwise(EDGES):
        assert high - low <= max(low / 6, 10)
