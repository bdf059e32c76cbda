"""A known lead is its owner's: a fresh contact clock, and the pool's again if they do not react (D6)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.businesstime import next_opening
from bot.cadence import pool_of, stop_plan
from bot.db import Loop, wake
from bot.db.models import Activity, ActivityKind, Escalation, LadderKind, Lead, Rep, Tier
from bot.routing.claims import take_over
from bot.routing.ladder import due_at, end_ladder, open_ladder
from bot.routing.offers import offer_leads
from bot.routing.takenback import NO_REACTION
from bot.team.absences import absences_now, stand_in_of
from bot.team.document import Team
from bot.team.ladder import LadderStep
from bot.team.live import LiveTeam, team_version
from bot.team.pools import Pool


def taker_of(session: Session, owner: Rep, pool: Pool, now: datetime) -> int | None:
    """Who looks after what comes in for `owner` now: they, or their cover while they are on leave.

    None when it is to be offered: they left, nobody covers, or the pool offers such leads anew (D6).
    """
    if not owner.active:
        return None
    if owner.id not in absences_now(session, now):
        return owner.id
    cover = stand_in_of(session, owner.id, now) if pool.owner_away == "cover" else owner.id
    return None if cover == owner.id else cover


def restart_contact_clock(session: Session, lead: Lead, live: LiveTeam, now: datetime) -> None:
    """Give the owner of a lead that wrote again the whole target again, from the pool's next opening (D4, D6).

    A clock that still runs is left alone: who has not reacted yet gets no more time for it.
    """
    running = open_ladder(session, lead.id, LadderKind.CONTACT)
    if running is not None and running.next_step_at is not None:
        running.hands_back = True
        return
    end_ladder(session, lead.id, LadderKind.CONTACT, now)
    lead.clock_started_at = next_opening(now, pool_of(session, lead, live).calendar)
    _start_contact_clock(session, lead, live)


def give_to_owner(session: Session, lead: Lead, owner: Rep, live: LiveTeam, now: datetime) -> None:
    """A new lead goes straight to `owner`, who has its colleagues: no offer, no turn, only the contact clock (D6)."""
    _start_contact_clock(session, lead, live)
    take_over(session, lead, owner, live, now)


def take_back(session: Session, lead: Lead, reason: str, live: LiveTeam, now: datetime) -> None:
    """Make an owned lead ready to be offered like a new one: what runs for its owner ends, its clocks start anew."""
    stop_plan(session, lead, reason, now)
    for kind in LadderKind:
        end_ladder(session, lead.id, kind, now)
    pool = pool_of(session, lead, live)
    facts = {"reason": reason, "pool": pool.key}
    session.add(
        Activity(lead_id=lead.id, at=now, kind=ActivityKind.TAKEN_BACK, rep_id=lead.owner_id, facts=facts)
    )
    lead.pool, lead.owner_id = pool.key, None
    lead.clock_started_at = next_opening(now, pool.calendar)
    session.flush()


def offer_unanswered(
    session: Session, moved: Iterable[tuple[Escalation, Lead]], live: LiveTeam, now: datetime
) -> None:
    """Offer to their pools the leads that came back to an owner who did not react to the last step either (D6).

    `moved` are the ladders that have just moved, with their leads locked.
    """
    waiting: dict[str, list[Lead]] = defaultdict(list)
    for ladder, lead in moved:
        ran_out = ladder.next_step_at is None and ladder.ended_at is None
        if ladder.hands_back and ran_out and lead.owner_id is not None:
            take_back(session, lead, NO_REACTION, live, now)
            waiting[lead.pool].append(lead)
    # Pools come after leads, and always in one order.
    for pool in sorted(waiting):
        offer_leads(session, waiting[pool], live, now)


def follow_tier(session: Session, lead: Lead, before: Tier, now: datetime) -> None:
    """Have the ladders that a lead climbs go on at the pace of its new tier, at the step that came next."""
    for kind in LadderKind:
        ladder = open_ladder(session, lead.id, kind)
        if ladder is None or ladder.next_step_at is None:
            continue
        team = team_version(session, ladder.team_version_id).team
        ladder.step = _same_step(
            _steps(team, lead, kind, before)[ladder.step], _steps(team, lead, kind, lead.tier)
        )
        step = _steps(team, lead, kind, lead.tier)[ladder.step]
        ladder.next_step_at = max(now, due_at(ladder.started_at, step))
    wake(session, Loop.TIMERS)


def _start_contact_clock(session: Session, lead: Lead, live: LiveTeam) -> None:
    first = _steps(live.team, lead, LadderKind.CONTACT, lead.tier)[0]
    session.add(
        Escalation(
            lead_id=lead.id,
            kind=LadderKind.CONTACT,
            team_version_id=live.version_id,
            started_at=lead.clock_started_at,
            step=0,
            next_step_at=due_at(lead.clock_started_at, first),
            hands_back=True,
        )
    )
    wake(session, Loop.TIMERS)


def _steps(team: Team, lead: Lead, kind: LadderKind, tier: Tier) -> Sequence[LadderStep]:
    pool, hot = team.pool(lead.pool), tier is Tier.HOT
    return pool.ladder.steps(hot) if kind is LadderKind.CLAIM else pool.contact_target.steps(hot)


def _same_step(pending: LadderStep, steps: Sequence[LadderStep]) -> int:
    """Where in `steps` the pending one stands; past the nudges, if there are fewer of them."""
    places = range(len(steps))
    same = (at for at in places if (steps[at].action, steps[at].number) == (pending.action, pending.number))
    return next(same, next(at for at in places if steps[at].action != pending.action))
