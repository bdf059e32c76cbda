"""Whose lead it is: offers, turns and ladders (D1, D5, D7)."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base
from bot.db.types import Id


class OfferState(enum.StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    """Nobody claimed it; the fallback person got it (D8)."""
    GIVEN = "given"
    """A manager gave it to somebody before anybody claimed it."""
    WITHDRAWN = "withdrawn"


class Offer(Base):
    """At most one open per lead; claiming it decides who owns the lead."""

    __tablename__ = "offers"
    __table_args__ = (
        Index("ix_offers_lead_id", "lead_id"),
        Index(
            "ix_offers_assigned",
            "lead_id",
            sqlite_where=text("state = 'assigned'"),
            postgresql_where=text("state = 'assigned'"),
        ),
        Index(
            "uq_offers_one_open",
            "lead_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    pool: Mapped[str] = mapped_column(String(64))
    state: Mapped[OfferState] = mapped_column(default=OfferState.OPEN)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("reps.id"))
    """Whose turn it is now; none when nobody was eligible."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("reps.id"))


class AskState(enum.StrEnum):
    ASKED = "asked"
    CLAIMED = "claimed"
    PASSED = "passed"
    MISSED = "missed"
    """Somebody else, or the fallback person, took it after the first nudge."""
    TAKEN = "taken"
    """Somebody else took it before the first nudge: the turn came back."""


class OfferRep(Base):
    """Who was asked, in what order, and the decision that chose them: what `/followup why` prints."""

    __tablename__ = "offer_reps"
    __table_args__ = (
        Index("ix_offer_reps_offer_id", "offer_id"),
        Index("ix_offer_reps_rep_id_asked_at", "rep_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    rep_id: Mapped[int] = mapped_column(ForeignKey("reps.id"))
    asked_at: Mapped[datetime]
    state: Mapped[AskState] = mapped_column(default=AskState.ASKED)
    answered_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    decision: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """{"considered": [{"rep": key, "balance": units, "weight": 1, "last_offered_at": iso | null, "last_turn": place,
    "skipped": reason | null, "load": ["3 of 12 open leads", ...]}, ...]}, in the order they would have been asked."""


class TurnReason(enum.StrEnum):
    JOINED = "joined"
    """Started at the peers' average (D7)."""
    LEFT = "left"
    """Out of the pool, the team or at work; moves nothing."""
    CAME_BACK = "came-back"
    """Back from that: starts at the peers' average again (D7)."""
    REWEIGHTED = "reweighted"
    """The weight grew: as many leads ahead or behind as before."""
    OFFERED = "offered"
    RETURNED = "returned"
    """Taken over by somebody else before the first nudge."""
    CLAIMED_FROM_OTHER = "claimed-from-other"
    REASSIGNED = "reassigned"
    """The lead went to another owner: one row gives a turn back, one takes it."""


TURN = 720_720
"""One turn in the ledger's units: divisible by every weight up to 16, so that balances stay exact integers."""


class Turn(Base):
    """The ledger: a rep's balance in a pool is the sum of the amounts; the lowest is next (D7)."""

    __tablename__ = "turns"
    __table_args__ = (
        # All that standings and caps read.
        Index(
            "ix_turns_pool_rep_id",
            "pool",
            "rep_id",
            postgresql_include=["id", "amount", "reason", "weight", "offer_id", "at"],
        ),
        Index("ix_turns_rep_id_at", "rep_id", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pool: Mapped[str] = mapped_column(String(64))
    rep_id: Mapped[int] = mapped_column(ForeignKey("reps.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    """In units of 1/720720 turn, divided by the rep's weight at that moment."""
    reason: Mapped[TurnReason]
    weight: Mapped[int | None]
    """From this row on, where it changes or starts; 1 until it is first written."""
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    at: Mapped[datetime]


class LadderKind(enum.StrEnum):
    CLAIM = "claim"
    CONTACT = "contact"


class Escalation(Base):
    """A lead climbing a ladder, on the team version it started with (D1). At most one open per kind."""

    __tablename__ = "escalations"
    __table_args__ = (
        Index(
            "uq_escalations_one_open",
            "lead_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_escalations_due",
            "next_step_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    kind: Mapped[LadderKind]
    team_version_id: Mapped[int] = mapped_column(ForeignKey("team_versions.id"))
    started_at: Mapped[datetime]
    """The zero that the steps' minutes count from."""
    step: Mapped[int] = mapped_column(default=0)
    """Index of the next step."""
    hands_back: Mapped[bool] = mapped_column(default=False)
    """The lead came back to its owner: at the end of this contact ladder it is offered to the pool (D6)."""
    next_step_at: Mapped[datetime | None]
    """None: waits for an owner (contact) or has no step left."""
    ended_at: Mapped[datetime | None]
