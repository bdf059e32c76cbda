"""Figures counted ahead, so that asking for them does not read every lead (R12, R53)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base
from bot.db.types import Id

GRAINS = (216, 36, 6, 1)
"""How many hours cells take in, from 1970 on: each grain is six of the next, so that few make up any period."""
EVER = 0
"""The grain of cells that take in all leads there ever were."""


class FigureMark(Base):
    """A lead of which something that is counted has changed; triggers write it (bot.db.marks).

    Only ever added and taken away, so that whoever changes a lead waits for nobody who counts.
    """

    __tablename__ = "figure_marks"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int | None] = mapped_column(BigInteger)
    offer_id: Mapped[int | None] = mapped_column(BigInteger)
    """Instead of the lead, where the changed row knows only its offer."""


class CountedLead(Base):
    """What the cells hold of one lead: to be taken out of them before it is counted anew."""

    __tablename__ = "figure_leads"

    lead_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    facts: Mapped[list[Any]] = mapped_column(JSON)
    """bot.stats.counting.Facts, in their order."""


class FigureCell(Base):
    """Sums over the leads that one pool received in some hours, or ever: one person's part, or the team's."""

    __tablename__ = "figure_cells"

    rep_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """0 is the team. No foreign key: it is a sum, not a fact."""
    grain: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    start: Mapped[datetime] = mapped_column(primary_key=True)
    pool: Mapped[str] = mapped_column(String(64), primary_key=True)
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """{"source:website": 3, ...}"""
    times: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Histograms, by name and bin (bot.stats.bins): {"claim": {"12": [number, seconds], ...}, ...}"""
