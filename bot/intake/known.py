"""Who is known already: no second lead, no turn; what is new is kept, the owner hears of it (D6)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.cadence import came_back, pool_of
from bot.db.models import OPEN_STATUSES, Activity, ActivityKind, InboxEntry, Lead, Rep, Status, Tier
from bot.intake.domains import company_domain
from bot.intake.reading import ReadLead
from bot.intake.scoring import judge
from bot.outbox.enqueue import IntentKind, refresh, tell, to_rep
from bot.routing import follow_tier, restart_contact_clock, take_back, taker_of
from bot.team.live import LiveTeam

_FILLED_WHEN_EMPTY = (
    *(
        "name",
        "first_name",
        "last_name",
        "email",
        "phone",
        "handle",
        "profile_url",
        "company",
        "title",
        "country",
    ),
    *("zone", "resource", "message", "page", "product", "action"),
)
_TIERS = (Tier.COOL, Tier.WARM, Tier.HOT)
SIGNS_KEPT = 50
"""So many times a lead came in again are looked at; the timeline has them all."""


class Acquaintances:
    """Everybody a batch's leads may turn out to be, looked up at once and locked.

    Of closed leads only those whose owner is still on the team can come back.

    A claim or an outcome at this moment is either seen here or sees what is merged. A dry run locks nothing.
    """

    def __init__(self, session: Session, reads: Collection[ReadLead], *, lock: bool = True) -> None:
        self._open: dict[tuple[str, str], Lead] = {}
        self._closed: dict[tuple[str, str], Lead] = {}
        wanted = [key for read in reads for key in _keys(read)]
        same = [
            getattr(Lead, name).in_(values)
            for name in ("email", "phone", "handle")
            if (values := {value for field, value in wanted if field == name})
        ]
        if same:
            # One order for everybody, so that no two wait for each other; the newest is remembered last.
            may_come_back = or_(Lead.status.in_(OPEN_STATUSES), Rep.active.is_(True))
            with_owner = select(Lead).outerjoin(Rep, Rep.id == Lead.owner_id)
            found = with_owner.where(or_(*same), may_come_back).order_by(Lead.id)
            wanted_leads = found.with_for_update(of=Lead, key_share=True) if lock else found
            for lead in session.scalars(wanted_leads, execution_options={"populate_existing": True}):
                self.remember(lead)
        domains = {domain for read in reads if (domain := company_domain(read.email))}
        self._owners = _owners(session, domains)
        self._customers = _customers(session, {value for name, value in wanted if name == "email"}, domains)

    def remember(self, lead: Lead) -> None:
        """From now on whoever has one of this lead's addresses is this lead."""
        for key in _keys(lead):
            (self._closed if lead.status.is_closed else self._open)[key] = lead

    def find(self, read: ReadLead) -> Lead | None:
        """The newest open lead with the same e-mail address, else the same phone, else the same handle."""
        return _first(self._open, read)

    def find_closed(self, read: ReadLead) -> Lead | None:
        """The newest closed one, if the person wrote themselves: an import opens nothing again (R49, R50)."""
        return _first(self._closed, read) if read.consents else None

    def owner_of_colleagues(self, read: ReadLead) -> tuple[Lead, Rep] | None:
        """The newest open lead of the same company that somebody on the team owns, and its owner."""
        return self._owners.get(company_domain(read.email) or "")

    def is_customer(self, lead: Lead | ReadLead) -> bool:
        """Whether a lead of this person or company was won."""
        return lead.email is not None and (
            lead.email in self._customers or company_domain(lead.email) in self._customers
        )


def wrote_again(
    session: Session,
    lead: Lead,
    read: ReadLead,
    entry: InboxEntry,
    live: LiveTeam,
    now: datetime,
    *,
    customer: bool,
) -> bool:
    """Merge what is new, score anew, tell the owner, whose contact clock starts again; an unclaimed lead's card
    shows it. True when nobody looks after it now: it is ready to be offered again."""
    before = lead.tier
    activity = _merge_and_note(session, lead, read, entry, live, customer=customer)
    risen = lead.tier is not before
    if risen:
        follow_tier(session, lead, before, now)
    refresh(session, IntentKind.LEAD_CARD, lead.id, now=now)
    if lead.owner_id is None:
        return False
    owner = session.get_one(Rep, lead.owner_id)
    taker = taker_of(session, owner, pool_of(session, lead, live), now)
    if taker is None:
        take_back(session, lead, "away" if owner.active else "left the team", live, now)
        return True
    restart_contact_clock(session, lead, live, now)
    came_back(session, lead, taker, live, now, risen=risen)
    tell(session, IntentKind.WROTE_AGAIN, f"{lead.id}:{activity.id}", to_rep(taker), now)
    return False


