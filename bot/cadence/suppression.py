"""Who must never be contacted again, by keyed hash of every address they gave (R49, D11)."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select, update
from sqlalchemy.orm import Session

from bot.db.models import OPEN_STATUSES, HashKey, Lead, Outcome, Status, Suppression
from bot.db.sql import insert_into

SUPPRESSING = frozenset({Outcome.UNSUBSCRIBED, Outcome.DO_NOT_CONTACT})
_ONLY_KEY = 1


def suppress(session: Session, lead: Lead, reason: Outcome, now: datetime) -> list[str]:
    """Nobody contacts this lead again, on any address we know. Returns what was not suppressed before."""
    before = set(_active(session, lead))
    added = [digest for digest in _digests(lead, _newest_key(session)) if digest not in before]
    for digest in added:
        row = {"reason": reason.value, "lead_id": lead.id, "at": now, "lifted_at": None}
        new = insert_into(session, Suppression).values(digest=digest, **row)
        session.execute(new.on_conflict_do_update(index_elements=[Suppression.digest], set_=row))
    lead.suppressed = True
    return added


def is_suppressed(session: Session, lead: Lead) -> bool:
    """Whether any address of this lead asked to be left alone, on this record or on another."""
    return bool(suppressed_among(session, [lead]))


def suppressed_among(session: Session, leads: Sequence[Lead]) -> list[Lead]:
    """Those of these leads of which an address asked to be left alone: one look, however many they are."""
    keys = _keys(session)
    given = [(lead, [digest for key in keys for digest in _digests(lead, key)]) for lead in leads]
    held = set(_held(session, [digest for _, digests in given for digest in digests]))
    return [lead for lead, digests in given if lead.suppressed or not held.isdisjoint(digests)]


def lift(session: Session, lead: Lead, now: datetime) -> None:
    """The lead wrote again of its own accord: the one thing that lifts it (D11)."""
    lift_digests(session, _active(session, lead), now)
    lead.suppressed = False


def lift_digests(session: Session, digests: Collection[str], now: datetime) -> None:
    """These addresses may be contacted again."""
    if digests:
        session.execute(update(Suppression).where(Suppression.digest.in_(digests)).values(lifted_at=now))


def turn_away(session: Session, lead: Lead, now: datetime, *, wrote_themselves: bool) -> bool:
    """Whether this new lead must be left alone: it is kept, closed, and nobody is asked to contact it.

    Whoever wrote themselves is welcome again.
    """
    if not is_suppressed(session, lead):
        return False
    if wrote_themselves:
        lift(session, lead, now)
        return False
    lead.suppressed, lead.status, lead.closed_at = True, Status.UNSUBSCRIBED, now
    return True


def lock_person(session: Session, lead: Lead) -> None:
    """Lock this lead and the others that `same_person` finds."""
    lock_leads(session, or_(Lead.id == lead.id, _shares_address(lead)))


def lock_leads(session: Session, which: ColumnElement[bool]) -> None:
    """Lock these leads by id: of two who need some of the same, one waits for the other and never both."""
    session.execute(select(Lead.id).where(which).order_by(Lead.id).with_for_update(key_share=True))


def same_person(session: Session, lead: Lead) -> Sequence[Lead]:
    """The other open leads with an address of this one, locked."""
    others = select(Lead).where(_shares_address(lead), Lead.id != lead.id)
    return session.scalars(others.order_by(Lead.id).with_for_update(key_share=True)).all()


def _shares_address(lead: Lead) -> ColumnElement[bool]:
    pairs = ((Lead.email, lead.email), (Lead.phone, lead.phone), (Lead.handle, lead.handle))
    same = [column == value for column, value in pairs if value]
    return and_(Lead.status.in_(OPEN_STATUSES), or_(false(), *same))


def _active(session: Session, lead: Lead) -> Sequence[str]:
    return _held(session, [digest for key in _keys(session) for digest in _digests(lead, key)])


def _held(session: Session, digests: Sequence[str]) -> Sequence[str]:
    """Those of these digests that are suppressed."""
    if not digests:
        return []
    held = select(Suppression.digest).where(Suppression.digest.in_(digests), Suppression.lifted_at.is_(None))
    return session.scalars(held).all()


def _digests(lead: Lead, key: bytes) -> list[str]:
    phone = re.sub(r"[^\d+]", "", lead.phone or "")
    email, handle = (lead.email or "").strip().casefold(), (lead.handle or "").strip().lstrip("@").casefold()
    known = [
        f"{kind}:{value}" for kind, value in (("email", email), ("phone", phone), ("handle", handle)) if value
    ]
    return [hmac.new(key, address.encode(), hashlib.sha256).hexdigest() for address in known]


def _keys(session: Session) -> list[bytes]:
    """Every key that an address may have been hashed with: the environment's, and ours from before there was one."""
    kept = session.scalar(select(HashKey.key).where(HashKey.id == _ONLY_KEY))
    return [key.encode() for key in (session.info.get("secret"), kept) if key]


def _newest_key(session: Session) -> bytes:
    if not _keys(session):
        made = insert_into(session, HashKey).values(id=_ONLY_KEY, key=secrets.token_hex(32))
        session.execute(made.on_conflict_do_nothing())
    return _keys(session)[0]
