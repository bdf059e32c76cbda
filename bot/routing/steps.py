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
from bot.outbox.enqueue import IntentKind, in_round, show, tell, to_pool, to_rep
from bot.routing.again import offer_unanswered
from bot.routing.claims import close_offer, take_over
from bot.routing.ladder import advance, due_at, place_in, running_steps, worth_doing
from bot.routing.widen import ask_next_too
from bot.team.absences import absences_now, stand_in_of
from bot.team.ladder import LadderStep, is_group
from bot.team.live import LiveTeam, live_team
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
    # Asking the next one locks the lead's pool, and pools are locked in the order of their keys.
    fired = sum(
        _fire(_Climb(session, ladder, lead, pool_of(session, lead, live), live, now))
        for ladder, lead in sorted(due, key=lambda row: row[1].pool)
    )
    offer_unanswered(session, due, live, now)
    return fired


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
        tell(self.session, kind, self.subject(str(step)), to_rep(rep.id), self.now)

    def subject(self, step: str) -> str:
        # A lead may climb again, and everybody is to hear of it again (D6).
        return in_round(f"{self.lead.id}:{step}", self.ladder.id)

    def note(self, kind: ActivityKind, step: int, **facts: object) -> None:
        facts = {"ladder": self.ladder.kind.value, "step": step, **facts}
        self.session.add(Activity(lead_id=self.lead.id, at=self.now, kind=kind, facts=facts))


def _fire(climb: _Climb) -> bool:
    session, ladder, lead, now = climb.session, climb.ladder, climb.lead, climb.now
    steps = running_steps(session, lead, ladder)
    place = place_in(steps, ladder)
    overdue = [steps[place]]
    overdue += [step for step in steps[place + 1 :] if due_at(ladder.started_at, step) <= now]
    ownerless = ladder.kind is LadderKind.CONTACT and lead.owner_id is None
    if ownerless:
        # The target is missed, and who is to be pressed about it is not known before somebody claims.
        overdue = overdue[:1]
    following = place + len(overdue)
    waits = ownerless or following == len(steps)
    next_at = None if waits else due_at(ladder.started_at, steps[following])
    if not advance(session, ladder, following, next_at, now):
        return False
    for step in worth_doing(overdue):
        _EFFECTS[step.action](climb, steps.index(step), step)
    rewrite_next_action(session, lead)
    show(session, IntentKind.LEAD_CARD, lead.id, to_pool(lead.pool), now)
    return True


def _nudge_asked(climb: _Climb, step: int, _step: LadderStep) -> None:
    asks = climb.session.scalars(
        select(OfferRep)
        .join(Offer, Offer.id == OfferRep.offer_id)
        .join(Rep, Rep.id == OfferRep.rep_id)
        .where(
            Offer.lead_id == climb.lead.id,
            Offer.state == OfferState.OPEN,
            OfferRep.state == AskState.ASKED,
            Rep.active.is_(True),
        )
        .order_by(OfferRep.id)
    ).all()
    for ask in asks:
        ask.nudged_at = ask.nudged_at or climb.now
        assignee = climb.session.get_one(Rep, ask.rep_id)
        climb.tell(IntentKind.CLAIM_NUDGE, step, assignee)
        climb.note(ActivityKind.NUDGED, step, rep=assignee.key)


def _ask_next(climb: _Climb, step: int, _step: LadderStep) -> None:
    asked = ask_next_too(climb.session, climb.lead, climb.pool, climb.live, climb.now)
    if asked is None:
        climb.note(ActivityKind.OFFERED, step, rep=None, reason="nobody left to ask")


