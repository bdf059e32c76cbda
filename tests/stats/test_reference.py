"""The figures against a slow count of the same histories that knows neither SQL nor our business time."""

import statistics
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.db import Database
from bot.db.models import AskState, LadderKind, Outcome, Status, TaskState, Tier
from bot.stats import RepStats, Spread, TeamStats
from tests.stats.conftest import A_WEEK, NOW, Record

NEW_YORK = ZoneInfo("America/New_York")
WHO = ("ana", "ben", "cleo", "mia")
OPEN = (TaskState.WAITING, TaskState.DUE)
TARGETS = {("always", True): 300, ("always", False): 900, ("office", True): 180, ("office", False): 1800}


@dataclass(frozen=True)
class Touch:
    who: str
    state: TaskState
    due_in: int
    """Seconds from now, mostly negative."""
    late: bool


@dataclass(frozen=True)
class History:
    """What happened to one lead."""

    ago: int
    """Seconds since it came in."""
    pool: str
    tier: Tier
    source: str
    status: Status
    owner: str | None
    claimed_after: int | None
    """Seconds; an owner without it was assigned."""
    answered_after: int | None
    asks: list[tuple[str, AskState]]
    touches: list[Touch]
    outcomes: list[tuple[Outcome, bool]]
    """And whether it stands."""
    escalations: list[LadderKind]

    @property
    def received_at(self) -> datetime:
        return NOW - timedelta(seconds=self.ago)

    @property
    def is_claimed(self) -> bool:
        return self.owner is not None and self.claimed_after is not None


NEAR_AN_EDGE = st.sampled_from([0, 180, 181, 300, 301, 900, 901, 1800, 1801, 3600, 3601])
SOON = NEAR_AN_EDGE | st.integers(0, 4 * 86400)
CLOSABLE = st.sampled_from([Status.ACTIVE, Status.NURTURE, Status.WRONG_FIT])
# Only one touch of a lead may be open.
TOUCHES = st.lists(
    st.builds(
        Touch,
        st.sampled_from(WHO),
        st.sampled_from(TaskState),
        st.sampled_from([-43201, -43200]) | st.integers(-86400, 3600),
        st.booleans(),
    ),
    max_size=4,
).filter(lambda touches: sum(touch.state in OPEN for touch in touches) <= 1)
HISTORIES = st.lists(
    st.builds(
        History,
        ago=SOON | st.sampled_from([7 * 86400, 7 * 86400 + 1]) | st.integers(0, 9 * 86400),
        pool=st.sampled_from(["always", "office"]),
        tier=st.sampled_from(Tier),
        source=st.sampled_from(["website", "facebook", "partner"]),
        status=CLOSABLE,
        owner=st.none() | st.sampled_from(WHO),
        claimed_after=st.none() | SOON,
        answered_after=st.none() | SOON,
        asks=st.lists(st.tuples(st.sampled_from(WHO), st.sampled_from(AskState)), max_size=3),
        touches=TOUCHES,
        outcomes=st.lists(st.tuples(st.sampled_from(Outcome), st.booleans()), max_size=3),
        escalations=st.lists(st.sampled_from(LadderKind), max_size=3),
    ),
    max_size=12,
)


@pytest.mark.parametrize("pools", [(), ("office",)])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=HISTORIES)
def test_any_history_gives_the_figures_of_a_slow_count(
    database: Database, pools: tuple[str, ...], histories: list[History]
) -> None:
    with database.read() as session:
        record = Record(session)
        for history in histories:
            write(record, history)
        found = record.figures(*pools)
    known = [history for history in histories if not pools or history.pool in pools]
    check_team(found, known)
    keys = {record.people[key].id: key for key in WHO}
    for rep in found.reps:
        check_rep(rep, keys[rep.rep_id], known)
    assert sum(rep.touches_done for rep in found.reps) == found.touches_done
    assert sum(rep.claimed for rep in found.reps) == found.claimed


def write(record: Record, history: History) -> None:
    lead = record.lead(
        history.received_at,
        pool=history.pool,
        tier=history.tier,
        source=history.source,
        status=history.status,
    )
    for who, ask in history.asks:
        record.ask(lead, who, ask)
    if history.owner and history.claimed_after is not None:
        record.claim(lead, history.owner, history.claimed_after)
    elif history.owner:
        record.assign(lead, history.owner)
    if history.answered_after is not None:
        record.respond(lead, history.answered_after)
    for touch in history.touches:
        due_at = NOW + timedelta(seconds=touch.due_in)
        record.touch(lead, touch.who, touch.state, due_at=due_at, late=touch.late)
    for outcome, stands in history.outcomes:
        record.outcome(lead, outcome, undone_at=None if stands else NOW)
    for ladder in history.escalations:
        record.escalate(lead, ladder)


