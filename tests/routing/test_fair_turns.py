"""Turns by weight, through joins, leaves, changes of weight and leave: the ledger's rules, on any sequence (D5, D7)."""

from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.cadence import UndoError
from bot.db import Database
from bot.db.models import TURN, ActivityKind, LadderKind, Lead, OfferRep, Rep, Turn, TurnReason
from bot.routing import offer_leads, reassign, take_back, undo_reassign, welcome_back
from bot.routing.ledger import Ledger
from bot.routing.rotation import Decision, reweighed, turn_of
from bot.routing.widen import ask_next_too
from bot.team.live import live_team
from bot.team.members import WEIGHTS
from tests.people import rep_by_key
from tests.routing.conftest import MONDAY_NOON, Floor, team_text

MINUTE = timedelta(minutes=1)
TEAM = ("ana", "ben", "cleo", "dave", "mia")


# -- the ledger alone


@dataclass
class Books:
    """A ledger in one transaction that is thrown away: what a pool decides, lead after lead."""

    session: Session
    reps: dict[str, Rep]
    weights: dict[str, int] = field(default_factory=dict)
    leads: int = 0

    def decide(self, away: Collection[str] = ()) -> Decision:
        """The next lead, decided in a transaction of its own as far as the ledger can tell."""
        self.session.flush()
        self.leads += 1
        ledger = Ledger(self.session, "p", [self.reps[key] for key in self.weights], self.weights)
        on_leave = {self.reps[key].id for key in away if key in self.weights}
        decision = ledger.decide(self.leads, dict.fromkeys(on_leave, "away"), on_leave, MONDAY_NOON)
        if decision.chosen:
            ledger.write_turn(decision.chosen.rep_id, None, MONDAY_NOON)
        return decision

    def balances(self) -> dict[str, int]:
        self.session.flush()
        rows = select(Rep.key, func.sum(Turn.amount)).join(Rep).where(Turn.pool == "p").group_by(Rep.key)
        return {key: int(balance) for key, balance in self.session.execute(rows)}


