"""The ledger of turns: a rep's balance in a pool is the sum of their rows (D5, D7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.db.models import TURN, Offer, PoolRow, Rep, Turn, TurnReason


@dataclass
class Standing:
    """Where a member stands in the pool's ledger."""

    rep: Rep
    balance: int = 0
    last_turn: int = 0
    last_offered_at: datetime | None = None
    joined: bool = False


def lock_pool(session: Session, pool: str) -> None:
    """Decide alone until this transaction ends: two decisions on one ledger would ask the same rep twice.

    Locked after the leads it decides about, never before, so that no two transactions wait for each other;
    whoever needs several pools locks them in the order of their keys.
    """
    session.execute(select(PoolRow.key).where(PoolRow.key == pool).with_for_update()).one()


class Ledger:
    """A pool's standings through one transaction, read once and kept in step; hold the pool's lock."""

    def __init__(self, session: Session, pool: str, members: Sequence[Rep]) -> None:
        self._session = session
        self._pool = pool
        self.standings = _standings(session, pool, members)
        self._turns = max((standing.last_turn for standing in self.standings), default=0)

    def admit(self, rep_ids: Sequence[int], now: datetime) -> None:
        """Start whoever is eligible here for the first time at the peers' average: no flood, no debt (D7)."""
        joiners = [one for one in self.standings if not one.joined and one.rep.id in rep_ids]
        peers = [one.balance for one in self.standings if one.joined and one.rep.active]
        average = sum(peers) // len(peers) if peers else 0
        for standing in joiners:
            # Somebody who claimed here before joining has rows already; they too start at the average.
            self._write(standing.rep.id, average - standing.balance, TurnReason.JOINED, None, now)
            standing.balance, standing.joined = average, True

    def take_turn(self, rep_id: int, now: datetime) -> None:
        """Count the turn of whoever is about to be asked; `write_turn` stores it once its offer has an id."""
        standing = next(one for one in self.standings if one.rep.id == rep_id)
        self._turns += 1
        standing.balance += TURN
        standing.last_turn, standing.last_offered_at = self._turns, now

    def write_turn(self, rep_id: int, offer: Offer, now: datetime) -> None:
        self._write(rep_id, TURN, TurnReason.OFFERED, offer.id, now)

    def _write(
        self, rep_id: int, amount: int, reason: TurnReason, offer_id: int | None, now: datetime
    ) -> None:
        self._session.add(
            Turn(pool=self._pool, rep_id=rep_id, amount=amount, reason=reason, offer_id=offer_id, at=now)
        )


def return_turn(session: Session, offer: Offer, rep_id: int, now: datetime) -> None:
    """Give a turn back: somebody else took the lead before this rep was first nudged (D5)."""
    session.add(
        Turn(
            pool=offer.pool,
            rep_id=rep_id,
            amount=-TURN,
            reason=TurnReason.RETURNED,
            offer_id=offer.id,
            at=now,
        )
    )


def debit_claimer(session: Session, offer: Offer, rep_id: int, now: datetime) -> None:
    """Count the turn of somebody who took a lead that was not offered to them (D5)."""
    reason = TurnReason.CLAIMED_FROM_OTHER
    session.add(Turn(pool=offer.pool, rep_id=rep_id, amount=TURN, reason=reason, offer_id=offer.id, at=now))


def _standings(session: Session, pool: str, members: Sequence[Rep]) -> list[Standing]:
    offered = Turn.reason == TurnReason.OFFERED
    rows = session.execute(
        select(
            Turn.rep_id,
            func.sum(Turn.amount),
            # Within a pool the lock makes row ids the order of offers, also among those of one instant.
            func.max(case((offered, Turn.id))),
            func.max(case((offered, Turn.at))),
            func.max(case((Turn.reason == TurnReason.JOINED, 1), else_=0)),
        )
        .where(Turn.pool == pool, Turn.rep_id.in_([rep.id for rep in members]))
        .group_by(Turn.rep_id)
    )
    known = {
        rep_id: (int(balance), last_turn or 0, last_at, bool(joined))
        for rep_id, balance, last_turn, last_at, joined in rows
    }
    return [Standing(rep, *known.get(rep.id, (0, 0, None, False))) for rep in members]
