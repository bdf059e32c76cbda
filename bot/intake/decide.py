"""From a stored body to an offer: read it, match known leads, create the others, hand them to their pool."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from bot.cadence import pool_of, suppressed_among, turn_away, welcome_back
from bot.db.models import Activity, ActivityKind, InboxEntry, InboxItem, InboxState, ItemResult, Lead, Rep
from bot.intake.known import Acquaintances, wrote_again
from bot.intake.newlead import new_lead, place
from bot.intake.reading import ReadLead, Tree, UnreadableError, read_body, read_lead, split_leads
from bot.outbox.enqueue import IntentKind, tell, to_rep
from bot.routing import give_to_owner, offer_leads, taker_of
from bot.team.live import LiveTeam, live_team, reps_by_key
from bot.team.sources import Source

log = structlog.get_logger()

BROKEN = "Something went wrong on our side while this was read. It is kept and can be replayed."

_DECIDING = 852_963_741
"""The advisory lock that one decider at a time holds on PostgreSQL."""


def decide_inbox(session: Session, now: datetime, limit: int = 50) -> int:
    """Decide up to `limit` waiting entries, in the order they came. Returns how many were decided.

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
    # One batch at most succeeds in a transaction. A second one would lock its known leads while the first one's
    # pools are still locked, and wait in a circle with a pass. What is left out is decided in the next transaction.
    while not _decided(session, entries, live, now):
        if len(entries) == 1:
            _fail(session, entries[0], BROKEN, live, now)
            break
        entries = entries[: len(entries) // 2]
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
        if len(entries) == 1:
            log.exception("an inbox entry could not be decided", entry=entries[0].public_id)
        return False
    return True


def _fail(session: Session, entry: InboxEntry, why: str, live: LiveTeam, now: datetime) -> None:
    entry.state, entry.decided_at, entry.error = InboxState.FAILED, now, why
    session.flush()
    _tell_managers(session, entry, live, now)


def _tell_managers(session: Session, entry: InboxEntry, live: LiveTeam, now: datetime) -> None:
    for manager in reps_by_key(session, live.team.pool_for_source(entry.source).managers):
        tell(session, IntentKind.UNREADABLE, entry.id, to_rep(manager.id), now)


@dataclass(frozen=True)
class _Read:
    """A lead of a body that could be read."""

    entry: InboxEntry
    source: Source
    item: InboxItem
    lead: ReadLead


class _Batch:
    """Entries decided together: read, then matched against everybody known, then offered, pool by pool."""

    def __init__(self, session: Session, live: LiveTeam, now: datetime) -> None:
        self._session, self._live, self._now = session, live, now
        self._new: list[tuple[_Read, Lead]] = []
        self._colleague: dict[Lead, Lead] = {}
        self._to_offer: dict[str, list[Lead]] = defaultdict(list)

    def decide(self, entries: Sequence[InboxEntry]) -> None:
        decided = self._decided_before(entries)
        read = [each for entry in entries for each in self._entry(entry, decided[entry.id])]
        known = Acquaintances(self._session, [each.lead for each in read])
        for each in read:
            self._accept(each, known)
        self._store()
        # Known leads are locked by now; pools come after leads, as in a claim, and always in one order.
        for key in sorted(self._to_offer):
            offer_leads(self._session, self._to_offer[key], self._live, self._now)

    def _decided_before(self, entries: Sequence[InboxEntry]) -> dict[int, set[int]]:
        """By entry, the positions read before: after a replay they stay as they were decided."""
        found: dict[int, set[int]] = defaultdict(set)
        items = select(InboxItem.inbox_id, InboxItem.position).where(
            InboxItem.inbox_id.in_([entry.id for entry in entries])
        )
        for inbox_id, position in self._session.execute(items):
            found[inbox_id].add(position)
        return found

    def _entry(self, entry: InboxEntry, decided: set[int]) -> list[_Read]:
        """What could be read of it; of the rest the managers hear."""
        source = self._live.team.source(entry.source)
        try:
            if source is None:
                raise UnreadableError(f"The team document has no source called {entry.source} any more.")
            trees = split_leads(read_body(entry.content_type, entry.body))
            if not trees:
                raise UnreadableError("The body is an empty list.")
        except UnreadableError as error:
            _fail(self._session, entry, str(error), self._live, self._now)
            return []
        entry.state, entry.decided_at, entry.error = InboxState.DONE, self._now, None
        items = [self._item(entry, source, at, tree) for at, tree in enumerate(trees) if at not in decided]
        unread = [item for item, _ in items if item.result is ItemResult.UNREADABLE]
        if unread and len(unread) == len(trees):
            _fail(self._session, entry, unread[0].why or BROKEN, self._live, self._now)
        elif unread:
            entry.error = f"{len(unread)} of {len(trees)} leads in it could not be read: {unread[0].why}"
            _tell_managers(self._session, entry, self._live, self._now)
        return [_Read(entry, source, item, lead) for item, lead in items if lead is not None]

    def _item(
        self, entry: InboxEntry, source: Source, position: int, tree: Tree
    ) -> tuple[InboxItem, ReadLead | None]:
        item = InboxItem(inbox_id=entry.id, position=position, result=ItemResult.ACCEPTED, facts={})
        self._session.add(item)
        try:
            read = read_lead(tree, source, self._live.team.country)
        except UnreadableError as error:
            item.result, item.why = ItemResult.UNREADABLE, str(error)
            return item, None
        item.facts = read.as_facts()
        if read.is_test:
            item.result, item.why = ItemResult.TEST, "The sender marked it as a test."
        return item, None if read.is_test else read

    def _accept(self, read: _Read, known: Acquaintances) -> None:
        lead = known.find(read.lead) or known.find_closed(read.lead)
        if lead is None:
            lead = new_lead(read.entry.source, read.entry.received_at, read.source, read.lead)
            place(lead, self._live.team, customer=known.is_customer(lead))
            self._to_colleagues_owner(lead, known.owner_of_colleagues(read.lead))
            self._session.add(lead)
            self._new.append((read, lead))
        else:
            self._known(read, lead, customer=known.is_customer(read.lead))
        known.remember(lead)

    def _to_colleagues_owner(self, lead: Lead, colleague: tuple[Lead, Rep] | None) -> None:
        """A company is one rep's: whoever owns the newest lead of it gets this one too, if they are there (D6)."""
        if colleague is None:
            return
        theirs, owner = colleague
        taker = taker_of(self._session, owner, pool_of(self._session, theirs, self._live), self._now)
        if taker is not None:
            lead.pool, lead.owner_id = theirs.pool, taker
            lead.rule, lead.members = None, None
            self._colleague[lead] = theirs

    def _known(self, read: _Read, lead: Lead, *, customer: bool) -> None:
        # A lead of this very batch has no id yet.
        self._session.flush()
        if lead.status.is_closed:
            welcome_back(self._session, lead, self._live, self._now)
        read.item.result, read.item.lead_id = ItemResult.KNOWN, lead.id
        again = wrote_again(
            self._session, lead, read.lead, read.entry, self._live, self._now, customer=customer
        )
        if again:
            self._to_offer[lead.pool].append(lead)

    def _store(self) -> None:
        """Note every new lead on its timeline; those of an owner's company go to that owner, the others on offer."""
        self._session.flush()
        suppressed = suppressed_among(self._session, [lead for _, lead in self._new])
        for read, lead in self._new:
            read.item.lead_id = lead.id
            self._session.add(_received(read.entry, lead, self._colleague.get(lead)))
            turned_away = lead in suppressed and turn_away(
                self._session, lead, self._now, wrote_themselves=read.lead.consents
            )
            if lead.owner_id is None and not turned_away:
                self._to_offer[lead.pool].append(lead)
        for _, lead in self._new:
            if lead.owner_id is not None and not lead.status.is_closed:
                owner = self._session.get_one(Rep, lead.owner_id)
                give_to_owner(self._session, lead, owner, self._live, self._now)


def _received(entry: InboxEntry, lead: Lead, colleague: Lead | None) -> Activity:
    facts = {
        "inbox": entry.public_id,
        "source": lead.source,
        "tier": lead.tier.value,
        "action": lead.action,
    }
    if colleague is not None:
        facts["colleague"] = colleague.ref
    return Activity(lead_id=lead.id, at=entry.received_at, kind=ActivityKind.RECEIVED, facts=facts)
