"""What would become of leads, without doing any of it: a dry run of one, a replay of many. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Activity, ActivityKind, Lead, Offer, OfferRep, Rep, Status
from bot.intake.known import Acquaintances
from bot.intake.newlead import new_lead, place
from bot.intake.reading import ReadLead
from bot.intake.scoring import Verdict
from bot.intake.workload import Workload
from bot.routing import Candidate, Decision, Situation, screen
from bot.routing.availability import Member
from bot.routing.caps import loads_in_words, loads_of
from bot.routing.ledger import DryLedger
from bot.team.absences import leave_ever
from bot.team.live import LiveTeam
from bot.team.pools import Pool
from bot.team.sources import Source


@dataclass(frozen=True)
class DryRun:
    """What would become of one lead now. `known` is the open lead it would be merged into, with its owner."""

    lead: Lead
    verdict: Verdict
    decision: Decision
    known: tuple[Lead, Rep | None] | None
    colleague: tuple[Lead, Rep] | None


@dataclass(frozen=True)
class Rehearsed:
    """Where a document sends a lead; `rep` is the key of who is asked first, or None."""

    lead_id: int
    ref: str
    pool: str
    rule: str | None
    tier: str
    rep: str | None


def dry_run(
    session: Session, live: LiveTeam, source_name: str, source: Source, read: ReadLead, now: datetime
) -> DryRun:
    """Who would be asked for this lead if it came in now, and why not the others."""
    people = Acquaintances(session, [read], lock=False)
    lead = new_lead(source_name, now, source, read)
    verdict = place(lead, live.team, customer=people.is_customer(read))
    pool, found = live.team.pool(lead.pool), people.find(read)
    members = _members(session, live, pool)
    loads = loads_of(session, live.team, pool, members, now)
    screened = screen(Situation(session, live, pool, lead, members, (), now, loads=loads))
    ledger = DryLedger(session, pool.key, members, pool.members.weights)
    decision = ledger.decide(
        0, screened.skips, screened.gone, now, loads_in_words(live.team, pool, members, loads)
    )
    known = (found, session.get(Rep, found.owner_id) if found.owner_id else None) if found else None
    colleague = None if found else people.owner_of_colleagues(read)
    return DryRun(lead, verdict, decision, known, colleague)


def leads_offered_since(session: Session, since: datetime) -> list[Lead]:
    """The leads that came in since then and were offered to somebody, in the order they came, as they first came."""
    offered = select(Offer.lead_id)
    found = select(Lead).where(Lead.received_at >= since, Lead.id.in_(offered))
    leads = list(session.scalars(found.order_by(Lead.received_at, Lead.id)))
    # What is tried out on them stays with these copies.
    session.expunge_all()
    for lead in leads:
        lead.signs, lead.owner_id = [], None
    return leads


def asked_first(session: Session, lead_ids: Sequence[int]) -> dict[int, str]:
    """Who was really asked first for each of these leads, by key."""
    first = select(func.min(OfferRep.id)).join(Offer, Offer.id == OfferRep.offer_id).group_by(Offer.lead_id)
    rows = session.execute(
        select(Offer.lead_id, Rep.key)
        .join(OfferRep, OfferRep.offer_id == Offer.id)
        .join(Rep, Rep.id == OfferRep.rep_id)
        .where(OfferRep.id.in_(first))
    )
    wanted = set(lead_ids)
    return {lead_id: key for lead_id, key in rows if lead_id in wanted}


def rehearse(session: Session, live: LiveTeam, leads: Sequence[Lead]) -> list[Rehearsed]:
    """Each lead through this document, at the time it came, everybody starting with no turns."""
    won, work = _first_won(session), Workload(session, leads)
    desks: dict[str, _Desk] = {}
    found = []
    for lead in leads:
        lead.members = None
        customer = any(won.get(key or "", lead.received_at) < lead.received_at for key in _company(lead))
        place(lead, live.team, customer=customer)
        if lead.pool not in desks:
            desks[lead.pool] = _Desk(session, live, live.team.pool(lead.pool))
        chosen = desks[lead.pool].asked(lead, work)
        key = chosen.rep if chosen else None
        found.append(Rehearsed(lead.id, lead.ref, lead.pool, lead.rule, lead.tier.value, key))
    return found


class _Desk:
    """A pool of a document that is tried out, and its turns so far."""

    def __init__(self, session: Session, live: LiveTeam, pool: Pool) -> None:
        self._session, self._live, self._pool = session, live, pool
        self._members = _members(session, live, pool)
        hours, leave = (
            live.team.hours_of_members(pool),
            leave_ever(session, [one.id for one in self._members]),
        )
        self._roster = [
            Member(one.id, one.key, hours[one.key], leave.get(one.id, ())) for one in self._members
        ]
        self._ledger = DryLedger(session, pool.key, self._members, pool.members.weights)
        self._ledger.forget()

    def asked(self, lead: Lead, work: Workload) -> Candidate | None:
        """Who is asked first for this lead, when it comes in; from then on they have it."""
        now, pool, people = lead.received_at, self._pool, self._members
        loads = work.loads(self._live.team, pool, people, now)
        screened = screen(
            Situation(self._session, self._live, pool, lead, people, (), now, self._roster, loads)
        )
        chosen = self._ledger.decide(lead.id, screened.skips, screened.gone, now).chosen
        if chosen:
            work.add(chosen.rep, lead)
        return chosen


def response_habits(session: Session, since: datetime) -> dict[str | None, float]:
    """The median first response of each rep since then, in business seconds; under None that of everybody."""
    rows = session.execute(
        select(Rep.key, Activity.facts)
        .join(Rep, Rep.id == Activity.rep_id)
        .where(
            Activity.kind == ActivityKind.FIRST_RESPONSE, Activity.at >= since, Activity.undone_at.is_(None)
        )
    ).all()
    by_rep: dict[str | None, list[float]] = defaultdict(list)
    for key, facts in rows:
        for one in (key, None):
            by_rep[one].append(float(facts["business_seconds"]))
    return {key: median(seconds) for key, seconds in by_rep.items()}


def estimates(results: Iterable[Rehearsed], habits: Mapping[str | None, float]) -> list[float]:
    """The expected first response for each lead that somebody is asked for: their habit, else everybody's."""
    if None not in habits:
        return []
    return sorted(habits.get(one.rep, habits[None]) for one in results if one.rep is not None)


def _members(session: Session, live: LiveTeam, pool: Pool) -> list[Rep]:
    """The pool's members as this document has them; who is not known yet has an id of their own below 0."""
    ids = {key: rep_id for rep_id, key in session.execute(select(Rep.id, Rep.key))}
    return [
        Rep(id=ids.get(key, -place), key=key, name=live.team.rep(key).name, active=True)
        for place, key in enumerate(pool.members, 1)
    ]


def _first_won(session: Session) -> dict[str, datetime]:
    """Since when the person or company behind an address or domain is a customer."""
    won = select(Lead.email, Lead.company_domain, Lead.closed_at).where(Lead.status == Status.WON)
    found: dict[str, datetime] = {}
    for *names, closed_at in session.execute(won.order_by(Lead.closed_at)):
        for name in names:
            if name and closed_at:
                found.setdefault(name, closed_at)
    return found


def _company(lead: Lead) -> tuple[str | None, str | None]:
    return lead.email, lead.company_domain