@pytest.fixture(scope="module")
def bare(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("books") / "books.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        session.add_all(Rep(key=key, name=key.title()) for key in TEAM)
    yield database
    database.dispose()


def books(session: Session, **weights: int) -> Books:
    return Books(session, {rep.key: rep for rep in session.scalars(select(Rep))}, weights)


events = st.one_of(
    st.tuples(st.just("weight"), st.sampled_from(TEAM), st.sampled_from((1, 2, 3, 16))),
    st.tuples(st.just("leave"), st.sampled_from(TEAM), st.just(1)),
    st.tuples(st.just("away or back"), st.sampled_from(TEAM), st.just(1)),
    st.tuples(st.just("leads"), st.sampled_from(TEAM), st.integers(1, 6)),
)


@settings(max_examples=40)
@given(st.lists(events, min_size=3, max_size=12))
def test_whatever_changes_the_lowest_is_asked_and_nobody_is_further_apart_than_one_turn_of_the_lightest(
    bare: Database, story: list[tuple[str, str, int]]
) -> None:
    with bare.read() as session:
        pool = books(session, ana=1, ben=2)
        away: set[str] = set()
        for what, who, number in story:
            if what == "weight":
                pool.weights[who] = number
            elif what == "leave" and len(pool.weights) > 1:
                pool.weights.pop(who, None)
            elif what == "away or back":
                away ^= {who}
            for _ in range(number if what == "leads" else 0):
                decision = pool.decide(away)
                eligible = [one.balance for one in decision.considered if one.skipped is None]
                assert bool(eligible) == bool(set(pool.weights) - away)
                if decision.chosen:
                    assert decision.chosen.balance == min(eligible)
                    assert max(eligible) - min(eligible) <= turn_of(1)


@settings(max_examples=15)
@given(st.dictionaries(st.sampled_from(TEAM), st.sampled_from((1, 2, 3, 4)), min_size=2), st.randoms())
def test_leads_are_shared_by_weight_and_the_order_of_the_members_changes_nothing(
    bare: Database, weights: dict[str, int], random: object
) -> None:
    shuffled = dict(sorted(weights.items(), key=lambda _: random.random()))  # type: ignore[attr-defined]
    with bare.read() as session:
        pool = books(session, **weights)
        asked = [
            decision.chosen.rep
            for _ in range(2 * sum(weights.values()))
            if (decision := pool.decide()).chosen
        ]
    with bare.read() as session:
        other = books(session, **shuffled)
        again = [chosen.rep for _ in asked if (chosen := other.decide().chosen)]
    assert asked == again
    assert Counter(asked) == {key: 2 * weight for key, weight in weights.items()}


units = st.integers(-50 * TURN, 50 * TURN)
weights = st.sampled_from(WEIGHTS)


@given(units, units, weights, weights)
def test_a_new_weight_takes_nobody_further_from_the_average_nor_owes_them_more_leads(
    balance: int, peers: int, old: int, new: int
) -> None:
    before, after = balance - peers, reweighed(balance, peers, old, new) - peers
    assert abs(after) <= abs(before)
    # Leads owed are the distance in turns of one's own; a unit is lost to rounding at most.
    assert abs(after) * new <= abs(before) * old + new


@given(st.lists(units, min_size=2, max_size=5), st.integers(2, 16))
def test_weights_that_all_grow_alike_change_nothing_but_the_scale(balances: list[int], times: int) -> None:
    peers = sum(balances) // len(balances)
    grown = [reweighed(balance, peers, 1, times) for balance in balances]
    for before, after in zip(balances, grown, strict=True):
        assert 0 <= (before - peers) - (after - peers) * times < times


def test_somebody_whose_weight_grows_from_1_to_16_gets_no_flood(bare: Database) -> None:
    with bare.read() as session:
        pool = books(session, ana=1, ben=1)
        first = pool.decide().chosen
        assert first
        behind = "ben" if first.rep == "ana" else "ana"
        pool.weights[behind], pool.weights[first.rep] = 16, 16
        asked = [decision.chosen.rep for _ in range(8) if (decision := pool.decide()).chosen]
    # They were owed one lead and are owed one lead, not sixteen.
    assert asked[0] == behind
    assert Counter(asked[:2] + asked[2:4]) == {behind: 2, first.rep: 2}


@pytest.mark.parametrize("how", ["on leave", "out of the document"])
def test_whoever_was_gone_comes_back_at_the_average_and_the_ledger_says_so(bare: Database, how: str) -> None:
    with bare.read() as session:
        pool = books(session, ana=1, ben=1, cleo=1)
        for _ in range(6):
            pool.decide()
        weight = pool.weights if how == "on leave" else pool.weights.copy()
        if how != "on leave":
            del pool.weights["cleo"]
        for _ in range(10):
            pool.decide(away=["cleo"] if how == "on leave" else [])
        pool.weights = weight
        asked = Counter(decision.chosen.rep for _ in range(6) if (decision := pool.decide()).chosen)
        assert asked == {"ana": 2, "ben": 2, "cleo": 2}
        told = select(Turn.reason, Turn.amount).join(Rep).where(Rep.key == "cleo", Turn.offer_id.is_(None))
        started = [
            (reason, amount)
            for reason, amount in session.execute(told.order_by(Turn.id))
            if reason is not TurnReason.OFFERED
        ]
    assert started == [(TurnReason.JOINED, 0), (TurnReason.LEFT, 0), (TurnReason.CAME_BACK, 5 * TURN)]


def test_a_whole_team_that_was_gone_starts_where_it_was(bare: Database) -> None:
    with bare.read() as session:
        pool = books(session, ana=1, ben=1)
        pool.decide()
        before = pool.balances()
        assert pool.decide(away=["ana", "ben"]).chosen is None
        chosen = pool.decide().chosen
        assert chosen
        assert before[chosen.rep] == 0


# -- through the edges


def test_members_with_weights_get_their_share_and_what_they_own_counts_towards_their_caps(
    floor: Floor,
) -> None:
    text = (
        team_text()
        .replace("[ana, ben, cleo]", "{ana: 2, ben: 1}")
        .replace("    managers:", "    caps: {per_week: 4, open: 3}\n    managers:")
    )
    floor.apply(text)
    leads = floor.arrive(count=3)
    asked = Counter(floor.assignee(lead) for lead in leads)
    assert asked == {"ana": 2, "ben": 1}
    assert floor.balances() == {"ana": TURN, "ben": TURN}
    for lead in leads:
        floor.claim(lead, str(floor.assignee(lead)), MONDAY_NOON)
    more = floor.arrive(MONDAY_NOON + MINUTE, count=4)
    asks = [floor.assignee(lead) for lead in more]
    assert Counter(asks) == {"ana": 1, "ben": 2, None: 1}
    [escalated] = floor.story(more[-1], ActivityKind.ESCALATED)
    assert "Ana Ruiz at 3 of 3 open leads" in escalated.facts["reason"]
    considered = {one["rep"]: one for one in floor.asks(more[0])[0].decision["considered"]}
    assert considered["ana"]["load"] == ["2 of 3 open leads", "2 of 4 leads this week"]


def test_a_person_has_one_cap_for_all_pools(floor: Floor) -> None:
    text = team_text(("ana",)).replace("ana@acme.example,", "ana@acme.example, caps: {per_day: 2},")
    floor.apply(text + team_text(("ana",), pool="outbound").split("pools:\n")[1] + "default_pool: inbound\n")
    asked = [floor.assignee(lead) for lead in floor.arrive(count=2)]
    asked += [floor.assignee(lead) for lead in floor.arrive(pool="outbound")]
    assert asked == ["ana", "ana", None]
    assert floor.assignee(floor.arrive(MONDAY_NOON + timedelta(days=1))[0]) == "ana"


def test_a_lead_given_to_somebody_else_moves_the_turn_and_undo_moves_it_back(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    old = str(floor.assignee(lead_id))
    new = "ben" if old != "ben" else "cleo"
    floor.claim(lead_id, old, MONDAY_NOON)
    with floor.database.write() as session:
        by, to = rep_by_key(session, "mia"), rep_by_key(session, new)
        handed = reassign(session, floor.lead(lead_id), to, by, MONDAY_NOON + MINUTE).id
    assert (floor.owner(lead_id), floor.balances()[old], floor.balances()[new]) == (new, 0, TURN)
    with floor.database.write() as session:
        undo_reassign(session, handed, rep_by_key(session, "mia"), MONDAY_NOON + 2 * MINUTE)
    assert (floor.owner(lead_id), floor.balances()[old], floor.balances()[new]) == (old, TURN, 0)
    with floor.database.write() as session:
        to = rep_by_key(session, new)
        reassign(session, floor.lead(lead_id), to, None, MONDAY_NOON + 3 * MINUTE, move_credit=False)
    assert (floor.owner(lead_id), floor.balances()[old], floor.balances()[new]) == (new, TURN, 0)


def test_a_hand_over_is_not_undone_once_somebody_else_has_the_lead(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    floor.claim(lead_id, "ana", MONDAY_NOON)
    with floor.database.write() as session:
        mia, ben, live = rep_by_key(session, "mia"), rep_by_key(session, "ben"), live_team(session)
        lead = session.get_one(Lead, lead_id)
        handed = reassign(session, lead, ben, mia, MONDAY_NOON + MINUTE).id
        take_back(session, lead, "no reaction", live, MONDAY_NOON + 2 * MINUTE)
        offer_leads(session, [lead], live, MONDAY_NOON + 2 * MINUTE)
    with pytest.raises(UndoError, match="cannot be undone any more"), floor.database.write() as session:
        undo_reassign(session, handed, rep_by_key(session, "mia"), MONDAY_NOON + 3 * MINUTE)
    floor.claim(lead_id, "cleo", MONDAY_NOON + 3 * MINUTE)
    with pytest.raises(UndoError, match="cannot be undone any more"), floor.database.write() as session:
        undo_reassign(session, handed, rep_by_key(session, "mia"), MONDAY_NOON + 4 * MINUTE)
    assert floor.owner(lead_id) == "cleo"


def test_a_lead_nobody_has_yet_can_be_given_and_the_one_asked_keeps_the_turn(floor: Floor) -> None:
    [lead_id] = floor.arrive()
    asked = str(floor.assignee(lead_id))
    new = "ben" if asked != "ben" else "cleo"
    with floor.database.write() as session:
        to, by = rep_by_key(session, new), rep_by_key(session, "mia")
        reassign(session, floor.lead(lead_id), to, by, MONDAY_NOON + MINUTE)
    assert (floor.owner(lead_id), floor.balances()[asked], floor.balances()[new]) == (new, 0, TURN)
    assert floor.ladder(lead_id, LadderKind.CLAIM).ended_at is not None
    assert floor.lead(lead_id).claimed_by_id is None


def test_a_second_one_asked_spends_a_turn_and_when_the_first_passes_the_second_is_still_asked(
    floor: Floor,
) -> None:
    [lead_id] = floor.arrive()
    first = str(floor.assignee(lead_id))
    with floor.database.write() as session:
        live = live_team(session)
        pool = live.team.pool("inbound")
        second = ask_next_too(session, floor.lead(lead_id), pool, live, MONDAY_NOON + MINUTE)
        assert second is not None
        key = second.key
    assert floor.assignee(lead_id) == first != key
    assert floor.balances()[first] == floor.balances()[key] == TURN
    assert floor.pass_on(lead_id, first, MONDAY_NOON + 2 * MINUTE) == key
    assert floor.assignee(lead_id) == key
    assert len(floor.asks(lead_id)) == 2


def test_back_from_leave_somebody_is_told_where_they_stand_only_if_turns_were_given_meanwhile(
    floor: Floor,
) -> None:
    floor.arrive(count=6)
    floor.apply(team_text(("ana", "ben")))
    floor.arrive(MONDAY_NOON + MINUTE, count=4)
    floor.apply(team_text())
    for _ in range(2):
        with floor.database.write() as session:
            cleo = rep_by_key(session, "cleo")
            welcome_back(session, live_team(session).team.pool("inbound"), cleo, MONDAY_NOON + 2 * MINUTE)
    assert floor.balances() == {"ana": 4 * TURN, "ben": 4 * TURN, "cleo": 4 * TURN}


def test_of_100_leads_at_once_the_kth_decision_under_the_lock_gets_the_kth_turn(floor: Floor) -> None:
    with ThreadPoolExecutor(10) as threads:
        leads = [lead for [lead] in threads.map(lambda _: floor.arrive(), range(100))]
    with floor.database.read() as session:
        decisions = session.scalars(select(OfferRep.decision).order_by(OfferRep.id)).all()
        turns = session.scalars(
            select(Turn.rep_id).where(Turn.reason == TurnReason.OFFERED).order_by(Turn.id)
        ).all()
        asked = session.scalars(select(OfferRep.rep_id).order_by(OfferRep.id)).all()
    assert len(leads) == 100
    assert list(turns) == list(asked)
    for number, decision in enumerate(decisions):
        considered = decision["considered"]
        assert sum(one["balance"] for one in considered) == number * TURN
        assert considered[0]["balance"] == min(one["balance"] for one in considered)
    assert sorted(Counter(asked).values()) == [33, 33, 34]
