"""A lead and what happened to it (R54, R22, R25)."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base
from bot.db.types import Id

FIRST_REF = 1000


class Tier(enum.StrEnum):
    HOT = "hot"
    WARM = "warm"
    COOL = "cool"


class Stage(enum.StrEnum):
    """Where a lead stands, and so where it may fall silent (R44)."""

    OPT_IN = "opt-in"
    CONVERSATION = "conversation"
    CALL_ASK = "call-ask"
    POST_CALL = "post-call"


class Status(enum.StrEnum):
    """R54. The first five are open, the rest closed."""

    ACTIVE = "active"
    FOLLOW_UP = "follow-up"
    BOOKED = "booked"
    GHOSTED = "ghosted"
    NURTURE = "nurture"
    WON = "won"
    LOST = "lost"
    NOT_INTERESTED = "not-interested"
    WRONG_FIT = "wrong-fit"
    UNSUBSCRIBED = "unsubscribed"
    INACTIVE = "inactive"

    @property
    def is_closed(self) -> bool:
        return self not in OPEN_STATUSES


OPEN_STATUSES = frozenset({Status.ACTIVE, Status.FOLLOW_UP, Status.BOOKED, Status.GHOSTED, Status.NURTURE})


class Lead(Base):
    __tablename__ = "leads"
    __table_args__ = (
        Index("ix_leads_email", "email"),
        Index("ix_leads_phone", "phone"),
        Index("ix_leads_handle", "handle"),
        Index("ix_leads_company_domain", "company_domain"),
        # All that the figures read of a lead.
        Index(
            "ix_leads_received_at",
            "received_at",
            postgresql_include=[
                "pool",
                "tier",
                "source",
                "owner_id",
                "claimed_by_id",
                "claim_seconds",
                "claim_business_seconds",
                "first_response_seconds",
                "first_response_business_seconds",
            ],
        ),
        Index("ix_leads_owner_id_next_action_at", "owner_id", "next_action_at"),
        Index("ix_leads_pool_received_at", "pool", "received_at"),
        Index(
            "ix_leads_unclaimed",
            "pool",
            sqlite_where=text("owner_id IS NULL"),
            postgresql_where=text("owner_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)

    # Who
    name: Mapped[str | None] = mapped_column(Text)
    first_name: Mapped[str | None] = mapped_column(Text)
    last_name: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(320))
    phone: Mapped[str | None] = mapped_column(String(32))
    """E.164 where the number is valid, else as it was given."""
    handle: Mapped[str | None] = mapped_column(String(255))
    profile_url: Mapped[str | None] = mapped_column(Text)
    company: Mapped[str | None] = mapped_column(Text)
    company_domain: Mapped[str | None] = mapped_column(String(255))
    """Of its e-mail address; none at a free-mail provider."""
    title: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(String(2))
    zone: Mapped[str | None] = mapped_column(String(64))
    territory: Mapped[str | None] = mapped_column(String(64))

    # What they did and asked (R38)
    source: Mapped[str] = mapped_column(String(64))
    action: Mapped[str | None] = mapped_column(String(64))
    """demo, pricing, contact, download, ... as the source or its map says."""
    resource: Mapped[str | None] = mapped_column(Text)
    message: Mapped[str | None] = mapped_column(Text)
    page: Mapped[str | None] = mapped_column(Text)
    product: Mapped[str | None] = mapped_column(String(64))
    campaign: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """utm_* and the like, by name."""
    consent_at: Mapped[datetime | None]
    consent_where: Mapped[str | None] = mapped_column(Text)
    """R50: where the lead opted in; a lead without it never enters a plan."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Qualification facts by name (R25, R36)."""

    # Where it stands
    tier: Mapped[Tier] = mapped_column(default=Tier.WARM)
    score: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    """What made the score, as [points, words], the strongest first (R35)."""
    rule: Mapped[str | None] = mapped_column(String(64))
    """The name of the routing rule that chose its pool; none when its source did."""
    members: Mapped[list[Any] | None]
    """The keys of the only members that rule lets be asked; none when all may be."""
    signs: Mapped[list[Any]] = mapped_column(default=list)
    """Each time it came in after the first (R34): source, action, page, resource, product, campaign, at."""
    pool: Mapped[str] = mapped_column(String(64))
    stage: Mapped[Stage] = mapped_column(default=Stage.OPT_IN)
    status: Mapped[Status] = mapped_column(default=Status.ACTIVE)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("reps.id"))
    suppressed: Mapped[bool] = mapped_column(default=False)

    # When
    received_at: Mapped[datetime]
    clock_started_at: Mapped[datetime]
    """Where the claim and contact clocks start: arrival, or the pool's next opening (D3)."""
    claimed_at: Mapped[datetime | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("reps.id"))
    """Who first took it of their own accord, whoever owns it now; none if it was assigned."""
    claim_seconds: Mapped[int | None]
    """Wall seconds from `received_at` to that claim."""
    claim_business_seconds: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    first_response_at: Mapped[datetime | None]
    """The first outreach by a person (D4)."""
    first_response_seconds: Mapped[int | None]
    """Wall seconds from `received_at`."""
    first_response_business_seconds: Mapped[int | None]
    last_touch_at: Mapped[datetime | None]
    last_touch_number: Mapped[int] = mapped_column(default=0)

    # R22: every open lead has a next action. One function rewrites these: bot.cadence.next_action.
    next_action: Mapped[str | None] = mapped_column(Text)
    next_action_at: Mapped[datetime | None]

    @property
    def ref(self) -> str:
        """The short public reference that people type, such as L-1042."""
        return f"L-{FIRST_REF + self.id}"

    @property
    def display_name(self) -> str:
        """The best name there is; never empty."""
        return self.name or self.company or self.email or self.phone or self.handle or self.ref