def _tell_target(climb: _Climb, step: int, written: LadderStep) -> None:
    """Somebody named in the document, by name, by role or as a Slack user group."""
    if is_group(written.target):
        subject, channel = climb.subject(f"{step}:{written.target}"), to_pool(climb.lead.pool)
        tell(climb.session, IntentKind.GROUP_ALERT, subject, channel, climb.now)
        climb.note(ActivityKind.ESCALATED, step, told=[], target=written.target, group=written.target)
        return
    people = _people_of(climb, written.target)
    for person in people:
        climb.tell(IntentKind.CLAIM_ALERT, step, person)
    told = [one.key for one in people]
    climb.note(ActivityKind.ESCALATED, step, told=told, target=written.target)


def _people_of(climb: _Climb, target: str) -> list[Rep]:
    """The person a target means now; their cover while they are away."""
    pool = climb.pool
    keys: tuple[str, ...] = (target,)
    if target == "fallback":
        keys = (pool.fallback,)
    if target == "on-call":
        keys = pool.on_call.order(climb.now, pool.calendar.zone) if pool.on_call else ()
    people = active_reps(climb.session, keys)
    away = absences_now(climb.session, climb.now)
    there = [one for one in people if one.id not in away] if target == "on-call" else people
    told = [stand_in_of(climb.session, one.id, climb.now) for one in there[:1]]
    return [climb.session.get_one(Rep, rep_id) for rep_id in told]


def _nudge_owner(climb: _Climb, step: int, _step: LadderStep) -> None:
    owner = climb.session.get(Rep, climb.lead.owner_id) if climb.lead.owner_id else None
    if owner:
        stand_in = stand_in_of(climb.session, owner.id, climb.now)
        climb.tell(IntentKind.CONTACT_NUDGE, step, climb.session.get_one(Rep, stand_in))
    climb.note(ActivityKind.CONTACT_MISSED, step, rep=owner.key if owner else None)


def _alert_managers(climb: _Climb, step: int, written: LadderStep) -> None:
    claims = climb.ladder.kind is LadderKind.CLAIM
    # A manager who owns the lead was nudged as its owner.
    managers = [one for one in _there(climb, climb.pool.managers) if one.id != climb.lead.owner_id]
    for manager in managers:
        climb.tell(IntentKind.CLAIM_ALERT if claims else IntentKind.CONTACT_ALERT, step, manager)
    climb.note(ActivityKind.ESCALATED, step, told=[one.key for one in managers])
    if claims and _nobody_was_there(climb):
        _assign_fallback(climb, step, written)


def _nobody_was_there(climb: _Climb) -> bool:
    """Whether nobody could be asked at all this time: everybody was out or capped (D8)."""
    asked = select(OfferRep.id).join(Offer, Offer.id == OfferRep.offer_id)
    asked = asked.where(Offer.lead_id == climb.lead.id, Offer.state == OfferState.OPEN)
    return climb.session.scalar(asked.limit(1)) is None


def _there(climb: _Climb, keys: tuple[str, ...]) -> list[Rep]:
    """Those of these people who are not on leave; all of them when everybody is: better late than nobody."""
    people = active_reps(climb.session, keys)
    away = absences_now(climb.session, climb.now)
    return [one for one in people if one.id not in away] or people


def _repeat(climb: _Climb, step: int, written: LadderStep) -> None:
    _nudge_asked(climb, step, written)
    _alert_managers(climb, step, written)


def _assign_fallback(climb: _Climb, step: int, _step: LadderStep) -> None:
    session, lead, pool, now = climb.session, climb.lead, climb.pool, climb.now
    managers = _there(climb, pool.managers)
    # A fallback person who has left the team meanwhile, or is on leave: better a manager than nobody.
    fallback = _there(climb, (pool.fallback, *pool.managers))[0]
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
        tell(session, IntentKind.ASSIGNED, in_round(str(lead.id), offer.id), to_rep(person), now)


_EFFECTS: dict[str, Callable[[_Climb, int, LadderStep], None]] = {
    "nudge": _nudge_asked,
    "ask_next": _ask_next,
    "nudge_owner": _nudge_owner,
    "managers": _alert_managers,
    "tell": _tell_target,
    "repeat": _repeat,
    "fallback": _assign_fallback,
}
