"""Who is next (D7). Pure: the same candidates give the same answer in any order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Candidate:
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


def _rank(candidate: Candidate, lead_id: int) -> tuple[bool, int, int, bytes]:
    lot = sha256(f"{lead_id}:{candidate.rep}".encode()).digest()
    return candidate.skipped is not None, candidate.balance, candidate.last_turn, lot


def _record(candidate: Candidate) -> dict[str, Any]:
    offered_at = candidate.last_offered_at
    return {
        "rep": candidate.rep,
        "balance": candidate.balance,
        "last_offered_at": offered_at.isoformat() if offered_at else None,
        "skipped": candidate.skipped,
    }