def check_team(found: TeamStats, known: list[History]) -> None:
    recent = in_period(known)
    assert found.received == len(recent)
    assert found.by_tier == {tier: sum(each.tier is tier for each in recent) for tier in Tier}
    assert found.by_source == {
        source: [each.source for each in recent].count(source) for source in {each.source for each in recent}
    }
    assert found.assigned == sum(each.owner is not None and each.claimed_after is None for each in recent)
    claims = [each for each in recent if each.is_claimed]
    assert found.claimed == len(claims)
    check_spread(found.claim.wall, [each.claimed_after or 0 for each in claims])
    check_spread(found.claim.business, [business(each, each.claimed_after or 0) for each in claims])
    check_responses(found, recent)

    lying = [
        each
        for each in known
        if each.ago > 0 and each.owner is None and each.status in (Status.ACTIVE, Status.NURTURE)
    ]
    assert found.unclaimed_now == len(lying)
    assert found.oldest_unclaimed_at == min((each.received_at for each in lying), default=None)
    for ladder in LadderKind:
        assert found.escalated[ladder] == sum(ladder in each.escalations for each in recent)
    standing = [outcome for each in recent for outcome, stands in each.outcomes if stands]
    assert found.outcomes == {outcome: standing.count(outcome) for outcome in standing}
    touches = list(chain.from_iterable(each.touches for each in recent))
    assert found.touches_done == sum(touch.state is TaskState.DONE for touch in touches)
    assert found.touches_skipped == sum(touch.state is TaskState.SKIPPED for touch in touches)
    assert found.touches_late == sum(touch.late for touch in touches if touch.state is TaskState.DONE)
    assert found.touches_overdue == sum(is_overdue(touch) and touch.due_in < TODAY for touch in touches)


def check_responses(found: TeamStats, recent: list[History]) -> None:
    answered = [each for each in recent if each.answered_after is not None]
    waits = [business(each, each.answered_after or 0) for each in answered]
    check_spread(found.first_response.wall, [each.answered_after or 0 for each in answered])
    check_spread(found.first_response.business, waits)
    assert found.unanswered == len(recent) - len(answered)
    kept = sum(wait <= target(each) for each, wait in zip(answered, waits, strict=True))
    given_up = [each for each in recent if each.answered_after is None]
    missed = sum(business(each, each.ago) > target(each) for each in given_up)
    assert (found.in_target, found.out_of_target) == (kept, len(answered) - kept + missed)


def check_rep(found: RepStats, who: str, known: list[History]) -> None:
    recent = in_period(known)
    asks = [ask for each in recent for asked, ask in each.asks if asked == who]
    assert found.offered == len(asks)
    assert (found.passed, found.missed) == (asks.count(AskState.PASSED), asks.count(AskState.MISSED))
    mine = [each for each in recent if each.owner == who]
    claims = [each for each in mine if each.is_claimed]
    assert found.claimed == len(claims)
    assert found.claim.median == median([business(each, each.claimed_after or 0) for each in claims])
    assert found.first_response.median == median(
        [business(each, each.answered_after) for each in mine if each.answered_after is not None]
    )
    touches = [touch for each in recent for touch in each.touches if touch.who == who]
    assert found.touches_done == sum(touch.state is TaskState.DONE for touch in touches)
    assert found.touches_late == sum(touch.late for touch in touches if touch.state is TaskState.DONE)
    overdue = [touch for each in known for touch in each.touches if touch.who == who and is_overdue(touch)]
    assert found.overdue_now == len(overdue)
    assert found.booked == sum((Outcome.BOOKED, True) in each.outcomes for each in mine)


def check_spread(found: Spread, seconds: list[int]) -> None:
    assert found.count == len(seconds)
    assert found.median == median(seconds)
    assert found.average == (pytest.approx(statistics.mean(seconds)) if seconds else None)
    if len(seconds) > 1:
        assert found.p90 == pytest.approx(statistics.quantiles(seconds, n=10, method="inclusive")[8])
    minutes = [each / 60 for each in seconds]
    assert found.bands == (
        sum(each <= 5 for each in minutes),
        sum(5 < each <= 15 for each in minutes),
        sum(15 < each <= 60 for each in minutes),
        sum(each > 60 for each in minutes),
    )


def in_period(known: list[History]) -> list[History]:
    return [each for each in known if 0 < each.ago <= A_WEEK.total_seconds()]


TODAY = -12 * 3600
"""When the day began, in seconds from NOW, which is noon."""


def is_overdue(touch: Touch) -> bool:
    return touch.state in OPEN and touch.due_in < 0


def target(history: History) -> int:
    return TARGETS[history.pool, history.tier is Tier.HOT]


def median(seconds: list[int]) -> float | None:
    return statistics.median(seconds) if seconds else None


def business(history: History, after: int) -> int:
    """Seconds of the pool's hours, weekdays nine to five in New York, in the `after` seconds from arrival."""
    if history.pool == "always":
        return after
    start, end = history.received_at, history.received_at + timedelta(seconds=after)
    total = timedelta()
    day = start.astimezone(NEW_YORK).date()
    while day <= end.astimezone(NEW_YORK).date():
        if day.weekday() < 5:
            opens, closes = (datetime.combine(day, time(hour), NEW_YORK) for hour in (9, 17))
            total += max(timedelta(), min(closes, end) - max(opens, start))
        day += timedelta(days=1)
    return int(total.total_seconds())
