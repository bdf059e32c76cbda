"""How long a routing decision takes of our own time: score, rules, hours, rotation and its record, the database left
out."""

import time
from collections.abc import Callable, Iterator

from benchmarks.place import Place, now
from benchmarks.report import Line, percentile, spread
from bot.db.models import Lead
from bot.intake.scoring import judge
from bot.routing import Candidate, choose
from bot.routing.availability import Member, who_is_off
from bot.team.document import Team, load_team

REPS, RULES, POOLS = 500, 200, 50
DECISIONS = 400


def measure(_place: Place) -> list[Line]:
    """One lead after another through everything that is decided in memory, the last rule being the one that holds."""
    team = load_team(_document())
    judged = list(_timed(lambda number: judge(team, _lead(number))))
    whole = list(_timed(lambda number: _decide(team, number)))
    worst = percentile(whole, 99)
    return [
        Line(f"Score and {RULES} rules", spread(judged)),
        Line(
            f"A decision: score, {RULES} rules, {POOLS} pools, hours of {REPS} reps, their turns, the record",
            spread(whole),
            "P99 5 ms",
            worst < 0.005,
        ),
    ]


def _decide(team: Team, number: int) -> str | None:
    lead = _lead(number)
    verdict = judge(team, lead)
    pool = team.pool(verdict.route.pool)
    hours = team.hours_of_members(pool)
    off = who_is_off(
        [Member(place, key, hours[key]) for place, key in enumerate(pool.members)], pool, lead.received_at
    )
    candidates = [
        Candidate(key, place, (place * 7919 + number) % REPS, skipped=off.get(place))
        for place, key in enumerate(pool.members)
    ]
    decision = choose(candidates, number)
    decision.record()
    return decision.chosen.rep if decision.chosen else None


def _timed(decide: Callable[[int], object]) -> Iterator[float]:
    for number in range(DECISIONS):
        started = time.thread_time()
        decide(number)
        yield time.thread_time() - started


def _lead(number: int) -> Lead:
    return Lead(
        id=number,
        name=f"Lead {number}",
        email=f"lead{number}@company{number}.com",
        phone=f"+1212555{number % 10_000:04d}",
        source="website",
        action="demo",
        page="https://acme.example/pricing",
        campaign={"utm_campaign": f"campaign-{RULES - 1}"},
        facts={"size": 120},
        signs=[],
        received_at=now(),
    )


def _document() -> str:
    reps = "\n".join(f"  rep{number}: rep{number}@acme.example" for number in range(REPS))
    everybody = ", ".join(f"rep{number}" for number in range(REPS))
    pools = "\n".join(
        f'  pool{number}: {{channel: "#pool{number}", members: [{everybody}], managers: [rep0]}}'
        for number in range(POOLS)
    )
    rules = "\n".join(
        f"  - {{when: {{campaign: [campaign-{number}, spring-{number}-*], size: 50+, tier: [hot, warm]}}, "
        f"pool: pool{number % POOLS}}}"
        for number in range(RULES)
    )
    return (
        f"name: Acme\nzone: UTC\nreps:\n{reps}\npools:\n{pools}\ndefault_pool: pool0\n"
        f"sources: {{website: {{}}}}\nrules:\n{rules}\n"
    )
