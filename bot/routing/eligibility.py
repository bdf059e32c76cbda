"""Who can be asked for a lead, and why the others cannot (R37, D5, D8)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.db.models import Lead, Rep
from bot.routing.availability import Member, members_of, who_is_off
from bot.team.live import LiveTeam
from bot.team.pools import Pool


@dataclass(frozen=True)
class Situation:
    """What a decision about one lead rests on. `passed` are the ids of those already asked for it in vain."""

    session: Session
    live: LiveTeam
    pool: Pool
    lead: Lead
    members: Sequence[Rep]
    passed: Collection[int]
    now: datetime
    roster: Sequence[Member] | None = None
    """When the members work, read once for several leads of a pool; read for this one when left out."""


Check = Callable[[Situation], Mapping[int, str]]
"""The members who cannot be asked, by id, each with the reason as a rep reads it."""


def left_the_team(situation: Situation) -> dict[int, str]:
    return {rep.id: "left the team" for rep in situation.members if not rep.active}


def already_passed(situation: Situation) -> dict[int, str]:
    return {rep.id: "already passed" for rep in situation.members if rep.id in situation.passed}


def outside_territory(situation: Situation) -> dict[int, str]:
    """Those whom the rule that chose the pool does not name (R37)."""
    named = situation.lead.members
    if named is None:
        return {}
    return {rep.id: "not in this territory" for rep in situation.members if rep.key not in named}


CHECKS: tuple[Check, ...] = (left_the_team, outside_territory, already_passed)
"""In the order of what people want to hear first: the first reason found is the one that is given."""


def why_skipped(situation: Situation) -> dict[int, str]:
    """Everybody who cannot be asked, by id, with the reason; whoever is missing is eligible."""
    found: dict[int, str] = {}
    for check in CHECKS:
        found = {**check(situation), **found}
    # Hours come last: whether somebody is at work matters only among those who can be asked at all.
    free = [one for one in _roster(situation) if one.id not in found]
    return {**who_is_off(free, situation.pool, situation.now), **found}


def _roster(situation: Situation) -> Sequence[Member]:
    if situation.roster is not None:
        return situation.roster
    team, now = situation.live.team, situation.now
    return members_of(situation.session, team, situation.pool, situation.members, now)
