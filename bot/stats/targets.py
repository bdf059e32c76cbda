"""Contact targets kept and missed, in business time (D1, D3)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.businesstime import Calendar, add
from bot.stats.cohort import Answered, Group
from bot.stats.queries import Scope, undecided_leads
from bot.team.document import Team
from bot.team.ladder import ContactTarget

_INSTANT = timedelta(microseconds=1)


def target_seconds(team: Team, group: Group) -> float:
    """How soon a person should have reached out; the usual target for a pool that is gone."""
    target = team.pool(group.pool).contact_target if group.pool in team.pools else ContactTarget()
    return target.steps(group.hot)[0].after_minutes * 60


def kept_and_missed(
    session: Session, scope: Scope, groups: Mapping[Group, Answered], team: Team
) -> tuple[int, int]:
    """How many first responses kept their pool's contact target, and how many did not.

    An unanswered lead has missed it once the target has gone by; until then it counts as neither.
    """
    kept = sum(each.kept for each in groups.values())
    silent = [group for group, each in groups.items() if each.answered < each.received]
    undecided = undecided_leads(
        session, scope, {group: _missed_before(group, team, scope) for group in silent}
    )
    return kept, sum(each.received - each.kept for each in groups.values()) - sum(undecided.values())


def _missed_before(group: Group, team: Team, scope: Scope) -> datetime:
    """The target of a lead received before this has gone by at the period's end.

    Found by halving, since targets keep their order.
    """
    minutes, calendar = target_seconds(team, group) / 60, _calendar(group.pool, team)
    low, high = 0, max((scope.until - scope.since) // _INSTANT, 0)
    while low < high:
        middle = (low + high) // 2
        if add(scope.since + middle * _INSTANT, minutes, calendar) < scope.until:
            low = middle + 1
        else:
            high = middle
    return scope.since + low * _INSTANT


def _calendar(pool: str, team: Team) -> Calendar:
    return team.pool(pool).calendar if pool in team.pools else Calendar.always_open("UTC")
