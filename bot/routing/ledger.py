"""The ledger of turns: a rep's balance in a pool is the sum of their rows (D5, D7). Every change is a row."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Offer, PoolRow, Rep, Turn, TurnReason
from bot.routing.rotation import Candidate, Decision, average, choose, reweighed, turn_of
from bot.routing.standings import Standing, read_standings
from bot.team.live import reps_by_key
from bot.team.pools import Pool


def lock_pool(session: Session, pool: str) -> None:
    """Decide alone until this transaction ends: two decisions on one ledger would ask the same rep twice.

    Locked after the leads it decides about, never before, so that no two transactions wait for each other;
    whoever needs several pools locks them in the order of their keys.
    """
    session.execute(select(PoolRow.key).where(PoolRow.key == pool).with_for_update()).one()


class Ledger:
    """A pool's standings through one transaction, read once and kept in step; hold the pool's lock."""

    def __init__(
        self, session: Session, pool: str, members: Sequence[Rep], weights: Mapping[str, int] | None = None
    ) -> None:
        self._session = session
        self._pool = pool
        self.standings, self._leavers = read_standings(session, pool, members, weights or {})
        self._turns = max((standing.last_turn for standing in self.standings), default=0)

    def decide(
        self,
        lead_id: int,
        skips: Mapping[int, str],
        on_leave: Collection[int],
        now: datetime,
        loads: Mapping[int, tuple[str, ...]] | None = None,
    ) -> Decision:
        """Who gets this lead, among those without a reason in `skips`; their turn is counted.

        `write_turn` stores it once its offer has an id. All ids are reps'.
        """
        self._see_off(on_leave, now)
        self._reweigh(now)
        self.admit([one.rep.id for one in self.standings if one.rep.id not in skips], now)
        candidates = [
            _candidate(one, skips.get(one.rep.id), (loads or {}).get(one.rep.id, ()))
            for one in self.standings
        ]
        decision = choose(candidates, lead_id)
        if decision.chosen:
            self._take_turn(decision.chosen.rep_id, now)
        return decision

    def admit(self, rep_ids: Collection[int], now: datetime) -> None:
        """Start whoever is here for the first time, or again, at the peers' average: no flood, no debt (D7)."""
        here = [one for one in self.standings if one.rep.id in rep_ids and not one.present]
        peers = [one.balance for one in self.standings if one.present]
        for standing in here:
            if standing.gone:
                # With nobody there to compare with, as after a holiday of all, they start where they were.
                start = average(peers) if peers else standing.balance
                self._start(standing, start, TurnReason.CAME_BACK, now)
        peers = [one.balance for one in self.standings if one.present]
        for standing in here:
            if not standing.joined:
                # Somebody who claimed here before joining has rows already; they too start at the average.
                self._start(standing, average(peers), TurnReason.JOINED, now)

    def write_turn(self, rep_id: int, offer_id: int | None, now: datetime) -> None:
        standing = next(one for one in self.standings if one.rep.id == rep_id)
        self._write(rep_id, turn_of(standing.weight), TurnReason.OFFERED, now, offer_id=offer_id)

    def _see_off(self, on_leave: Collection[int], now: datetime) -> None:
        """Note who is away since the last decision: the ledger has to know whom to welcome back."""
        leaving = [one for one in self.standings if one.present and one.rep.id in on_leave]
        for standing in leaving:
            standing.gone = True
        for rep_id in [*self._leavers, *(one.rep.id for one in leaving)]:
            self._write(rep_id, 0, TurnReason.LEFT, now)
        self._leavers = []

    def _reweigh(self, now: datetime) -> None:
        changed = [one for one in self.standings if one.present and one.weight != one.counted_weight]
        peers = average([one.balance for one in self.standings if one.present])
        for standing in changed:
            balance = reweighed(standing.balance, peers, standing.counted_weight, standing.weight)
            self._move(standing, balance, TurnReason.REWEIGHTED, now)

    def _start(self, standing: Standing, balance: int, reason: TurnReason, now: datetime) -> None:
        self._move(standing, balance, reason, now)
        standing.joined, standing.gone = True, False

    def _move(self, standing: Standing, balance: int, reason: TurnReason, now: datetime) -> None:
        """Put them there, and write down the weight that counts from now on."""
        self._write(
            standing.rep.id, balance - standing.balance, reason, now, weight=standing.weight, offer_id=None
        )
        standing.balance, standing.counted_weight = balance, standing.weight

    def _take_turn(self, rep_id: int, now: datetime) -> None:
        standing = next(one for one in self.standings if one.rep.id == rep_id)
        self._turns += 1
        standing.balance += turn_of(standing.weight)
        standing.last_turn, standing.last_offered_at = self._turns, now

    def _write(
        self,
        rep_id: int,
        amount: int,
        reason: TurnReason,
        now: datetime,
        *,
        offer_id: int | None = None,
        weight: int | None = None,
    ) -> None:
        row = Turn(pool=self._pool, rep_id=rep_id, amount=amount, reason=reason, at=now)
        row.offer_id, row.weight = offer_id, weight
        self._session.add(row)


