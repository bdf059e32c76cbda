"""`/followup stats`: the figures for a period, the team's and one person's."""

from collections.abc import Collection, Mapping
from datetime import datetime, time
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import LadderKind, Rep, Tier
from bot.stats.cells import CellsBehindError
from bot.stats.cohort import Cohort, Part
from bot.stats.figures import RepStats, TeamStats
from bot.stats.queries import Overdue, Scope, has_more_leads_than, overdue_by_owner, unclaimed_now
from bot.stats.rows import cohort_from_rows
from bot.stats.spread import spread
from bot.stats.summed import cohort_from_cells, part_from_cells
from bot.stats.targets import kept_and_missed, target_seconds
from bot.team.document import Team
from bot.team.live import live_team

_Name = TypeVar("_Name", bound=str)

log = structlog.get_logger()

FROM_ROWS = 2_000
"""Up to so many leads every figure comes from rows, to the second; beyond, percentiles come from histograms."""
_NO_PART = Part(0, 0, 0, 0, 0, 0, 0, 0, spread([]), spread([]))


def team_stats(
    session: Session,
    pools: tuple[str, ...] | None,
    since: datetime,
    until: datetime,
    *,
    from_rows: int = FROM_ROWS,
) -> TeamStats:
    """The figures of R11, R12 and R53 for the leads these pools (None: all) received in [since, until).

    Business time and targets are those of the live team document. Raises NoTeamError when there is none yet.
    """
    scope, team = Scope(pools, since, until), live_team(session).team
    cohort = _cohort(session, scope, team, from_rows)
    unclaimed = unclaimed_now(session, scope)
    overdue = overdue_by_owner(session, scope, _today(team, until))
    kept, missed = kept_and_missed(session, scope, cohort.groups, team)
    return TeamStats(
        pools=pools,
        since=since,
        until=until,
        received=sum(cohort.by_tier.values()),
        by_tier={tier: cohort.by_tier.get(tier, 0) for tier in Tier},
        by_source=_most_first(cohort.by_source),
        claimed=cohort.claimed,
        assigned=cohort.assigned,
        claim=cohort.claim,
        unclaimed_now=unclaimed.number,
        oldest_unclaimed_at=unclaimed.oldest_at,
        first_response=cohort.first_response,
        unanswered=sum(each.received - each.answered for each in cohort.groups.values()),
        in_target=kept,
        out_of_target=missed,
        escalated={kind: cohort.escalated.get(kind, 0) for kind in LadderKind},
        outcomes=_most_first(cohort.outcomes),
        touches_done=sum(part.touches_done for part in cohort.parts.values()),
        touches_late=sum(part.touches_late for part in cohort.parts.values()),
        touches_skipped=sum(part.touches_skipped for part in cohort.parts.values()),
        touches_overdue=sum(each.touches for each in overdue.values()),
        reps=_reps(session, _members(scope, team), cohort.parts, overdue),
    )


def rep_stats(
    session: Session,
    rep: Rep,
    pools: tuple[str, ...] | None,
    since: datetime,
    until: datetime,
    *,
    from_rows: int = FROM_ROWS,
) -> RepStats:
    """One person's part in the figures of `team_stats`. Raises NoTeamError."""
    scope, team = Scope(pools, since, until), live_team(session).team
    part = None
    if has_more_leads_than(session, scope, from_rows):
        try:
            part = part_from_cells(session, scope, rep)
        except CellsBehindError:
            log.warning("figures from rows: the cells are behind")
    if part is None:
        part = cohort_from_rows(session, scope, partial(target_seconds, team)).parts.get(rep.id, _NO_PART)
    overdue = overdue_by_owner(session, scope, _today(team, until), rep.id)
    return _rep(rep, part, overdue.get(rep.id, Overdue(0, 0)))


def _cohort(session: Session, scope: Scope, team: Team, from_rows: int) -> Cohort:
    targets = partial(target_seconds, team)
    if has_more_leads_than(session, scope, from_rows):
        try:
            return cohort_from_cells(session, scope, targets)
        except CellsBehindError:
            # Slower, and as right.
            log.warning("figures from rows: the cells are behind")
    return cohort_from_rows(session, scope, targets)


def _most_first(numbers: Mapping[_Name, int]) -> dict[_Name, int]:
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0])))


def _reps(
    session: Session, members: Collection[str], parts: Mapping[int, Part], overdue: Mapping[int, Overdue]
) -> tuple[RepStats, ...]:
    """The pools' members and whoever else took part; most claims first, then most offers, then by name."""
    took_part = {rep_id for rep_id, part in parts.items() if part != _NO_PART} | overdue.keys()
    people = session.scalars(select(Rep).where(Rep.key.in_(members) | Rep.id.in_(took_part)))
    everybody = [_rep(rep, parts.get(rep.id, _NO_PART), overdue.get(rep.id, Overdue(0, 0))) for rep in people]
    return tuple(sorted(everybody, key=lambda part: (-part.claimed, -part.offered, part.name, part.rep_id)))


def _rep(rep: Rep, part: Part, overdue: Overdue) -> RepStats:
    return RepStats(
        rep_id=rep.id,
        name=rep.name,
        offered=part.offered,
        claimed=part.claimed,
        passed=part.passed,
        missed=part.missed,
        claim=part.claim,
        first_response=part.first_response,
        touches_done=part.touches_done,
        touches_late=part.touches_late,
        touches_skipped=part.touches_skipped,
        touches_overdue=overdue.touches,
        overdue_now=overdue.tasks,
        booked=part.booked,
    )


def _today(team: Team, until: datetime) -> dict[str, datetime]:
    """When the day of the period's last moment began, by the clock of each pool."""
    last = until - datetime.resolution
    there = {key: last.astimezone(ZoneInfo(pool.calendar.zone)) for key, pool in team.pools.items()}
    return {key: datetime.combine(local.date(), time.min, local.tzinfo) for key, local in there.items()}


def _members(scope: Scope, team: Team) -> set[str]:
    pools = [pool for key, pool in team.pools.items() if scope.pools is None or key in scope.pools]
    return {member for pool in pools for member in pool.members}
