import statistics

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.stats import spread

SECONDS = st.lists(st.integers(0, 30 * 86400), max_size=60)


@pytest.mark.parametrize(
    ("seconds", "bands"),
    [
        (0, (1, 0, 0, 0)),
        (300, (1, 0, 0, 0)),
        (301, (0, 1, 0, 0)),
        (900, (0, 1, 0, 0)),
        (901, (0, 0, 1, 0)),
        (3600, (0, 0, 1, 0)),
        (3601, (0, 0, 0, 1)),
    ],
)
def test_an_edge_belongs_to_the_faster_band(seconds: int, bands: tuple[int, ...]) -> None:
    assert spread([seconds]).bands == bands


def test_nothing_measured_is_no_zero() -> None:
    nothing = spread([])
    assert (nothing.count, nothing.bands) == (0, (0, 0, 0, 0))
    assert (nothing.average, nothing.median, nothing.p90) == (None, None, None)


def test_one_duration_is_its_own_average_median_and_p90() -> None:
    assert (spread([42]).average, spread([42]).median, spread([42]).p90) == (42, 42, 42)


def test_the_p90_of_ten_lies_a_tenth_of_the_way_from_the_ninth_to_the_tenth() -> None:
    assert spread([60, 120, 180, 240, 300, 360, 420, 480, 540, 1000]).p90 == pytest.approx(586)


def test_the_p90_of_eleven_is_the_tenth() -> None:
    assert spread(range(11, 0, -1)).p90 == 10


@given(SECONDS)
@example([0, 0])
def test_any_durations_give_the_figures_of_the_statistics_library(seconds: list[int]) -> None:
    found = spread(seconds)
    assert sum(found.bands) == found.count == len(seconds)
    if seconds:
        assert found.average == pytest.approx(statistics.mean(seconds))
        assert found.median == pytest.approx(statistics.median(seconds))
    if len(seconds) > 1:
        assert found.p90 == pytest.approx(statistics.quantiles(seconds, n=10, method="inclusive")[8])
