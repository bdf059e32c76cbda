"""The ladders as the requirements give them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.team.ladder import ContactTarget, Ladder, LadderStep


def test_the_default_ladder_nudges_at_5_and_10_then_tells_managers_at_15() -> None:
    assert Ladder().steps(hot=False)[:4] == (
        (5, "nudge", 1),
        (10, "nudge", 2),
        (15, "managers", 1),
        (30, "repeat", 1),
    )


def test_a_hot_lead_is_nudged_at_2_and_4() -> None:
    assert [step.after_minutes for step in Ladder().steps(hot=True)[:3]] == [2, 4, 15]


def test_after_eight_repeats_the_fallback_person_owns_the_lead() -> None:
    *_, last_repeat, fallback = Ladder().steps(hot=False)
    assert last_repeat == LadderStep(135, "repeat", 8)
    assert fallback == LadderStep(150, "fallback", 1)


def test_without_repeats_the_fallback_comes_one_interval_after_the_managers() -> None:
    steps = Ladder(nudges=(), repeats=0).steps(hot=False)
    assert steps == ((15, "managers", 1), (30, "fallback", 1))


def test_the_contact_clock_nudges_the_owner_at_the_target_and_tells_managers_10_minutes_later() -> None:
    assert ContactTarget().steps(hot=True) == ((5, "nudge_owner", 1), (15, "managers", 1))
    assert ContactTarget().steps(hot=False) == ((15, "nudge_owner", 1), (25, "managers", 1))


@given(
    nudges=st.lists(st.integers(1, 59), unique=True).map(sorted).map(tuple),
    managers=st.integers(60, 600),
    every=st.integers(1, 600),
    repeats=st.integers(0, 100),
    hot=st.booleans(),
)
def test_every_ladder_climbs_and_ends_with_the_fallback(
    nudges: tuple[int, ...], managers: int, every: int, repeats: int, hot: bool
) -> None:
    ladder = Ladder(nudges=nudges, hot_nudges=nudges, managers=managers, repeat_every=every, repeats=repeats)
    steps = ladder.steps(hot)
    assert all(earlier.after_minutes < later.after_minutes for earlier, later in pairwise(steps))
    assert [step.action for step in steps[len(nudges) :: repeats + 1]] == ["managers", "fallback"]
    assert len(steps) == len(nudges) + repeats + 2
