"""How fast leads were claimed and answered, in both kinds of time (D3, D4)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.businesstime import Calendar, add
from bot.db.models import Tier
from bot.stats.figures import Durations
from bot.stats.queries import LeadRow, Scope, unanswered_leads
from bot.stats.spread import spread
from bot.team.document import Team
from bot.team.ladder import ContactTarget

_INSTANT = timedelta(microseconds=1)


def claim_durations(leads: Collection[LeadRow]) -> Durations:
    """From arrival to claim, of the leads that somebody claimed."""
    return Durations(
        wall=spread([lead.claim_seconds for lead in leads if lead.claim_seconds is not None]),
        business=spread(business_seconds_to_claim(leads)),
    )


def response_durations(leads: Collection[LeadRow]) -> Durations:
    """From arrival to the first outreach by a person, of the leads that had one."""
    return Durations(
        wall=spread([lead.response_seconds for lead in leads if lead.response_seconds is not None]),
        business=spread(business_seconds_to_response(leads)),
    )


def business_seconds_to_claim(leads: Collection[LeadRow]) -> list[int]:
    """One number for each lead that was claimed."""
    return [lead.claim_business_seconds for lead in leads if lead.claim_business_seconds is not None]


def business_seconds_to_response(leads: Collection[LeadRow]) -> list[int]:
    """One number for each lead that was answered."""
    return [lead.response_business_seconds for lead in leads if lead.response_business_seconds is not None]


def targets_kept_and_missed(
    session: Session, scope: Scope, leads: Collection[LeadRow], team: Team, now: datetime
) -> tuple[int, int]:
    """How many first responses kept their pool's contact target, in business time, and how many did not.

    An unanswered lead has missed it once the target has gone by; until then it counts as neither.
    """
    groups = {(lead.pool, lead.tier is Tier.HOT) for lead in leads}
    minutes = {group: _target_minutes(*group, team) for group in groups}
    answered = [
        lead.response_business_seconds <= minutes[lead.pool, lead.tier is Tier.HOT] * 60
        for lead in leads
        if lead.response_business_seconds is not None
    ]
    silent = sum(
        unanswered_leads(
            session, scope, pool, hot=hot, before=_missed_before(minutes[pool, hot], pool, team, scope, now)
        )
        for pool, hot in groups
    )
    return sum(answered), answered.count(False) + silent


def _missed_before(minutes: float, pool: str, team: Team, scope: Scope, now: datetime) -> datetime:
    """The target of a lead received before this has gone by; found by halving, since targets keep their order."""
    calendar = _calendar(pool, team)
    low, high = 0, max((now - scope.since) // _INSTANT, 0)
    while low < high:
        middle = (low + high) // 2
        if add(scope.since + middle * _INSTANT, minutes, calendar) < now:
            low = middle + 1
        else:
            high = middle
    return scope.since + low * _INSTANT


def _calendar(pool: str, team: Team) -> Calendar:
    return team.pool(pool).calendar if pool in team.pools else Calendar.always_open("UTC")


def _target_minutes(pool: str, hot: bool, team: Team) -> float:
    target = team.pool(pool).contact_target if pool in team.pools else ContactTarget()
    return target.steps(hot)[0].after_minutes
