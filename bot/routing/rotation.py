"""Who is next, and where somebody starts (D7). Pure: the same people give the same answer in any order."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from bot.db.models import TURN


class Candidate(NamedTuple):
    """A member of the pool, as the decision sees them."""

    rep: str
    """Key in the team document."""
    rep_id: int
    balance: int
    """Units of the ledger: what they have had so far."""
    last_turn: int = 0
    """Place of their latest offer in the pool's order of offers; 0 = never offered."""
    last_offered_at: datetime | None = None
    skipped: str | None = None
    """Why they cannot be asked; None = eligible."""
    weight: int = 1
    load: tuple[str, ...] = ()
    """How far they are from each of their caps: "3 of 12 open leads"."""


@dataclass(frozen=True)
class Decision:
    """Who is asked, and everyone who was considered, in the order they would have been asked."""

    chosen: Candidate | None
    considered: tuple[Candidate, ...]

    def record(self) -> dict[str, Any]:
        """What is kept of it, to be explained later."""
        return {"considered": [_record(candidate) for candidate in self.considered]}


def choose(candidates: Iterable[Candidate], lead_id: int) -> Decision:
    """The eligible candidate with the lowest balance, then the least recently offered, then by lot.

    Never by list order or seniority (D7). Nobody is chosen when nobody is eligible (D8).
    """
    considered = tuple(sorted(candidates, key=lambda candidate: _rank(candidate, lead_id)))
    chosen = next((candidate for candidate in considered if candidate.skipped is None), None)
    return Decision(chosen, considered)


def turn_of(weight: int) -> int:
    """What a lead costs somebody of this weight, in units: twice the weight, half the turn."""
    return TURN // weight


def average(balances: Collection[int]) -> int:
    """In units, rounded down; 0 of nobody."""
    return sum(balances) // len(balances) if balances else 0


def reweighed(balance: int, peers: int, old: int, new: int) -> int:
    """The balance on the day a weight changes, `peers` being the average.

    A greater weight makes every turn shorter, so that being half a turn behind would mean more leads in a row than
    before: the distance shrinks with the turn. A smaller weight leaves it, or leads owed would grow. Either way
    nobody is owed more leads than before, and nobody is further from the average.
    """
    return peers + (balance - peers) * old // new if new > old else balance


def _rank(candidate: Candidate, lead_id: int) -> tuple[bool, int, int, bytes]:
    lot = sha256(f"{lead_id}:{candidate.rep}".encode()).digest()
    return candidate.skipped is not None, candidate.balance, candidate.last_turn, lot


def _record(candidate: Candidate) -> dict[str, Any]:
    offered_at = candidate.last_offered_at
    return {
        "rep": candidate.rep,
        "balance": candidate.balance,
        "weight": candidate.weight,
        "last_turn": candidate.last_turn,
        "last_offered_at": offered_at.isoformat() if offered_at else None,
        "skipped": candidate.skipped,
        "load": list(candidate.load),
    }
