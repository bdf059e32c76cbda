from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.cadence import LeadClosedError
from bot.db import Loop
from bot.db.models import (
    TURN,
    ActivityKind,
    AskState,
    Intent,
    LadderKind,
    Lead,
    Offer,
    Rep,
    Status,
    Turn,
    TurnReason,
)
from bot.outbox.enqueue import IntentKind
from bot.routing import AlreadyClaimedError, NotYourOfferError
from tests.routing.conftest import MONDAY_NOON, PEOPLE, Floor, team_text

MINUTE = timedelta(minutes=1)


def test_leads_go_round_in_turn_and_every_turn_is_written(floor: Floor) -> None:
    asked = [floor.assignee(floor.arrive(MONDAY_NOON + number * MINUTE)[0]) for number in range(9)]
    assert sorted(str(rep) for rep in asked[:3]) == ["ana", "ben", "cleo"]
    assert asked[3:6] == asked[:3]
    assert asked[6:] == asked[:3]
    assert floor.balances() == {"ana": 3 * TURN, "ben": 3 * TURN, "cleo": 3 * TURN}


def test_leads_that_come_in_together_go_round_as_if_one_by_one(floor: Floor) -> None:
    asked = [floor.assignee(lead) for lead in floor.arrive(count=7)]
    assert sorted(str(rep) for rep in asked[:3]) == ["ana", "ben", "cleo"]
    assert asked[3:6] == asked[:3]
    following = floor.assignee(floor.arrive(MONDAY_NOON + MINUTE)[0])
    assert [asked[6], following] == asked[:2]


def test_an_offer_comes_with_its_card_its_decision_and_both_ladders(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    [ask] = floor.asks(lead_id)
    considered = ask.decision["considered"]
    assert {one["rep"] for one in considered} == {"ana", "ben", "cleo"}
    assert considered[0]["rep"] == floor.assignee(lead_id)
    assert all(one["balance"] == 0 and one["skipped"] is None for one in considered)
    assert floor.ladder(lead_id, LadderKind.CLAIM).next_step_at == MONDAY_NOON + 5 * MINUTE
    assert floor.ladder(lead_id, LadderKind.CONTACT).next_step_at == MONDAY_NOON + 15 * MINUTE
    with floor.database.read() as session:
        cards = session.scalars(select(Intent).where(Intent.kind == IntentKind.LEAD_CARD.value)).all()
    assert [(card.subject, card.destination) for card in cards] == [(str(lead_id), "pool:inbound")]
    assert floor.lead(lead_id).next_action


def test_an_offer_wakes_the_worker(floor: Floor) -> None:
    heard: list[Loop] = []
    floor.database.wakeups.listen(heard.append)
    floor.arrive()
    assert {Loop.TIMERS, Loop.DELIVERY} <= set(heard)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    members=st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=6, unique=True),
    joiner=st.sampled_from(PEOPLE),
    batches=st.lists(st.integers(1, 5), min_size=1, max_size=5),
)
def test_nobody_is_ever_more_than_one_turn_ahead(
    floor: Floor, members: list[str], joiner: str, batches: list[int]
) -> None:
    with floor.database.read() as session:
        pool = f"pool-{len(session.scalars(select(Turn)).all())}-{len(session.scalars(select(Offer)).all())}"
    floor.apply(team_text(members, pool=pool))
    for number, count in enumerate(batches):
        if number == 2:
            floor.apply(team_text(sorted({*members, joiner}), pool=pool))
        floor.arrive(MONDAY_NOON + number * MINUTE, count, pool=pool)
        balances = floor.balances(pool).values()
        assert max(balances) - min(balances) <= TURN


def test_a_joiner_starts_at_the_average_of_the_peers(floor: Floor) -> None:
    floor.arrive(count=30)
    floor.apply(team_text(("ana", "ben", "cleo", "dave")))
    asked = [floor.assignee(lead) for lead in floor.arrive(MONDAY_NOON + MINUTE, count=8)]
    assert asked.count("dave") == 2
    with floor.database.read() as session:
        joined = session.execute(
            select(Turn.amount).join(Rep).where(Rep.key == "dave", Turn.reason == TurnReason.JOINED)
        ).scalars()
        assert list(joined) == [10 * TURN]


