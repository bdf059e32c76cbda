"""The bridge mail to a lead that came while nobody was there (R4)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base


class Acknowledgement(Base):
    """That this lead is to be told at once that a real person has it, and when they will be in touch.

    It waits for a way to send mail; until one takes it, nothing else looks at it.
    """

    __tablename__ = "acknowledgements"
    __table_args__ = (
        Index(
            "ix_acknowledgements_waiting",
            "due_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), primary_key=True)
    due_at: Mapped[datetime]
    in_touch_at: Mapped[datetime]
    """When a person will be there: the lead's clocks start then."""
    sent_at: Mapped[datetime | None]
