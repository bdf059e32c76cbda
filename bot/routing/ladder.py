"""The rows of a lead's two ladders: claim and contact (D1, D3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.businesstime import next_opening
from bot.db import Loop, wake
from bot.db.models import Acknowledgement, Activity, ActivityKind, Escalation, LadderKind, Lead, Tier
from bot.db.sql import insert_into
from bot.team.document import Team
from bot.team.ladder import LadderStep
from bot.team.live import LiveTeam, team_version


def start_ladders(session: Session, lead: Lead, live: LiveTeam, now: datetime) -> None:
    """Start both clocks where the lead's clock starts: at arrival, or at the pool's next opening (D3)."""
    for kind in LadderKind:
        first = steps_of(live.team, lead, kind, lead.clock_started_at)[0]
        session.add(
            Escalation(
                lead_id=lead.id,
                kind=kind,
                team_version_id=live.version_id,
                started_at=lead.clock_started_at,
                step=0,
                next_step_at=due_at(lead.clock_started_at, first),
            )
        )
    if lead.clock_started_at > now:
        _want_acknowledgement(session, lead)
    wake(session, Loop.TIMERS)


def _want_acknowledgement(session: Session, lead: Lead) -> None:
    """Nobody is there: an automatic but personal mail bridges the time until the opening (R4)."""
    if lead.email and lead.consent_at and not lead.suppressed:
        waiting = {"due_at": lead.received_at, "in_touch_at": lead.clock_started_at}
        # Whoever was taken back from an owner who did not react may have been told already.
        new = insert_into(session, Acknowledgement).values(lead_id=lead.id, **waiting)
        session.execute(new.on_conflict_do_nothing())


def end_ladder(session: Session, lead_id: int, kind: LadderKind, now: datetime) -> None:
    """End this ladder if it still runs."""
    session.execute(
        update(Escalation)
        .where(Escalation.lead_id == lead_id, Escalation.kind == kind, Escalation.ended_at.is_(None))
        .values(ended_at=now)
    )


def advance(session: Session, ladder: Escalation, step: int, at: datetime | None, now: datetime) -> bool:
    """Move a due ladder on to `step`, due at `at`; False when it ended, moved or was put off meanwhile."""
    moved = session.execute(
        update(Escalation)
        .where(
            Escalation.id == ladder.id,
            Escalation.step == ladder.step,
            Escalation.ended_at.is_(None),
            Escalation.next_step_at <= now,
        )
        .values(step=step, next_step_at=at)
        .returning(Escalation.id)
    )
    return moved.one_or_none() is not None


def give_contact_clock_an_owner(session: Session, lead: Lead, now: datetime) -> None:
    """With the contact target already missed, the owner has the managers' interval from now on (D1, D4)."""
    ladder = open_ladder(session, lead.id, LadderKind.CONTACT)
    if ladder is None or ladder.step > 1:
        return
    target, managers = running_steps(session, lead, ladder)
    if due_at(ladder.started_at, target) > now:
        return
    if ladder.step == 0:
        # The claim came before the worker got round to the miss.
        facts = {"ladder": ladder.kind.value, "step": 0, "rep": None}
        session.add(Activity(lead_id=lead.id, at=now, kind=ActivityKind.CONTACT_MISSED, facts=facts))
    ladder.step = 1
    ladder.next_step_at = now + timedelta(minutes=managers.after_minutes - target.after_minutes)
    wake(session, Loop.TIMERS)


def open_ladder(session: Session, lead_id: int, kind: LadderKind) -> Escalation | None:
    running = select(Escalation).where(Escalation.lead_id == lead_id, Escalation.kind == kind)
    return session.scalar(
        running.where(Escalation.ended_at.is_(None)).execution_options(populate_existing=True)
    )


def next_step(session: Session, lead_id: int) -> tuple[LadderStep, datetime] | None:
    """The step that comes next if nobody acts, and when; None when nothing is to come.

    It is the claim ladder's until the lead has an owner, then the contact ladder's.
    """
    for kind in LadderKind:
        ladder = open_ladder(session, lead_id, kind)
        if ladder is not None and ladder.next_step_at is not None:
            lead = session.get_one(Lead, lead_id)
            steps = running_steps(session, lead, ladder)
            return steps[place_in(steps, ladder)], ladder.next_step_at
    return None


def running_steps(session: Session, lead: Lead, ladder: Escalation) -> Sequence[LadderStep]:
    """The steps of a ladder that is being climbed, as the document was when the climb began."""
    return steps_of(team_version(session, ladder.team_version_id).team, lead, ladder.kind, ladder.started_at)


def place_in(steps: Sequence[LadderStep], ladder: Escalation) -> int:
    """Where on these steps the ladder stands; hot leads may have fewer, and a lead may become hot on its way."""
    return min(ladder.step, len(steps) - 1)


def steps_of(team: Team, lead: Lead, kind: LadderKind, started_at: datetime) -> Sequence[LadderStep]:
    """The steps in the order in which they fall due: one that waits for its hours comes later than written."""
    pool = team.pool(lead.pool)
    hot = lead.tier is Tier.HOT
    steps = pool.claim_steps(hot) if kind is LadderKind.CLAIM else pool.contact_target.steps(hot)
    return sorted(steps, key=lambda step: due_at(started_at, step))


def due_at(started_at: datetime, step: LadderStep) -> datetime:
    """Once started, a ladder runs on the wall clock, closing time or not (D3); a step may have hours of its own."""
    due = started_at + timedelta(minutes=step.after_minutes)
    return due if step.hours is None else next_opening(due, step.hours)


def worth_doing(overdue: Sequence[LadderStep]) -> list[LadderStep]:
    """Of steps that fell due together, as after a downtime, those that still mean something.

    The managers, the fallback person and whoever else a step names are never left out. Of nudges and repeats only
    the last says anything new: none once the fallback person takes the lead, when nobody else is asked any more
    either, and no repeat right beside the managers' first alert.
    """
    last = overdue[-1]
    if last.action == "fallback":
        return [step for step in overdue if step.action in ("managers", "tell", "fallback")]
    kept = [step for step in overdue if step.action in ("managers", "tell", "ask_next")]
    if not kept:
        return [last]
    nudges = [step for step in overdue if step.action in ("nudge", "nudge_owner")]
    return nudges[-1:] + kept