def _merge_and_note(
    session: Session, lead: Lead, read: ReadLead, entry: InboxEntry, live: LiveTeam, *, customer: bool
) -> Activity:
    """The lead knows what is new and is scored with it; what came in, and whether the tier rose, is noted."""
    before = lead.tier
    facts = {
        "as": _other_than_known(lead, read),
        "inbox": entry.public_id,
        "source": entry.source,
        "action": read.action,
        "page": read.page,
        "message": read.message,
        "filled": _merge(lead, read, entry),
    }
    lead.signs = [*(lead.signs or []), _sign(read, entry)][-SIGNS_KEPT:]
    _score_again(lead, live, customer=customer)
    if lead.tier is not before:
        facts |= {"was": before.value, "tier": lead.tier.value}
    activity = Activity(
        lead_id=lead.id,
        at=entry.received_at,
        kind=ActivityKind.WROTE_AGAIN,
        facts={name: value for name, value in facts.items() if value},
    )
    session.add(activity)
    session.flush()
    return activity


def _first(known: Mapping[tuple[str, str], Lead], read: ReadLead) -> Lead | None:
    return next((known[key] for key in _keys(read) if key in known), None)


def _keys(person: Lead | ReadLead) -> list[tuple[str, str]]:
    # A number that does not exist is anybody's.
    phone = person.phone if person.phone and person.phone.startswith("+") else None
    ways = (("email", person.email), ("phone", phone), ("handle", person.handle))
    return [(name, value) for name, value in ways if value]


def _owners(session: Session, domains: Collection[str]) -> dict[str, tuple[Lead, Rep]]:
    if not domains:
        return {}
    newest = (
        select(func.max(Lead.id))
        .join(Rep, Rep.id == Lead.owner_id)
        .where(Lead.company_domain.in_(domains), Lead.status.in_(OPEN_STATUSES), Rep.active.is_(True))
        .group_by(Lead.company_domain)
    )
    rows = session.execute(select(Lead, Rep).join(Rep, Rep.id == Lead.owner_id).where(Lead.id.in_(newest)))
    return {lead.company_domain: (lead, rep) for lead, rep in rows if lead.company_domain}


def _customers(session: Session, emails: Collection[str], domains: Collection[str]) -> set[str]:
    """The addresses and company domains among these of which a lead was won."""
    if not emails:
        return set()
    won = select(Lead.email, Lead.company_domain).where(
        Lead.status == Status.WON, or_(Lead.email.in_(emails), Lead.company_domain.in_(domains))
    )
    return {value for row in session.execute(won) for value in row if value}


def _other_than_known(lead: Lead, read: ReadLead) -> list[str]:
    """Name and addresses that differ from what the team knows: the owner judges whether it is the same person."""
    pairs = ((read.name, lead.name), (read.email, lead.email), (read.phone, lead.phone))
    return [now for now, known in pairs if now and known and now.casefold() != known.casefold()]


def _merge(lead: Lead, read: ReadLead, entry: InboxEntry) -> list[str]:
    """Fill what was empty; nothing the team already knows is overwritten. Returns what was filled."""
    filled = [name for name in _FILLED_WHEN_EMPTY if getattr(read, name) and not getattr(lead, name)]
    for name in filled:
        setattr(lead, name, getattr(read, name))
    lead.company_domain = company_domain(lead.email)
    lead.campaign = read.campaign | lead.campaign
    answers = read.facts.get("answers", {}) | lead.facts.get("answers", {})
    lead.facts = read.facts | lead.facts | ({"answers": answers} if answers else {})
    if lead.consent_at is None and read.consents:
        lead.consent_at = read.consented_at or entry.received_at
        lead.consent_where = read.page or entry.source
    return filled


def _sign(read: ReadLead, entry: InboxEntry) -> dict[str, Any]:
    found = {
        "at": entry.received_at.isoformat(),
        "source": entry.source,
        "action": read.action,
        "page": read.page,
        "resource": read.resource,
        "product": read.product,
        "campaign": read.campaign,
    }
    return {name: value for name, value in found.items() if value}


def _score_again(lead: Lead, live: LiveTeam, *, customer: bool) -> None:
    """New points; the tier only rises: what was asked for once stays asked for (R34)."""
    score = judge(live.team, lead, customer=customer).score
    lead.score, lead.reasons = score.points, [list(reason) for reason in score.reasons]
    lead.tier = max(lead.tier, Tier(score.tier), key=_TIERS.index)
