"""Performing the ladders' steps when they fall due (D1, D3, D8)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cadence import active_reps, pool_of, rewrite_next_action
from bot.db.models import (
    Activity,
    ActivityKind,
    AskState,
    Escalation,
    LadderKind,
    Lead,
    Offer,
    OfferRep,
    OfferState,
    Rep,
)
from bot.db.sql import due_between
from bot.outbox.enqueue import IntentKind, show, tell, to_pool, to_rep
from bot.routing.claims import close_offer, take_over
from bot.routing.ladder import advance, due_at, steps_of, worth_doing
from bot.team.live import LiveTeam, live_team, team_version
from bot.team.pools import Pool


def fire_due_steps(
    session: Session, now: datetime, limit: int = 100, *, since: datetime | None = None
) -> int:
    """How many ladders moved on, due at `since` or later: the steps that fell due are performed, each once.

    After a downtime what was overtaken is left out: nudges repeat themselves, managers and fallback do not.
    """
    due = session.execute(
        select(Escalation, Lead)
        .join(Lead, Lead.id == Escalation.lead_id)
        .where(Escalation.ended_at.is_(None), *due_between(Escalation.next_step_at, since, now))
        .order_by(Escalation.next_step_at, Escalation.id)
        .limit(limit)
        # Both or neither, and never waiting: somebody who is acting on the lead right now goes first.
        .with_for_update(of=[Escalation, Lead], skip_locked=True, key_share=True),
        execution_options={"populate_existing": True},
    ).all()
    if not due:
        return 0
    live = live_team(session)
    return sum(
        _fire(_Climb(session, ladder, lead, pool_of(session, lead, live), live, now)) for ladder, lead in due
    )


@dataclass(frozen=True)
class _Climb:
    """One ladder whose next step is due."""

    session: Session
    ladder: Escalation
    lead: Lead
    pool: Pool
    """Who is told: the people of today, on the steps of the version the ladder started with."""
    live: LiveTeam
    now: datetime

    def tell(self, kind: IntentKind, step: int, rep: Rep) -> None:
        tell(self.session, kind, f"{self.lead.id}:{step}", to_rep(rep.id), self.now)

    def note(self, kind: ActivityKind, step: int, **facts: object) -> None:
        facts = {"ladder": self.ladder.kind.value, "step": step, **facts}
        self.session.add(Activity(lead_id=self.lead.id, at=self.now, kind=kind, facts=facts))


def _fire(climb: _Climb) -> bool:
    session, ladder, lead, now = climb.session, climb.ladder, climb.lead, climb.now
    steps = steps_of(team_version(session, ladder.team_version_id).team, lead, ladder.kind)
    overdue = [steps[ladder.step]]
    overdue += [step for step in steps[ladder.step + 1 :] if due_at(ladder.started_at, step) <= now]
    ownerless = ladder.kind is LadderKind.CONTACT and lead.owner_id is None
    if ownerless:
        # The target is missed, and who is to be pressed about it is not known before somebody claims.
        overdue = overdue[:1]
    following = ladder.step + len(overdue)
    waits = ownerless or following == len(steps)
    next_at = None if waits else due_at(ladder.started_at, steps[following])
    if not advance(session, ladder, following, next_at, now):
        return False
    for step in worth_doing(overdue):
        _EFFECTS[step.action](climb, steps.index(step))
    rewrite_next_action(session, lead)
    show(session, IntentKind.LEAD_CARD, lead.id, to_pool(lead.pool), now)
    return True


def _nudge_assignee(climb: _Climb, step: int) -> None:
    ask = climb.session.scalars(
        select(OfferRep)
        .join(Offer, Offer.id == OfferRep.offer_id)
        .join(Rep, Rep.id == OfferRep.rep_id)
        .where(
            Offer.lead_id == climb.lead.id,
            Offer.state == OfferState.OPEN,
            OfferRep.state == AskState.ASKED,
            Rep.active.is_(True),
        )
    ).one_or_none()
    if ask is None:
        return
    ask.nudged_at = ask.nudged_at or climb.now
    assignee = climb.session.get_one(Rep, ask.rep_id)
    climb.tell(IntentKind.CLAIM_NUDGE, step, assignee)
    climb.note(ActivityKind.NUDGED, step, rep=assignee.key)


def _nudge_owner(climb: _Climb, step: int) -> None:
    owner = climb.session.get(Rep, climb.lead.owner_id) if climb.lead.owner_id else None
    if owner:
        climb.tell(IntentKind.CONTACT_NUDGE, step, owner)
    climb.note(ActivityKind.CONTACT_MISSED, step, rep=owner.key if owner else None)


def _alert_managers(climb: _Climb, step: int) -> None:
    claims = climb.ladder.kind is LadderKind.CLAIM
    # A manager who owns the lead was nudged as its owner.
    managers = [
        one for one in active_reps(climb.session, climb.pool.managers) if one.id != climb.lead.owner_id
    ]
    for manager in managers:
        climb.tell(IntentKind.CLAIM_ALERT if claims else IntentKind.CONTACT_ALERT, step, manager)
    climb.note(ActivityKind.ESCALATED, step, told=[one.key for one in managers])


def _repeat(climb: _Climb, step: int) -> None:
    _nudge_assignee(climb, step)
    _alert_managers(climb, step)


def _assign_fallback(climb: _Climb, step: int) -> None:
    session, lead, pool, now = climb.session, climb.lead, climb.pool, climb.now
    managers = active_reps(session, pool.managers)
    # A fallback person who has left the team meanwhile: better a manager than nobody.
    fallback = [*active_reps(session, (pool.fallback,)), *managers][0]
    offer = close_offer(session, lead, OfferState.ASSIGNED, fallback, now)
    if offer is None:
        return
    asks = session.scalars(
        select(OfferRep).where(OfferRep.offer_id == offer.id, OfferRep.state == AskState.ASKED)
    )
    for ask in asks:
        ask.state, ask.answered_at = AskState.MISSED, now
    climb.note(ActivityKind.ASSIGNED, step, rep=fallback.key)
    take_over(session, lead, fallback, climb.live, now)
    for person in {one.id: one for one in (fallback, *managers)}:
        tell(session, IntentKind.ASSIGNED, lead.id, to_rep(person), now)


_EFFECTS: dict[str, Callable[[_Climb, int], None]] = {
    "nudge": _nudge_assignee,
    "nudge_owner": _nudge_owner,
    "managers": _alert_managers,
    "repeat": _repeat,
    "fallback": _assign_fallback,
}
