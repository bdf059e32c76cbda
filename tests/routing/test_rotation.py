from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.db.models import TURN
from bot.routing import Candidate, choose

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

candidates = st.lists(
    st.builds(
        Candidate,
        rep=st.sampled_from("abcdefgh"),
        rep_id=st.integers(1, 99),
        balance=st.integers(-2, 3).map(lambda turns: turns * TURN),
        last_turn=st.integers(0, 5),
        skipped=st.sampled_from([None, None, None, "asked already"]),
    ),
    unique_by=lambda candidate: candidate.rep,
)


@given(candidates, st.integers(1, 10_000))
def test_whoever_is_chosen_is_eligible_and_no_eligible_one_had_less(
    team: list[Candidate], lead_id: int
) -> None:
    chosen = choose(team, lead_id).chosen
    eligible = [candidate for candidate in team if candidate.skipped is None]
    if chosen is None:
        assert eligible == []
    else:
        assert chosen in eligible
        assert chosen.balance == min(candidate.balance for candidate in eligible)


@given(
    candidates.flatmap(lambda team: st.tuples(st.just(team), st.permutations(team))), st.integers(1, 10_000)
)
def test_the_order_of_the_members_changes_nothing(
    teams: tuple[list[Candidate], list[Candidate]], lead_id: int
) -> None:
    assert choose(teams[0], lead_id) == choose(teams[1], lead_id)


def test_a_tie_goes_to_the_least_recently_offered_and_first_to_the_never_offered() -> None:
    recent = Candidate("ana", 1, 0, last_turn=9)
    earlier = Candidate("ben", 2, 0, last_turn=7)
    never = Candidate("cleo", 3, 0)
    for lead_id in range(50):
        assert choose([recent, earlier, never], lead_id).considered == (never, earlier, recent)


def test_a_full_tie_is_drawn_by_the_lead_and_favours_nobody() -> None:
    team = [Candidate(rep, number, 0) for number, rep in enumerate(("ana", "ben", "cleo"))]
    drawn = Counter(chosen.rep for lead_id in range(3000) if (chosen := choose(team, lead_id).chosen))
    assert all(900 < count < 1100 for count in drawn.values())
    assert len(drawn) == 3


def test_the_record_says_who_was_considered_and_why_not() -> None:
    asked_before = Candidate("ana", 1, TURN, 4, NOON, load=("3 of 12 open leads",))
    gone = Candidate("ben", 2, 0, skipped="left the team", weight=2)
    assert choose([gone, asked_before], 1).record() == {
        "considered": [
            {
                "rep": "ana",
                "balance": TURN,
                "weight": 1,
                "last_turn": 4,
                "last_offered_at": "2026-03-02T12:00:00+00:00",
                "skipped": None,
                "load": ["3 of 12 open leads"],
            },
            {
                "rep": "ben",
                "balance": 0,
                "weight": 2,
                "last_turn": 0,
                "last_offered_at": None,
                "skipped": "left the team",
                "load": [],
            },
        ]
    }