class ActivityKind(enum.StrEnum):
    RECEIVED = "received"
    WROTE_AGAIN = "wrote-again"
    OFFERED = "offered"
    PASSED = "passed"
    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    """Given to the fallback person after the last repeat (D8)."""
    REASSIGNED = "reassigned"
    """Given to somebody else by its owner or a manager."""
    TAKEN_BACK = "taken-back"
    """Its owner left or did not react: the pool's again (D6)."""
    NUDGED = "nudged"
    ESCALATED = "escalated"
    CONTACT_MISSED = "contact-missed"
    ENROLLED = "enrolled"
    TOUCH_DUE = "touch-due"
    TOUCH_OVERDUE = "touch-overdue"
    """Its owner was reminded of it."""
    HELD_BACK = "held-back"
    """Moved to another day by the cap (R51)."""
    OUTCOME = "outcome"
    UNDONE = "undone"
    FIRST_RESPONSE = "first-response"
    PLAN_FINISHED = "plan-finished"
    REVISITED = "revisited"
    STALLED = "stalled"
    """Silent too long for its stage (R44)."""
    PROMISED = "promised"
    LEARNED = "learned"
    """A qualification fact (R36)."""
    RETURNED = "returned"
    """Back from silence, nurture or a closed status (R29)."""
    ANSWER_LATE = "answer-late"


CHANGES_OWNER = (
    ActivityKind.CLAIMED,
    ActivityKind.ASSIGNED,
    ActivityKind.REASSIGNED,
    ActivityKind.TAKEN_BACK,
)
"""What changes whose lead it is."""


class Activity(Base):
    """Append-only: timeline, audit, figures, and the before-image that undo needs (D11). Facts, never free text."""

    __tablename__ = "activities"
    __table_args__ = (
        Index("ix_activities_lead_id_at", "lead_id", "at"),
        Index("ix_activities_kind_at", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    at: Mapped[datetime]
    kind: Mapped[ActivityKind]
    rep_id: Mapped[int | None] = mapped_column(ForeignKey("reps.id"))
    """Who did it; none when the bot did."""
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[dict[str, Any] | None]
    undone_at: Mapped[datetime | None]


class Note(Base):
    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_lead_id", "lead_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    rep_id: Mapped[int | None] = mapped_column(ForeignKey("reps.id"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
