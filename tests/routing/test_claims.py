import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.cadence import LeadClosedError, open_offer
from bot.db import Database
from bot.db.models import (
    TURN,
    ActivityKind,
    AskState,
    Enrollment,
    LadderKind,
    Lead,
    Offer,
    OfferState,
    Rep,
    Status,
    Task,
)
from bot.routing import (
    AlreadyClaimedError,
    NotInPoolError,
    claim,
    is_manager,
    is_member,
    pass_offer,
)
from bot.team.live import live_team
from tests.routing.conftest import MONDAY_NOON, Floor, team_text

MINUTE = timedelta(minutes=1)


def test_a_claim_gives_the_lead_an_owner_a_plan_and_a_first_touch(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    assignee = str(floor.assignee(lead_id))
    floor.claim(lead_id, assignee, MONDAY_NOON + 2 * MINUTE)
    lead = floor.lead(lead_id)
    assert (floor.owner(lead_id), lead.claimed_at) == (assignee, MONDAY_NOON + 2 * MINUTE)
    assert lead.next_action
    with floor.database.read() as session:
        assert open_offer(session, lead_id) is None
        assert session.scalars(select(Offer.state)).one() is OfferState.CLAIMED
        assert session.scalar(select(func.count()).select_from(Enrollment)) == 1
        assert session.scalars(select(Task.owner_id)).one() == lead.owner_id
    assert [ask.state for ask in floor.asks(lead_id)] == [AskState.CLAIMED]
    [claimed] = floor.story(lead_id, ActivityKind.CLAIMED)
    assert (claimed.rep_id, claimed.facts) == (lead.owner_id, {"offered_to": assignee})
    assert floor.balances()[assignee] == TURN


def test_a_claim_ends_the_claim_ladder(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    floor.claim(lead_id, "ana", MONDAY_NOON + MINUTE)
    assert floor.ladder(lead_id, LadderKind.CLAIM).ended_at == MONDAY_NOON + MINUTE
    floor.run(MONDAY_NOON + MINUTE, 200)
    assert floor.owner(lead_id) == "ana"
    assert floor.story(lead_id, ActivityKind.NUDGED, ActivityKind.ASSIGNED) == []


def test_claiming_anothers_offer_before_the_first_nudge_gives_their_turn_back(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    assignee = str(floor.assignee(lead_id))
    claimer = next(key for key in ("ana", "ben") if key != assignee)
    floor.claim(lead_id, claimer, MONDAY_NOON + 4 * MINUTE)
    assert (floor.balances()[assignee], floor.balances()[claimer]) == (0, TURN)
    assert [ask.state for ask in floor.asks(lead_id)] == [AskState.TAKEN]


def test_claiming_anothers_offer_after_the_first_nudge_spends_both_turns(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    assignee = str(floor.assignee(lead_id))
    claimer = next(key for key in ("ana", "ben") if key != assignee)
    floor.run(MONDAY_NOON, 5)
    floor.claim(lead_id, claimer, MONDAY_NOON + 6 * MINUTE)
    assert (floor.balances()[assignee], floor.balances()[claimer]) == (TURN, TURN)
    assert [ask.state for ask in floor.asks(lead_id)] == [AskState.MISSED]


def test_whoever_comes_second_is_told_who_has_it_and_since_when(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    floor.claim(lead_id, "ana", MONDAY_NOON + MINUTE)
    for key in ("ben", "ana"):
        with pytest.raises(
            AlreadyClaimedError, match="Ana Ruiz has had this lead since Mon 02 Mar, 12:01 EST"
        ):
            floor.claim(lead_id, key, MONDAY_NOON + 2 * MINUTE)
    assert floor.lead(lead_id).claimed_at == MONDAY_NOON + MINUTE


def test_only_the_pools_people_may_claim(floor: Floor) -> None:
    [first, second] = floor.arrive(count=2)
    with pytest.raises(NotInPoolError, match="inbound"):
        floor.claim(first, "otto", MONDAY_NOON)
    assert floor.owner(first) is None
    floor.claim(first, "mia", MONDAY_NOON)
    floor.claim(second, "finn", MONDAY_NOON)
    assert (floor.owner(first), floor.owner(second)) == ("mia", "finn")


def test_whoever_was_asked_may_still_claim_after_leaving_the_pool(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    assignee = str(floor.assignee(lead_id))
    floor.apply(team_text([key for key in ("ana", "ben", "cleo") if key != assignee]))
    floor.claim(lead_id, assignee, MONDAY_NOON + MINUTE)
    assert floor.owner(lead_id) == assignee


def test_leads_of_a_pool_that_left_the_document_can_still_be_claimed(floor: Floor) -> None:
    passed, claimed = floor.arrive(count=2)
    floor.apply(team_text(("dave",), pool="outbound"))
    floor.pass_on(passed, str(floor.assignee(passed)), MONDAY_NOON + MINUTE)
    floor.claim(claimed, "ana", MONDAY_NOON + MINUTE)
    assert floor.owner(claimed) == "ana"
    assert len(floor.asks(passed)) == 2


def test_a_closed_lead_cannot_be_claimed(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    floor.claim(lead_id, "ana", MONDAY_NOON)
    with floor.database.write() as session:
        session.get_one(Lead, lead_id).status = Status.NOT_INTERESTED
    with pytest.raises(LeadClosedError, match="closed: not interested"):
        floor.claim(lead_id, "ben", MONDAY_NOON)


def test_members_and_managers_are_told_apart(floor: Floor) -> None:
    with floor.database.read() as session:
        live = live_team(session)
    ana, mia = floor.rep("ana"), floor.rep("mia")
    assert (is_member(live, "inbound", ana), is_member(live, "inbound", mia)) == (True, False)
    assert (is_manager(live, "inbound", ana), is_manager(live, "inbound", mia)) == (False, True)
    assert (is_manager(live, None, mia), is_manager(live, "elsewhere", mia)) == (True, False)
    assert not is_member(live, "elsewhere", ana)


def test_of_200_clicking_at_once_one_owns_the_lead(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    reps = [floor.rep(key) for key in ("ana", "ben", "cleo")]
    results = _at_once(200, lambda number: _try_claim(floor.database, lead_id, reps[number % 3]))
    told = Counter(results)
    winner = floor.owner(lead_id)
    assert winner is not None
    assert told == {"won": 1, f"{winner.title()} Ruiz": 199}
    assert len(floor.story(lead_id, ActivityKind.CLAIMED)) == 1
    assert sum(floor.balances().values()) == TURN


def test_a_claim_a_pass_and_the_last_step_at_once_leave_one_owner_and_no_deadlock(floor: Floor) -> None:
    lead_ids = floor.arrive(count=12)
    asked = {lead_id: floor.rep(str(floor.assignee(lead_id))) for lead_id in lead_ids}
    mia, late = floor.rep("mia"), MONDAY_NOON + 150 * MINUTE

    def act(number: int) -> str:
        lead_id = lead_ids[number // 3]
        if number % 3 == 0:
            return f"{floor.tick(late)} steps"
        if number % 3 == 1:
            return _try_claim(floor.database, lead_id, mia)
        return _try_pass(floor.database, lead_id, asked[lead_id])

    _at_once(36, act)
    floor.tick(late)
    for lead_id in lead_ids:
        assert floor.owner(lead_id) in ("mia", "finn")
        assert len(floor.story(lead_id, ActivityKind.CLAIMED, ActivityKind.ASSIGNED)) == 1


def test_passes_at_once_are_decided_one_after_the_other_each_on_all_turns_before_it(floor: Floor) -> None:
    lead_ids = floor.arrive(count=6)
    asked = {lead_id: floor.rep(str(floor.assignee(lead_id))) for lead_id in lead_ids}
    passed = _at_once(6, lambda number: _try_pass(floor.database, lead_ids[number], asked[lead_ids[number]]))
    assert passed == ["passed"] * 6
    asks = sorted((ask for lead_id in lead_ids for ask in floor.asks(lead_id)), key=lambda ask: ask.id)
    spent = [sum(one["balance"] for one in ask.decision["considered"]) for ask in asks]
    assert spent == [turns * TURN for turns in range(12)]


def _try_claim(database: Database, lead_id: int, rep: Rep) -> str:
    """ "won", or who has it."""
    try:
        with database.write() as session:
            claim(session, lead_id, rep, MONDAY_NOON + MINUTE)
    except AlreadyClaimedError as taken:
        return taken.owner
    return "won"


def _try_pass(database: Database, lead_id: int, rep: Rep) -> str:
    try:
        with database.write() as session:
            pass_offer(session, lead_id, rep, MONDAY_NOON + MINUTE)
    except AlreadyClaimedError as taken:
        return taken.owner
    return "passed"


def _at_once(count: int, act: Callable[[int], str]) -> list[str]:
    """What each of `count` threads came to, all let go at the same moment."""
    ready = threading.Barrier(count)

    def run(number: int) -> str:
        ready.wait()
        return act(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))
