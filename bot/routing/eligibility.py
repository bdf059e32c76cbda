"""Who can be asked for a lead, and why the others cannot (R37, D5, D8)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot.db.models import Lead, Rep
from bot.routing.availability import Member, members_of, who_is_off
from bot.routing.caps import Load, in_words, measures
from bot.team.live import LiveTeam
from bot.team.pools import Pool


@dataclass(frozen=True)
class Situation:
    """What a decision about one lead rests on. `asked` are the ids of those asked for it already."""

    session: Session
    live: LiveTeam
    pool: Pool
    lead: Lead
    members: Sequence[Rep]
    asked: Collection[int]
    now: datetime
    roster: Sequence[Member] | None = None
    """When the members work, read once for several leads of a pool; read for this one when left out."""
    loads: Mapping[int, Load] = field(default_factory=dict)
    """What those who have a cap have on their hands, by id (`loads_of`)."""
    let_go: int | None = None
    """The id of the owner it was taken back from for not reacting to it."""


Check = Callable[[Situation], Mapping[int, str]]
"""The members who cannot be asked, by id, each with the reason as a rep reads it."""


def left_the_team(situation: Situation) -> dict[int, str]:
    return {rep.id: "left the team" for rep in situation.members if not rep.active}


def asked_already(situation: Situation) -> dict[int, str]:
    return {rep.id: "asked already" for rep in situation.members if rep.id in situation.asked}


def did_not_react(situation: Situation) -> dict[int, str]:
    """Its last owner, where it is on offer because they let it lie (D6): they may claim it, and are not asked."""
    return {rep.id: "did not react" for rep in situation.members if rep.id == situation.let_go}


def outside_territory(situation: Situation) -> dict[int, str]:
    """Those whom the rule that chose the pool does not name (R37)."""
    named = situation.lead.members
    if named is None:
        return {}
    return {rep.id: "not in this territory" for rep in situation.members if rep.key not in named}


def at_a_cap(situation: Situation) -> dict[int, str]:
    found: dict[int, str] = {}
    for rep in situation.members:
        if rep.id in situation.loads:
            load = situation.loads[rep.id]
            for used, most, what in measures(situation.live.team, situation.pool, rep, load):
                if used >= most:
                    found.setdefault(rep.id, f"at {in_words(used, most, what)}")
    return found


CHECKS: tuple[Check, ...] = (left_the_team, outside_territory, asked_already, did_not_react, at_a_cap)
"""In the order of what people want to hear first: the first reason found is the one that is given."""


@dataclass(frozen=True)
class Screened:
    """Who cannot be asked, by id, with the reason; and who has left or is on leave: they come back as D7 says."""

    skips: Mapping[int, str]
    gone: Collection[int]


def screen(situation: Situation) -> Screened:
    """Everybody who cannot be asked; whoever is missing is eligible."""
    found: dict[int, str] = {}
    for check in CHECKS:
        found = {**check(situation), **found}
    # Hours come last: whether somebody is at work matters only among those who can be asked at all.
    roster = _roster(situation)
    free = [one for one in roster if one.id not in found]
    on_leave = {one.id for one in roster if one.away_until(situation.now) is not None}
    return Screened(
        {**who_is_off(free, situation.pool, situation.now), **found},
        on_leave | left_the_team(situation).keys(),
    )


def _roster(situation: Situation) -> Sequence[Member]:
    if situation.roster is not None:
        return situation.roster
    team, now = situation.live.team, situation.now
    return members_of(situation.session, team, situation.pool, situation.members, now)