def test_what_somebody_claimed_before_joining_does_not_put_them_ahead(floor: Floor) -> None:
    for lead_id in floor.arrive(count=6):
        floor.claim(lead_id, "mia", MONDAY_NOON + MINUTE)
    assert floor.balances()["mia"] == 6 * TURN
    floor.apply(team_text(("ana", "ben", "cleo", "mia")))
    asked = [floor.assignee(lead) for lead in floor.arrive(MONDAY_NOON + 2 * MINUTE, count=4)]
    assert sorted(str(rep) for rep in asked) == ["ana", "ben", "cleo", "mia"]


def test_a_pass_goes_to_the_next_rep_spends_the_turn_and_leaves_the_clock_running(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    first = str(floor.assignee(lead_id))
    following = floor.pass_on(lead_id, first, MONDAY_NOON + MINUTE)
    assert following is not None
    assert floor.assignee(lead_id) == following != first
    assert [ask.state for ask in floor.asks(lead_id)] == [AskState.PASSED, AskState.ASKED]
    assert floor.balances()[first] == floor.balances()[following] == TURN
    assert floor.ladder(lead_id, LadderKind.CLAIM).next_step_at == MONDAY_NOON + 5 * MINUTE
    assert floor.told(following, IntentKind.CLAIM_NUDGE) == [f"{lead_id}:passed"]
    skipped = {one["rep"]: one["skipped"] for one in floor.asks(lead_id)[1].decision["considered"]}
    assert skipped[first] == "asked already"


def test_when_everybody_has_passed_the_managers_hear_at_once_and_anybody_may_still_claim(
    floor: Floor,
) -> None:
    [lead_id] = floor.arrive()
    passed = []
    while (asked := floor.assignee(lead_id)) is not None:
        passed.append(asked)
        floor.pass_on(lead_id, asked, MONDAY_NOON + MINUTE)
    assert sorted(passed) == ["ana", "ben", "cleo"]
    assert floor.told("mia", IntentKind.CLAIM_ALERT) == [f"{lead_id}:nobody"]
    [escalated] = floor.story(lead_id, ActivityKind.ESCALATED)
    assert escalated.facts["reason"] == "everybody passed"
    floor.claim(lead_id, passed[0], MONDAY_NOON + 2 * MINUTE)
    assert floor.owner(lead_id) == passed[0]
    assert floor.balances()[passed[0]] == TURN  # one lead never costs two turns


def test_passing_twice_is_harmless_and_says_whose_turn_it_is(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    first = str(floor.assignee(lead_id))
    following = str(floor.pass_on(lead_id, first, MONDAY_NOON + MINUTE))
    with pytest.raises(NotYourOfferError, match=f"It is {following.title()} Ruiz's turn"):
        floor.pass_on(lead_id, first, MONDAY_NOON + MINUTE)
    assert floor.assignee(lead_id) == following
    assert len(floor.asks(lead_id)) == 2


def test_a_lead_that_is_claimed_or_closed_cannot_be_passed(floor: Floor) -> None:
    claimed, closed = floor.arrive(count=2)
    floor.claim(claimed, "ana", MONDAY_NOON + MINUTE)
    with pytest.raises(AlreadyClaimedError, match="Ana Ruiz has had this lead since Mon 02 Mar, 12:01 EST"):
        floor.pass_on(claimed, "ana", MONDAY_NOON + MINUTE)
    floor.claim(closed, "ana", MONDAY_NOON + MINUTE)
    with floor.database.write() as session:
        session.get_one(Lead, closed).status = Status.WRONG_FIT
    with pytest.raises(LeadClosedError, match="closed"):
        floor.pass_on(closed, "ana", MONDAY_NOON + MINUTE)


def test_with_nobody_left_in_the_pool_the_managers_hear_why_and_the_ladder_still_ends_at_the_fallback(
    floor: Floor,
) -> None:
    with floor.database.write() as session:
        for rep in session.scalars(select(Rep).where(Rep.key.in_(("ana", "ben", "cleo")))):
            rep.active = False
    [lead_id] = floor.arrive()
    assert floor.assignee(lead_id) is None
    [offered] = floor.story(lead_id, ActivityKind.OFFERED)
    assert [one["skipped"] for one in offered.facts["considered"]] == ["left the team"] * 3
    [escalated] = floor.story(lead_id, ActivityKind.ESCALATED)
    assert escalated.facts["told"] == ["mia"]
    assert sorted(escalated.facts["reason"].split("; ")) == [
        f"{name} Ruiz left the team" for name in ("Ana", "Ben", "Cleo")
    ]
    assert floor.balances() == {}
    floor.run(MONDAY_NOON, 150)
    assert floor.owner(lead_id) == "finn"
    assert floor.story(lead_id, ActivityKind.NUDGED) == []
