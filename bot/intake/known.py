"""A lead that is already known: no second lead, no turn; what is new is kept, its owner hears of it (D6)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import OPEN_STATUSES, Activity, ActivityKind, InboxEntry, Lead
from bot.intake.reading import ReadLead
from bot.outbox.enqueue import IntentKind, refresh, tell, to_rep

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


def known_lead(session: Session, read: ReadLead) -> Lead | None:
    """The newest open lead with the same e-mail address, else the same phone, else the same handle; locked.

    A claim or an outcome at this moment is either seen here or sees what is merged.
    """
    phone = read.phone if read.phone and read.phone.startswith("+") else None
    for column, value in ((Lead.email, read.email), (Lead.phone, phone), (Lead.handle, read.handle)):
        if value is None:
            continue
        same = (
            select(Lead)
            .where(column == value, Lead.status.in_(OPEN_STATUSES))
            .order_by(Lead.id.desc())
            .limit(1)
            .with_for_update(key_share=True)
        )
        if lead := session.scalar(same, execution_options={"populate_existing": True}):
            return lead
    return None


def wrote_again(session: Session, lead: Lead, read: ReadLead, entry: InboxEntry, now: datetime) -> None:
    """Merge what is new, note it on the timeline, tell the owner; an unclaimed lead's card shows it."""
    facts = {
        "as": _other_than_known(lead, read),
        "inbox": entry.public_id,
        "source": entry.source,
        "action": read.action,
        "page": read.page,
        "message": read.message,
        "filled": _merge(lead, read, entry),
    }
    activity = Activity(
        lead_id=lead.id,
        at=entry.received_at,
        kind=ActivityKind.WROTE_AGAIN,
        facts={name: value for name, value in facts.items() if value},
    )
    session.add(activity)
    session.flush()
    if lead.owner_id is not None:
        tell(session, IntentKind.WROTE_AGAIN, f"{lead.id}:{activity.id}", to_rep(lead.owner_id), now)
    refresh(session, IntentKind.LEAD_CARD, lead.id)


def _other_than_known(lead: Lead, read: ReadLead) -> list[str]:
    """Name and addresses that differ from what the team knows: the owner judges whether it is the same person."""
    pairs = ((read.name, lead.name), (read.email, lead.email), (read.phone, lead.phone))
    return [now for now, known in pairs if now and known and now.casefold() != known.casefold()]


def _merge(lead: Lead, read: ReadLead, entry: InboxEntry) -> list[str]:
    """Fill what was empty; nothing the team already knows is overwritten. Returns what was filled."""
    filled = [name for name in _FILLED_WHEN_EMPTY if getattr(read, name) and not getattr(lead, name)]
    for name in filled:
        setattr(lead, name, getattr(read, name))
    lead.campaign = read.campaign | lead.campaign
    answers = read.facts.get("answers", {}) | lead.facts.get("answers", {})
    lead.facts = read.facts | lead.facts | ({"answers": answers} if answers else {})
    if lead.consent_at is None and read.consents:
        lead.consent_at = read.consented_at or entry.received_at
        lead.consent_where = read.page or entry.source
    return filled