class DryLedger(Ledger):
    """A ledger for trying things out: it decides like any other and writes nothing down."""

    def forget(self) -> None:
        """From now on nobody has had a turn."""
        self.standings = [Standing(one.rep, one.weight) for one in self.standings]
        self._leavers, self._turns = [], 0

    def _write(self, *_row: object, **_facts: object) -> None:
        pass


def ledger_of(session: Session, pool: Pool, key: str) -> Ledger:
    """The ledger called `key`, with the members and weights of this pool: a pool's own, whatever stands in for it."""
    return Ledger(session, key, reps_by_key(session, pool.members), pool.members.weights)


def welcome_back(session: Session, pool: Pool, rep: Rep, now: datetime) -> None:
    """Start a member who is back from leave at the peers' average (D7); nothing if no turn was given meanwhile.

    It happens by itself at the pool's next lead; this is for telling somebody where they stand. Locks the pool:
    no lead may be locked afterwards in the same transaction.
    """
    lock_pool(session, pool.key)
    ledger = ledger_of(session, pool, pool.key)
    if any(one.gone and one.rep.id == rep.id for one in ledger.standings):
        ledger.admit([rep.id], now)
        session.flush()


def return_turn(
    session: Session, offer: Offer, rep_id: int, now: datetime, reason: TurnReason = TurnReason.RETURNED
) -> int:
    """Give back what this offer cost the rep (D5); the units given back, 0 when it cost them nothing."""
    spent = turn_spent(session, offer, rep_id)
    if spent > 0:
        _write(session, offer, rep_id, -spent, reason, now)
    return max(spent, 0)


def debit(session: Session, offer: Offer, rep: Rep, pool: Pool, reason: TurnReason, now: datetime) -> int:
    """Count the turn of somebody who got a lead that was not offered to them (D5); the units it cost."""
    amount = turn_of(pool.members.weights.get(rep.key, 1))
    _write(session, offer, rep.id, amount, reason, now)
    return amount


def turn_spent(session: Session, offer: Offer, rep_id: int) -> int:
    """What this offer has cost the rep so far, in units."""
    session.flush()
    rows = select(func.sum(Turn.amount)).where(Turn.offer_id == offer.id, Turn.rep_id == rep_id)
    return int(session.scalar(rows.where(Turn.pool == offer.pool)) or 0)


def _write(
    session: Session, offer: Offer, rep_id: int, amount: int, reason: TurnReason, now: datetime
) -> None:
    session.add(Turn(pool=offer.pool, rep_id=rep_id, amount=amount, reason=reason, offer_id=offer.id, at=now))


def _candidate(one: Standing, skipped: str | None, load: tuple[str, ...]) -> Candidate:
    return Candidate(
        rep=one.rep.key,
        rep_id=one.rep.id,
        balance=one.balance,
        last_turn=one.last_turn,
        last_offered_at=one.last_offered_at,
        skipped=skipped,
        weight=one.weight,
        load=load,
    )
