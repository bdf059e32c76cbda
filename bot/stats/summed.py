"""A cohort summed up from cells: however many leads, the same counts and averages, percentiles to within their bin."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import AskState, LadderKind, Outcome, Rep, TaskState, Tier
from bot.stats import counting
from bot.stats.bins import Histogram, merged, number_within, spread_of
from bot.stats.cells import ByPlace, Cells, TimesByPlace
from bot.stats.cohort import Answered, Cohort, Group, Part, TargetSeconds
from bot.stats.counting import TEAM
from bot.stats.figures import Durations
from bot.stats.queries import Scope, answered_within
from bot.stats.spread import Spread

REPS_TIMED = 20
"""So many reps' durations, those with the most claims, are summed up; as many as the figures show."""


def cohort_from_cells(session: Session, scope: Scope, target_seconds: TargetSeconds) -> Cohort:
    """What became of the leads of this scope, as they stand now. Raises CellsBehindError."""
    cells = Cells(session, scope)
    numbers = cells.numbers([TEAM, *session.scalars(select(Rep.id))])
    times = cells.times([TEAM])
    by_rep = _numbers_by_rep(numbers)
    team = by_rep.pop(TEAM, Counter())
    return Cohort(
        by_tier={Tier(name): number for name, number in _family(team, counting.RECEIVED).items()},
        by_source=_family(team, counting.SOURCE),
        claimed=team[counting.CLAIMED],
        assigned=team[counting.ASSIGNED],
        claim=_durations(times, counting.CLAIM, counting.CLAIM_BUSINESS),
        first_response=_durations(times, counting.RESPONSE, counting.HOT, counting.REST),
        groups=_groups(session, scope, numbers, times, target_seconds),
        escalated={LadderKind(name): number for name, number in _family(team, counting.ESCALATED).items()},
        outcomes={Outcome(name): number for name, number in _family(team, counting.OUTCOME).items()},
        parts=_parts(cells, by_rep),
    )


def part_from_cells(session: Session, scope: Scope, rep: Rep) -> Part:
    """One person's part in these leads. Raises CellsBehindError."""
    sums = Cells(session, scope).sums([rep.id])
    times = {place: each.times for place, each in sums.items()}
    return _part(_numbers_by_rep(sums).get(rep.id, Counter()), times, rep.id)


def _parts(cells: Cells, numbers: Mapping[int, Counter[str]]) -> dict[int, Part]:
    first = sorted(numbers, key=lambda rep_id: -numbers[rep_id][counting.CLAIMED])[:REPS_TIMED]
    # Whoever was given a lead and answered it has a duration and no number: only that says they took part.
    only_timed = [rep_id for rep_id, each in numbers.items() if not any(each.values())]
    times = cells.times({*first, *only_timed})
    return {rep_id: _part(each, times, rep_id) for rep_id, each in numbers.items()}


def _part(numbers: Counter[str], times: TimesByPlace, rep_id: int) -> Part:
    asked, touches = _family(numbers, counting.ASKED), _family(numbers, counting.TOUCHES)
    return Part(
        offered=asked.total(),
        passed=asked[AskState.PASSED],
        missed=asked[AskState.MISSED],
        claimed=numbers[counting.CLAIMED],
        booked=numbers[counting.BOOKED],
        touches_done=touches[TaskState.DONE],
        touches_late=numbers[counting.LATE],
        touches_skipped=touches[TaskState.SKIPPED],
        claim=_spread(times, rep_id, counting.CLAIM),
        first_response=_spread(times, rep_id, counting.RESPONSE),
    )


def _numbers_by_rep(sums: ByPlace) -> dict[int, Counter[str]]:
    """Each person's in all pools."""
    numbers: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for (_, rep_id), each in sums.items():
        numbers[rep_id].update(each.numbers)
    return numbers


def _family(numbers: Counter[str], name: str) -> Counter[str]:
    """What stands behind the colon, of all that begin alike."""
    return Counter(
        {
            full.partition(":")[2]: number
            for full, number in numbers.items()
            if number and full.startswith(f"{name}:")
        }
    )


def _durations(times: TimesByPlace, wall: str, *business: str) -> Durations:
    return Durations(wall=_spread(times, TEAM, wall), business=_spread(times, TEAM, *business))


def _spread(times: TimesByPlace, rep_id: int, *names: str) -> Spread:
    found = [each for (_, whose), each in times.items() if whose == rep_id]
    return spread_of(merged(each[name] for each in found for name in names if name in each))


def _groups(
    session: Session, scope: Scope, numbers: ByPlace, times: TimesByPlace, target_seconds: TargetSeconds
) -> dict[Group, Answered]:
    received: Counter[Group] = Counter()
    for (pool, rep_id), each in numbers.items():
        if rep_id == TEAM:
            for tier, number in _family(each.numbers, counting.RECEIVED).items():
                received[Group(pool, tier == Tier.HOT)] += number
    waits = {pool: each for (pool, _), each in times.items()}
    return {
        group: _answered(
            session,
            scope,
            group,
            number,
            waits.get(group.pool, {}).get(counting.HOT if group.hot else counting.REST, {}),
            target_seconds(group),
        )
        for group, number in received.items()
    }


def _answered(
    session: Session, scope: Scope, group: Group, received: int, waits: Histogram, target: float
) -> Answered:
    kept = number_within(waits, target)
    if kept is None:
        # An unusual target ends within a bin: only the rows know.
        kept = answered_within(session, scope, group.pool, hot=group.hot, seconds=target)
    return Answered(received, sum(each.number for each in waits.values()), kept)
