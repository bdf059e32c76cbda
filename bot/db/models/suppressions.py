"""Addresses that nobody may write to or call any more (R49, D11)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base


class Suppression(Base):
    """An address by its keyed hash: it holds whatever becomes of the lead's own record."""

    __tablename__ = "suppressions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(24))
    """The outcome that asked for it."""
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"))
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    """They wrote again themselves, or it was logged by mistake."""


class HashKey(Base):
    """The key of the hashes where the environment gives none."""

    __tablename__ = "hash_keys"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64))
