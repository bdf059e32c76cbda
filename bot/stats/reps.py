"""Each person's part in the team's figures."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import AskState, Outcome, Rep, TaskState
from bot.stats.figures import RepStats
from bot.stats.queries import LeadRow, OutcomeCount, Scope, TouchCount, ask_counts, overdue_by_owner
from bot.stats.speed import business_seconds_to_claim, business_seconds_to_response
from bot.stats.spread import spread
from bot.team.document import Team

_LeadsByRep = defaultdict[int, list[LeadRow]]


def rep_stats(
    session: Session,
    scope: Scope,
    team: Team,
    *,
    leads: Collection[LeadRow],
    touches: Collection[TouchCount],
    outcomes: Collection[OutcomeCount],
) -> tuple[RepStats, ...]:
    """The pools' members and whoever else took part; most claims first, then most offers, then by name.

    A claim is its claimer's; first responses, touches and bookings are the owner's, whoever logged them.
    """
    asks = {(ask.rep_id, ask.state): ask.number for ask in ask_counts(session, scope)}
    claimed, owned = _by_rep(leads, lambda lead: lead.claimer_id), _by_rep(leads, lambda lead: lead.owner_id)
    done = {touch.owner_id: touch.number for touch in touches if touch.state is TaskState.DONE}
    overdue = overdue_by_owner(session, scope)
    booked = {each.owner_id: each.leads for each in outcomes if each.outcome is Outcome.BOOKED}

    def part_of(rep: Rep) -> RepStats:
        return RepStats(
            rep_id=rep.id,
            name=rep.name,
            offered=sum(asks.get((rep.id, state), 0) for state in AskState),
            claimed=len(claimed[rep.id]),
            passed=asks.get((rep.id, AskState.PASSED), 0),
            missed=asks.get((rep.id, AskState.MISSED), 0),
            median_claim=spread(business_seconds_to_claim(claimed[rep.id])).median,
            median_first_response=spread(business_seconds_to_response(owned[rep.id])).median,
            touches_done=done.get(rep.id, 0),
            overdue_now=overdue.get(rep.id, 0),
            booked=booked.get(rep.id, 0),
        )

    took_part = {rep_id for rep_id, _ in asks} | claimed.keys() | owned.keys() | done.keys() | overdue.keys()
    everybody = [part_of(rep) for rep in _people(session, _members(scope, team), took_part)]
    return tuple(sorted(everybody, key=lambda part: (-part.claimed, -part.offered, part.name, part.rep_id)))


def _by_rep(leads: Iterable[LeadRow], whose: Callable[[LeadRow], int | None]) -> _LeadsByRep:
    found: _LeadsByRep = defaultdict(list)
    for lead in leads:
        rep_id = whose(lead)
        if rep_id is not None:
            found[rep_id].append(lead)
    return found


def _members(scope: Scope, team: Team) -> set[str]:
    pools = [pool for key, pool in team.pools.items() if scope.pools is None or key in scope.pools]
    return {member for pool in pools for member in pool.members}


def _people(session: Session, keys: Collection[str], ids: Collection[int]) -> Iterable[Rep]:
    return session.scalars(select(Rep).where(Rep.key.in_(keys) | Rep.id.in_(ids)))
