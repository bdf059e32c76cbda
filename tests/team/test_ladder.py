"""The ladders as the requirements give them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.team.document import load_team
from bot.team.errors import TeamDocumentError
from bot.team.ladder import ContactTarget, Ladder, LadderStep
from bot.team.pools import Pool


def test_the_default_ladder_nudges_at_5_and_10_then_tells_managers_at_15() -> None:
    assert Ladder().steps(hot=False)[:4] == (
        LadderStep(5, "nudge", 1),
        LadderStep(10, "nudge", 2),
        LadderStep(15, "managers", 1),
        LadderStep(30, "repeat", 1),
    )


def test_a_hot_lead_is_nudged_at_2_and_4() -> None:
    assert [step.after_minutes for step in Ladder().steps(hot=True)[:3]] == [2, 4, 15]


def test_after_eight_repeats_the_fallback_person_owns_the_lead() -> None:
    *_, last_repeat, fallback = Ladder().steps(hot=False)
    assert last_repeat == LadderStep(135, "repeat", 8)
    assert fallback == LadderStep(150, "fallback", 1)


def test_without_repeats_the_fallback_comes_one_interval_after_the_managers() -> None:
    steps = Ladder(nudges=(), repeats=0).steps(hot=False)
    assert steps == (LadderStep(15, "managers", 1), LadderStep(30, "fallback", 1))


def test_the_contact_clock_nudges_the_owner_at_the_target_and_tells_managers_10_minutes_later() -> None:
    assert ContactTarget().steps(hot=True) == (LadderStep(5, "nudge_owner", 1), LadderStep(15, "managers", 1))
    assert ContactTarget().steps(hot=False) == (
        LadderStep(15, "nudge_owner", 1),
        LadderStep(25, "managers", 1),
    )


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


def test_a_ladder_may_be_written_step_by_step() -> None:
    steps = pool("{steps: [{after: 3, to: assignee}, {after: 3, to: next}, {after: 9, to: ben}], repeats: 1}")
    assert [(step.after_minutes, step.action, step.target) for step in steps.claim_steps(hot=True)] == [
        (3, "nudge", ""),
        (3, "ask_next", ""),
        (9, "tell", "ben"),
        (24, "repeat", ""),
        (39, "fallback", ""),
    ]


def test_the_short_form_means_the_same_steps() -> None:
    short = pool("{nudges: [3], hot_nudges: [1], managers: 5}")
    long = pool(
        "{steps: [{after: 3, to: assignee}, {after: 5, to: managers}],"
        " hot_steps: [{after: 1, to: assignee}, {after: 5, to: managers}]}"
    )
    assert [short.claim_steps(hot) for hot in (False, True)] == [
        long.claim_steps(hot) for hot in (False, True)
    ]


@pytest.mark.parametrize(
    ("ladder", "path", "words"),
    [
        ("{steps: [{after: 9, to: next}, {after: 3, to: managers}]}", "steps", "must be in order"),
        ("{steps: [{after: 9, to: bne}]}", "steps[0].to", "Did you mean 'ben'?"),
        ("{steps: [{after: 9, to: ben, at: noon}]}", "steps[0].at", "is no setting here"),
        ("{steps: [{after: 9, to: ben, hours: {mon: closed}}]}", "steps[0].hours", "is given but empty"),
        ("{steps: []}", "steps", "is empty: write at least one step"),
        ("{steps: [{after: 9, to: ben}], managers: 15}", "", "write either `steps`, or managers"),
        ("{hot_steps: [{after: 9, to: ben}]}", "", "has `hot_steps` without `steps`"),
    ],
)
def test_a_ladder_that_cannot_be_meant_is_refused_with_a_mend(ladder: str, path: str, words: str) -> None:
    with pytest.raises(TeamDocumentError) as refused:
        pool(ladder)
    (mistake,) = refused.value.mistakes
    assert mistake.path == f"pools.inbound.ladder.{path}".removesuffix(".")
    assert words in mistake.message


def pool(ladder: str) -> Pool:
    return load_team(
        f"""
name: Acme
zone: America/New_York
reps: {{ana: ana@acme.example, ben: ben@acme.example}}
pools: {{inbound: {{channel: "#sales", members: [ana], managers: [ben], ladder: {ladder}}}}}
"""
    ).pool("inbound")
