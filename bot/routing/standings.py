"""Where everybody stands in a pool's ledger, read from its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Executable, case, func, select
from sqlalchemy.orm import Session

from bot.db.models import Rep, Turn, TurnReason


@dataclass
class Standing:
    """Where a member stands. `weight` is the document's, `counted_weight` what the ledger last wrote down."""

    rep: Rep
    weight: int = 1
    balance: int = 0
    last_turn: int = 0
    last_offered_at: datetime | None = None
    joined: bool = False
    gone: bool = False
    """Joined once, and is out of the pool, the team or at work as far as the ledger knows."""
    counted_weight: int = 1

    @property
    def present(self) -> bool:
        """Takes turns now: one of the peers that others start at the average of."""
        return self.joined and not self.gone


def read_standings(
    session: Session, pool: str, members: Sequence[Rep], weights: Mapping[str, int]
) -> tuple[list[Standing], list[int]]:
    """The members' standings, and the ids of those who take turns as far as the ledger knows but are no members."""
    rows = {row.rep_id: row for row in session.execute(_rows_of(pool))}
    changes = [row.weight_id for row in rows.values() if row.weight_id]
    by_id = dict(session.execute(select(Turn.id, Turn.weight).where(Turn.id.in_(changes))).all())
    standings = []
    for rep in members:
        standing = Standing(rep, weights.get(rep.key, 1))
        row = rows.pop(rep.id, None)
        if row is not None:
            standing.balance = int(row.balance)
            standing.last_turn, standing.last_offered_at = row.last_turn or 0, row.last_at
            standing.joined, standing.gone = row.joined_id is not None, _is_gone(row.joined_id, row.left_id)
            standing.counted_weight = by_id.get(row.weight_id) or 1
        standings.append(standing)
    leavers = [id_ for id_, row in rows.items() if row.joined_id and not _is_gone(row.joined_id, row.left_id)]
    return standings, leavers


def _is_gone(joined_id: int | None, left_id: int | None) -> bool:
    return (left_id or 0) > (joined_id or 0)


def _rows_of(pool: str) -> Executable:
    # Within a pool the lock makes row ids the order of offers, also among those of one instant.
    offered, started = Turn.reason == TurnReason.OFFERED, (TurnReason.JOINED, TurnReason.CAME_BACK)
    return (
        select(
            Turn.rep_id,
            func.sum(Turn.amount).label("balance"),
            func.max(case((offered, Turn.id))).label("last_turn"),
            func.max(case((offered, Turn.at))).label("last_at"),
            func.max(case((Turn.reason.in_(started), Turn.id))).label("joined_id"),
            func.max(case((Turn.reason == TurnReason.LEFT, Turn.id))).label("left_id"),
            func.max(case((Turn.weight.is_not(None), Turn.id))).label("weight_id"),
        )
        .where(Turn.pool == pool)
        .group_by(Turn.rep_id)
    )
