"""The team as the database knows it: versions of the document, people, secrets."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base
from bot.db.types import Id


class TeamVersion(Base):
    """The live team document is the newest."""

    __tablename__ = "team_versions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(255))
    applied_at: Mapped[datetime]


class Rep(Base):
    """A person of the team document, kept after leaving it so that history keeps its names."""

    __tablename__ = "reps"
    __table_args__ = (
        Index("uq_reps_slack_user_id", "slack_user_id", unique=True),
        Index("ix_reps_digest_at", "digest_at"),
        Index("ix_reps_remind_at", "remind_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(320))
    slack_user_id: Mapped[str | None] = mapped_column(String(32))
    """Found by e-mail when the document does not give it."""
    active: Mapped[bool] = mapped_column(default=True)
    """Named in the live document."""
    digest_at: Mapped[datetime | None]
    """When their next morning digest is due."""
    digested_at: Mapped[datetime | None]
    """When the last one was."""
    remind_at: Mapped[datetime | None]
    """When they are reminded today of what is still open."""


class PoolRow(Base):
    """The row that is locked while a pool decides who is next."""

    __tablename__ = "pools"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)


class SourceSecret(Base):
    """Apart from the document: never exported, never logged. Two are valid during a rotation."""

    __tablename__ = "source_secrets"
    __table_args__ = (Index("ix_source_secrets_source", "source"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
