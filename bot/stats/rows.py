"""A cohort counted from its rows: every duration to the second, for periods of some thousand leads."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable

from sqlalchemy.orm import Session

from bot.db.models import AskState, Outcome, TaskState, Tier
from bot.stats.cohort import Answered, Cohort, Group, Part, TargetSeconds
from bot.stats.figures import Durations
from bot.stats.queries import (
    LeadRow,
    OutcomeCount,
    Scope,
    TouchCount,
    ask_counts,
    assigned_leads,
    escalated_leads,
    lead_rows,
    outcome_counts,
    touch_counts,
)
from bot.stats.spread import Spread, spread


def cohort_from_rows(session: Session, scope: Scope, target_seconds: TargetSeconds) -> Cohort:
    """What became of the leads of this scope, as they stand now."""
    leads, outcomes = lead_rows(session, scope), outcome_counts(session, scope)
    by_outcome: Counter[Outcome] = Counter()
    for each in outcomes:
        by_outcome[each.outcome] += each.number
    return Cohort(
        by_tier=Counter(lead.tier for lead in leads),
        by_source=Counter(lead.source for lead in leads),
        claimed=sum(lead.claimer_id is not None for lead in leads),
        assigned=assigned_leads(session, scope),
        claim=Durations(
            wall=_spread(lead.claim_seconds for lead in leads),
            business=_spread(lead.claim_business_seconds for lead in leads),
        ),
        first_response=Durations(
            wall=_spread(lead.response_seconds for lead in leads),
            business=_spread(lead.response_business_seconds for lead in leads),
        ),
        groups=_groups(leads, target_seconds),
        escalated=escalated_leads(session, scope),
        outcomes=by_outcome,
        parts=_parts(session, scope, leads, touch_counts(session, scope), outcomes),
    )


def _groups(leads: Iterable[LeadRow], target_seconds: TargetSeconds) -> dict[Group, Answered]:
    waits: defaultdict[Group, list[int | None]] = defaultdict(list)
    for lead in leads:
        waits[Group(lead.pool, lead.tier is Tier.HOT)].append(lead.response_business_seconds)
    return {group: _answered(each, target_seconds(group)) for group, each in waits.items()}


def _answered(waits: Collection[int | None], target: float) -> Answered:
    answered = [wait for wait in waits if wait is not None]
    return Answered(len(waits), len(answered), sum(wait <= target for wait in answered))


def _parts(
    session: Session,
    scope: Scope,
    leads: Collection[LeadRow],
    touches: Collection[TouchCount],
    outcomes: Collection[OutcomeCount],
) -> dict[int, Part]:
    asks = {(ask.rep_id, ask.state): ask.number for ask in ask_counts(session, scope)}
    touched: defaultdict[int, list[TouchCount]] = defaultdict(list)
    for touch in touches:
        touched[touch.owner_id].append(touch)
    claimed, owned = _by_rep(leads, lambda lead: lead.claimer_id), _by_rep(leads, lambda lead: lead.owner_id)
    booked = {each.owner_id: each.leads for each in outcomes if each.outcome is Outcome.BOOKED}
    everybody = {rep_id for rep_id, _ in asks} | touched.keys() | claimed.keys() | owned.keys()
    return {
        rep_id: Part(
            offered=sum(asks.get((rep_id, state), 0) for state in AskState),
            passed=asks.get((rep_id, AskState.PASSED), 0),
            missed=asks.get((rep_id, AskState.MISSED), 0),
            claimed=len(claimed[rep_id]),
            booked=booked.get(rep_id, 0),
            touches_done=sum(each.number for each in touched[rep_id] if each.state is TaskState.DONE),
            touches_late=sum(each.late for each in touched[rep_id]),
            touches_skipped=sum(each.number for each in touched[rep_id] if each.state is TaskState.SKIPPED),
            claim=_spread(lead.claim_business_seconds for lead in claimed[rep_id]),
            first_response=_spread(lead.response_business_seconds for lead in owned[rep_id]),
        )
        for rep_id in everybody
    }


def _by_rep(
    leads: Iterable[LeadRow], whose: Callable[[LeadRow], int | None]
) -> defaultdict[int, list[LeadRow]]:
    found: defaultdict[int, list[LeadRow]] = defaultdict(list)
    for lead in leads:
        rep_id = whose(lead)
        if rep_id is not None:
            found[rep_id].append(lead)
    return found


def _spread(seconds: Iterable[int | None]) -> Spread:
    return spread([each for each in seconds if each is not None])
