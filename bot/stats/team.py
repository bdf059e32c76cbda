"""`/followup stats`: the team's figures for a period."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from bot.db.models import OPEN_TASKS, LadderKind, Outcome, TaskState, Tier
from bot.stats.figures import TeamStats
from bot.stats.queries import (
    OutcomeCount,
    Scope,
    TouchCount,
    assigned_leads,
    escalated_leads,
    lead_rows,
    outcome_counts,
    touch_counts,
    unclaimed_now,
)
from bot.stats.reps import rep_stats
from bot.stats.speed import claim_durations, response_durations, targets_kept_and_missed
from bot.team.live import live_team


def team_stats(
    session: Session, pools: tuple[str, ...] | None, since: datetime, until: datetime
) -> TeamStats:
    """The figures of R11, R12 and R53 for the leads these pools (None: all) received in [since, until).

    Business time and targets are those of the live team document. Raises NoTeamError when there is none yet.
    """
    scope = Scope(pools, since, until)
    team = live_team(session).team
    leads = lead_rows(session, scope)
    unclaimed, escalated = unclaimed_now(session, scope), escalated_leads(session, scope)
    touches, outcomes = touch_counts(session, scope), outcome_counts(session, scope)
    by_tier = Counter(lead.tier for lead in leads)
    kept, missed = targets_kept_and_missed(session, scope, leads, team, until)
    return TeamStats(
        pools=pools,
        since=since,
        until=until,
        received=len(leads),
        by_tier={tier: by_tier[tier] for tier in Tier},
        by_source=dict(Counter(sorted(lead.source for lead in leads)).most_common()),
        claimed=sum(lead.claimer_id is not None for lead in leads),
        assigned=assigned_leads(session, scope),
        claim=claim_durations(leads),
        unclaimed_now=unclaimed.number,
        oldest_unclaimed_at=unclaimed.oldest_at,
        first_response=response_durations(leads),
        unanswered=sum(lead.response_seconds is None for lead in leads),
        in_target=kept,
        out_of_target=missed,
        escalated={kind: escalated.get(kind, 0) for kind in LadderKind},
        outcomes=_by_outcome(outcomes),
        touches_done=_count(touches, TaskState.DONE),
        touches_skipped=_count(touches, TaskState.SKIPPED),
        touches_overdue=_count(touches, *OPEN_TASKS),
        reps=rep_stats(session, scope, team, leads=leads, touches=touches, outcomes=outcomes),
    )


def _by_outcome(outcomes: Collection[OutcomeCount]) -> dict[Outcome, int]:
    numbers: Counter[Outcome] = Counter()
    for each in outcomes:
        numbers[each.outcome] += each.number
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0])))


def _count(touches: Collection[TouchCount], *states: TaskState) -> int:
    return sum(touch.number for touch in touches if touch.state in states)
