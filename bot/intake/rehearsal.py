"""What would become of leads, without doing any of it: a dry run of one, a replay of many. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Activity, ActivityKind, Lead, Offer, OfferRep, Rep
from bot.intake.known import Acquaintances
from bot.intake.newlead import new_lead, place
from bot.intake.reading import ReadLead
from bot.intake.scoring import Verdict
from bot.routing import Candidate, Decision, Ledger, Situation, choose, why_skipped
from bot.routing.caps import loads_of
from bot.routing.rotation import turn_of
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
    skips = why_skipped(Situation(session, live, pool, lead, members, (), now, loads=loads))
    known = (found, session.get(Rep, found.owner_id) if found.owner_id else None) if found else None
    colleague = None if found else people.owner_of_colleagues(read)
    decision = choose(_standing(session, pool, members, skips), 0)
    return DryRun(lead, verdict, decision, known, colleague)


def leads_offered_since(session: Session, since: datetime, until: datetime) -> list[Lead]:
    """The leads that came in since then and were offered to somebody, in the order they came, as they first came."""
    offered = select(Offer.lead_id)
    found = select(Lead).where(Lead.received_at >= since, Lead.received_at <= until, Lead.id.in_(offered))
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


def rehearse(session: Session, live: LiveTeam, leads: Iterable[Lead]) -> list[Rehearsed]:
    """Each lead through this document, at the time it came, everybody starting with no turns."""
    turns: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    members: dict[str, list[Rep]] = {}
    found = []
    for number, lead in enumerate(leads, 1):
        lead.members = None
        place(lead, live.team, customer=False)
        pool, had = live.team.pool(lead.pool), turns[lead.pool]
        people = members.setdefault(pool.key, _members(session, live, pool))
        skips = why_skipped(Situation(session, live, pool, lead, people, (), lead.received_at))
        candidates = [
            Candidate(one.key, one.id, *had.get(one.key, (0, 0)), skipped=skips.get(one.id)) for one in people
        ]
        chosen = choose(candidates, lead.id).chosen
        if chosen:
            had[chosen.rep] = chosen.balance + turn_of(pool.members.weights[chosen.rep]), number
        key = chosen.rep if chosen else None
        found.append(Rehearsed(lead.id, lead.ref, pool.key, lead.rule, lead.tier.value, key))
    return found


def response_habits(session: Session, since: datetime, until: datetime) -> dict[str | None, float]:
    """The median first response of each rep in the period, in business seconds; under None that of everybody."""
    rows = session.execute(
        select(Rep.key, Activity.facts)
        .join(Rep, Rep.id == Activity.rep_id)
        .where(Activity.kind == ActivityKind.FIRST_RESPONSE, Activity.at >= since, Activity.at <= until)
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


def _standing(
    session: Session, pool: Pool, members: Sequence[Rep], skips: Mapping[int, str]
) -> list[Candidate]:
    standings = Ledger(session, pool.key, members).standings
    had = [one.balance for one in standings if one.last_turn]
    start = sum(had) // len(had) if had else 0
    return [
        Candidate(
            one.rep.key,
            one.rep.id,
            one.balance if one.last_turn or one.balance else start,
            one.last_turn,
            one.last_offered_at,
            skips.get(one.rep.id),
        )
        for one in standings
    ]
