"""From a stored body to an offer: read it, match known leads, create the others, hand them to their pool."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from bot import businesstime
from bot.db.models import Activity, ActivityKind, InboxEntry, InboxItem, InboxState, ItemResult, Lead
from bot.intake.known import known_lead, wrote_again
from bot.intake.reading import ReadLead, Tree, UnreadableError, read_body, read_lead, split_leads, tier_of
from bot.outbox.enqueue import IntentKind, tell, to_rep
from bot.routing import offer_leads
from bot.team.live import LiveTeam, live_team, reps_by_key
from bot.team.pools import Pool
from bot.team.sources import Source

log = structlog.get_logger()

BROKEN = "Something went wrong on our side while this was read. It is kept and can be replayed."

_DECIDING = 852_963_741
"""The advisory lock that one decider at a time holds on PostgreSQL."""


def decide_inbox(session: Session, now: datetime, limit: int = 50) -> int:
    """Decide up to `limit` waiting entries, in the order they came. Returns how many there were.

    An entry that breaks something fails alone: it is kept, marked FAILED, and the managers hear of it.
    """
    waiting = (
        select(InboxEntry).where(InboxEntry.state == InboxState.WAITING).order_by(InboxEntry.id).limit(limit)
    )
    if session.scalar(waiting.with_only_columns(InboxEntry.id).limit(1)) is None:
        return 0
    _one_decider_at_a_time(session)
    entries = session.scalars(waiting.with_for_update(skip_locked=True)).all()
    if not entries:
        return 0
    live = live_team(session)
    if not _decided(session, entries, live, now):
        for entry in entries:
            if not _decided(session, [entry], live, now):
                _fail(session, entry, BROKEN, live, now)
    return len(entries)


def _one_decider_at_a_time(session: Session) -> None:
    # Two deliveries about one person must not both find that nobody knows them. SQLite has one writer anyway.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_DECIDING)))


def _decided(session: Session, entries: Sequence[InboxEntry], live: LiveTeam, now: datetime) -> bool:
    """Whether all of it went well; if not, nothing of it happened."""
    try:
        with session.begin_nested():
            _Batch(session, live, now).decide(entries)
    except (OperationalError, InterfaceError):
        # The database's trouble, not the entry's: everything waits.
        raise
    except Exception:
        log.exception("inbox entries could not be decided", entries=len(entries))
        return False
    return True


def _fail(session: Session, entry: InboxEntry, why: str, live: LiveTeam, now: datetime) -> None:
    entry.state, entry.decided_at, entry.error = InboxState.FAILED, now, why
    session.flush()
    _tell_managers(session, entry, live, now)


def _tell_managers(session: Session, entry: InboxEntry, live: LiveTeam, now: datetime) -> None:
    for manager in reps_by_key(session, live.team.pool_for_source(entry.source).managers):
        tell(session, IntentKind.UNREADABLE, entry.id, to_rep(manager.id), now)


class _Batch:
    """Entries decided together: a pool's new leads are offered in one go."""

    def __init__(self, session: Session, live: LiveTeam, now: datetime) -> None:
        self._session, self._live, self._now = session, live, now
        self._new: dict[str, list[Lead]] = defaultdict(list)

    def decide(self, entries: Sequence[InboxEntry]) -> None:
        for entry in entries:
            self._entry(entry)
        # Known leads are locked by now; pools come after leads, as in a claim, and always in one order.
        for key in sorted(self._new):
            offer_leads(self._session, self._new[key], self._live, self._now)

    def _entry(self, entry: InboxEntry) -> None:
        source = self._live.team.source(entry.source)
        try:
            if source is None:
                raise UnreadableError(f"The team document has no source called {entry.source} any more.")
            trees = split_leads(read_body(entry.content_type, entry.body))
            if not trees:
                raise UnreadableError("The body is an empty list.")
        except UnreadableError as error:
            _fail(self._session, entry, str(error), self._live, self._now)
            return
        entry.state, entry.decided_at, entry.error = InboxState.DONE, self._now, None
        # After a replay, what was read the first time stays as it was decided.
        decided = set(self._session.scalars(select(InboxItem.position).where(InboxItem.inbox_id == entry.id)))
        items = [self._item(entry, source, at, tree) for at, tree in enumerate(trees) if at not in decided]
        unread = [item for item in items if item.result is ItemResult.UNREADABLE]
        if unread and len(unread) == len(trees):
            _fail(self._session, entry, unread[0].why or BROKEN, self._live, self._now)
        elif unread:
            entry.error = f"{len(unread)} of {len(trees)} leads in it could not be read: {unread[0].why}"
            _tell_managers(self._session, entry, self._live, self._now)

    def _item(self, entry: InboxEntry, source: Source, position: int, tree: Tree) -> InboxItem:
        item = InboxItem(inbox_id=entry.id, position=position, result=ItemResult.ACCEPTED, facts={})
        try:
            read = read_lead(tree, source, self._live.team.country)
        except UnreadableError as error:
            item.result, item.why = ItemResult.UNREADABLE, str(error)
        else:
            item.facts = read.as_facts()
            self._accept(entry, source, item, read)
        self._session.add(item)
        return item

    def _accept(self, entry: InboxEntry, source: Source, item: InboxItem, read: ReadLead) -> None:
        if read.is_test:
            item.result, item.why = ItemResult.TEST, "The sender marked it as a test."
        elif known := known_lead(self._session, read):
            item.result, item.lead_id = ItemResult.KNOWN, known.id
            wrote_again(self._session, known, read, entry, self._now)
        else:
            pool = self._live.team.pool_for_source(entry.source)
            lead = _new_lead(entry, source, read, pool)
            self._session.add(lead)
            self._session.flush()
            facts = {
                "inbox": entry.public_id,
                "source": lead.source,
                "tier": lead.tier.value,
                "action": lead.action,
            }
            received = Activity(
                lead_id=lead.id, at=entry.received_at, kind=ActivityKind.RECEIVED, facts=facts
            )
            self._session.add(received)
            item.lead_id = lead.id
            self._new[pool.key].append(lead)


def _new_lead(entry: InboxEntry, source: Source, read: ReadLead, pool: Pool) -> Lead:
    return Lead(
        name=read.name,
        first_name=read.first_name,
        last_name=read.last_name,
        email=read.email,
        phone=read.phone,
        handle=read.handle,
        profile_url=read.profile_url,
        company=read.company,
        title=read.title,
        country=read.country,
        zone=read.zone,
        source=entry.source,
        action=read.action,
        resource=read.resource,
        message=read.message,
        page=read.page,
        product=read.product,
        campaign=read.campaign,
        facts=read.facts,
        consent_at=(read.consented_at or entry.received_at) if read.consents else None,
        consent_where=(read.page or source.consent or entry.source) if read.consents else None,
        tier=tier_of(read.action),
        pool=pool.key,
        received_at=entry.received_at,
        clock_started_at=businesstime.next_opening(entry.received_at, pool.calendar),
    )
