"""How fast leads were claimed and answered, in both kinds of time (D3, D4)."""

from collections.abc import Collection
from datetime import datetime

from bot.businesstime import Calendar, add, elapsed
from bot.db.models import Tier
from bot.stats.figures import Durations
from bot.stats.queries import LeadRow
from bot.stats.spread import spread
from bot.team.document import Team
from bot.team.ladder import ContactTarget


def claim_durations(leads: Collection[LeadRow], team: Team) -> Durations:
    """From arrival to claim, of the leads that somebody claimed."""
    claimed = [lead for lead in leads if lead.was_claimed]
    return Durations(
        wall=spread([wall_seconds_to_claim(lead) for lead in claimed]),
        business=spread([business_seconds_to_claim(lead, team) for lead in claimed]),
    )


def response_durations(leads: Collection[LeadRow]) -> Durations:
    """From arrival to the first outreach by a person, of the leads that had one."""
    return Durations(
        wall=spread([lead.response_seconds for lead in leads if lead.response_seconds is not None]),
        business=spread(business_seconds_to_response(leads)),
    )


def wall_seconds_to_claim(lead: LeadRow) -> int:
    """Whole seconds, as first responses are kept; for a lead that was claimed."""
    assert lead.claimed_at is not None
    return int((lead.claimed_at - lead.received_at).total_seconds())


def business_seconds_to_claim(lead: LeadRow, team: Team) -> int:
    """Whole seconds of its pool's business time; for a lead that was claimed."""
    assert lead.claimed_at is not None
    return int(elapsed(lead.received_at, lead.claimed_at, _calendar(lead, team)))


def business_seconds_to_response(leads: Collection[LeadRow]) -> list[int]:
    """One number for each lead that was answered."""
    return [lead.response_business_seconds for lead in leads if lead.response_business_seconds is not None]


def in_target(lead: LeadRow, team: Team, now: datetime) -> bool | None:
    """Whether the first response kept the pool's contact target, in business time; None while it may."""
    minutes = _target_minutes(lead, team)
    if lead.response_business_seconds is not None:
        return lead.response_business_seconds <= minutes * 60
    return False if add(lead.received_at, minutes, _calendar(lead, team)) < now else None


def _calendar(lead: LeadRow, team: Team) -> Calendar:
    return team.pool(lead.pool).calendar if lead.pool in team.pools else Calendar.always_open("UTC")


def _target_minutes(lead: LeadRow, team: Team) -> int:
    target = team.pool(lead.pool).contact_target if lead.pool in team.pools else ContactTarget()
    return target.steps(lead.tier is Tier.HOT)[0].after_minutes
