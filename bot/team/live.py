"""The live team document: versions in the database, people as rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db import Loop, memory, wake
from bot.db.models import PoolRow, Rep, TeamVersion
from bot.errors import FollowupError
from bot.team.document import Team, load_team


class NoTeamError(FollowupError):
    """There is no team document yet: run `python -m bot config apply team.yml`."""

    def __str__(self) -> str:
        return (
            "There is no team document yet. Copy team.example.yml to team.yml and make it yours; the bot loads it "
            "when it starts, or now with: python -m bot config apply team.yml"
        )


@dataclass(frozen=True)
class LiveTeam:
    """A version of the team document and its number."""

    version_id: int
    team: Team


def live_team(session: Session) -> LiveTeam:
    """The newest version. Raises NoTeamError before the first was applied."""
    version_id = session.scalar(select(func.max(TeamVersion.id)))
    if version_id is None:
        raise NoTeamError
    return team_version(session, version_id)


def team_version(session: Session, version_id: int) -> LiveTeam:
    """The version a ladder or plan started on; versions never change. Raises NoTeamError for one that never was."""
    known = memory(session)
    if (LiveTeam, version_id) not in known:
        known[LiveTeam, version_id] = LiveTeam(version_id, _parsed(document_of(session, version_id), None))
    live: LiveTeam = known[LiveTeam, version_id]
    return live


def document_of(session: Session, version_id: int) -> str:
    """The text of a version, as it was applied. Raises NoTeamError for one that never was."""
    document = session.scalar(select(TeamVersion.document).where(TeamVersion.id == version_id))
    if document is None:
        raise NoTeamError
    return document


def versions(session: Session) -> list[TeamVersion]:
    """Every version, the live one first."""
    return list(session.scalars(select(TeamVersion).order_by(TeamVersion.id.desc())))


def apply_team(
    session: Session, text: str, *, author: str, now: datetime, known_plans: Collection[str] | None = None
) -> LiveTeam:
    """Make `text` the live document. Raises TeamDocumentError, leaving the live one untouched."""
    team = _parsed(text, None if known_plans is None else tuple(known_plans))
    version = TeamVersion(document=text, author=author, applied_at=now)
    session.add(version)
    _sync_reps(session, team, now)
    known_pools = set(session.scalars(select(PoolRow.key)))
    session.add_all(PoolRow(key=key) for key in team.pools if key not in known_pools)
    session.flush()
    wake(session, Loop.PEOPLE)
    return LiveTeam(version.id, team)


def reps_by_key(session: Session, keys: tuple[str, ...]) -> list[Rep]:
    """Rows of people, in the order of `keys`."""
    rows = {rep.key: rep for rep in session.scalars(select(Rep).where(Rep.key.in_(keys)))}
    return [rows[key] for key in keys]


def rep_of_slack_user(session: Session, slack_user_id: str) -> Rep | None:
    """The active person behind a Slack user, if there is one."""
    return session.scalar(select(Rep).where(Rep.slack_user_id == slack_user_id, Rep.active.is_(True)))


@lru_cache(maxsize=32)
def _parsed(document: str, known_plans: tuple[str, ...] | None) -> Team:
    return load_team(document, known_plans)


def _sync_reps(session: Session, team: Team, now: datetime) -> None:
    rows = {rep.key: rep for rep in session.scalars(select(Rep))}
    for row in rows.values():
        entry = team.reps.get(row.key)
        row.active = entry is not None
        # A leaver gives the id up, and another address may be another person: looked up anew.
        if entry is None or entry.slack or entry.email != row.email:
            row.slack_user_id = None
    # First given up, then given: a Slack id may move from one key to another.
    session.flush()
    for key, entry in team.reps.items():
        row = rows.get(key) or Rep(key=key)
        row.name, row.email, row.active = entry.name, entry.email, True
        row.slack_user_id = entry.slack or row.slack_user_id
        # Their first digest says nothing: it finds out when their own morning is.
        row.digest_at = row.digest_at or now
        session.add(row)
