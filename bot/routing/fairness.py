"""How a pool's turns were shared: everybody's part, and the latest rows of the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import TURN, AskState, Offer, OfferRep, Rep, Turn, TurnReason
from bot.routing.rotation import average
from bot.routing.standings import Standing, read_standings
from bot.team.live import reps_by_key
from bot.team.pools import Pool

LATEST = 8


@dataclass(frozen=True)
class Part:
    """A member's part. `owed` are turns: how far below the average they stand, or above when negative."""

    rep: Rep
    weight: int
    turns: float
    owed: float
    present: bool
    joined: bool
    offered: int
    claimed: int
    passed: int
    missed: int
    claimed_from_others: int


@dataclass(frozen=True)
class Fairness:
    """A pool's turns. The counts are of offers since some day; the turns are all there ever were."""

    pool: str
    parts: Sequence[Part]
    latest: Sequence[tuple[Turn, Rep]]
    """Rows of the ledger that moved a balance, the newest first."""


def fairness(session: Session, pool: Pool, since: datetime) -> Fairness:
    """Everybody's part in this pool, who is owed most first."""
    members = reps_by_key(session, pool.members)
    standings, _ = read_standings(session, pool.key, members, pool.members.weights)
    peers = average([one.balance for one in standings if one.present])
    asks = _asks(session, pool.key, since)
    foreign = _claims_from_others(session, pool.key, since)
    parts = [_part(one, peers, asks, foreign.get(one.rep.id, 0)) for one in standings]
    moved = (
        select(Turn, Rep)
        .join(Rep, Rep.id == Turn.rep_id)
        .where(Turn.pool == pool.key, (Turn.amount != 0) | (Turn.reason == TurnReason.LEFT))
    )
    latest = session.execute(moved.order_by(Turn.id.desc()).limit(LATEST)).all()
    return Fairness(
        pool.key,
        sorted(parts, key=lambda part: (not part.present, -part.owed, part.rep.name, part.rep.id)),
        [(turn, rep) for turn, rep in latest],
    )


def _part(one: Standing, peers: int, asks: dict[tuple[int, AskState], int], foreign: int) -> Part:
    return Part(
        rep=one.rep,
        weight=one.weight,
        turns=one.balance / TURN,
        owed=(peers - one.balance) / TURN if one.present else 0.0,
        present=one.present,
        joined=one.joined,
        offered=sum(asks.get((one.rep.id, state), 0) for state in AskState),
        claimed=asks.get((one.rep.id, AskState.CLAIMED), 0),
        passed=asks.get((one.rep.id, AskState.PASSED), 0),
        missed=asks.get((one.rep.id, AskState.MISSED), 0),
        claimed_from_others=foreign,
    )


def _asks(session: Session, pool: str, since: datetime) -> dict[tuple[int, AskState], int]:
    rows = session.execute(
        select(OfferRep.rep_id, OfferRep.state, func.count())
        .join(Offer, Offer.id == OfferRep.offer_id)
        .where(Offer.pool == pool, OfferRep.asked_at >= since)
        .group_by(OfferRep.rep_id, OfferRep.state)
    )
    return {(rep_id, state): count for rep_id, state, count in rows}


def _claims_from_others(session: Session, pool: str, since: datetime) -> dict[int, int]:
    foreign = Turn.reason == TurnReason.CLAIMED_FROM_OTHER
    rows = session.execute(
        select(Turn.rep_id, func.count())
        .where(Turn.pool == pool, foreign, Turn.at >= since)
        .group_by(Turn.rep_id)
    )
    return dict(rows.all())
