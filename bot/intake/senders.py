"""Who sends: a source of the live team document and what it may show, looked up once and relied on while it is true."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, String, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from bot.db import memory
from bot.db.models import SourceSecret, TeamVersion
from bot.db.types import UtcDateTime
from bot.team.live import NoTeamError, team_version
from bot.team.sources import Source

# Tables and parameters, each query made once: every lead asks.
_SECRETS = SourceSecret.__table__
_IS_VALID = and_(
    _SECRETS.c.source == bindparam("source", type_=String),
    or_(_SECRETS.c.expires_at.is_(None), _SECRETS.c.expires_at > bindparam("machine_now", type_=UtcDateTime)),
)
_NEWEST = func.max(TeamVersion.__table__.c.id)
_LATEST = select(_NEWEST.label("version")).subquery()
_VERSION_AND_SECRETS = (
    select(_LATEST.c.version, _SECRETS.c.id, _SECRETS.c.secret)
    .select_from(_LATEST.outerjoin(_SECRETS, _IS_VALID))
    .order_by(_SECRETS.c.id.desc())
)
_VALID_IDS = select(func.array_agg(aggregate_order_by(_SECRETS.c.id, _SECRETS.c.id.desc()))).where(_IS_VALID)


@dataclass(frozen=True)
class Sender:
    """A source and what it may show, as they were when somebody looked."""

    name: str
    source: Source
    secrets: tuple[str, ...]
    """The newest first."""

    version: int
    secret_ids: tuple[int, ...]

    def facts(self, machine_now: datetime) -> dict[str, Any]:
        """The parameters of `is_unchanged`, but for `source`, the name."""
        return {"version": self.version, "secret_ids": list(self.secret_ids), "machine_now": machine_now}


def look_up_sender(session: Session, name: str, machine_now: datetime) -> Sender | None:
    """The source of that name, if the live team document has one, with every secret that is valid now.

    One query, asked for unknown names as well, so that both take about the same time. Raises NoTeamError.
    """
    rows = session.execute(_VERSION_AND_SECRETS, {"source": name, "machine_now": machine_now}).all()
    version = rows[0].version
    if version is None:
        raise NoTeamError
    source = team_version(session, version).team.source(name)
    if source is None:
        return None
    known = [row for row in rows if row.secret is not None]
    sender = Sender(name, source, tuple(row.secret for row in known), version, tuple(row.id for row in known))
    memory(session)[Sender, name] = sender
    return sender


def remembered_sender(session: Session, name: str) -> Sender | None:
    """The source as this process saw it last. Only for a statement that stores nothing unless `is_unchanged`."""
    return memory(session).get((Sender, name))


def is_unchanged() -> ColumnElement[bool]:
    """On PostgreSQL: the document is still the live one, and the same secrets are valid at `machine_now`.

    Its parameters are `source`, the name, and `Sender.facts`.
    """
    return and_(
        select(_NEWEST).scalar_subquery() == bindparam("version", type_=BigInteger),
        _VALID_IDS.scalar_subquery() == bindparam("secret_ids", type_=ARRAY(BigInteger)),
    )
