"""Messages that Slack applied after everybody had stopped waiting: looked for once more, taken back, counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, exists, func, select, text, update
from sqlalchemy.orm import Session

from bot.db import Database, database_now
from bot.db.models import Intent
from bot.outbox.slack import SlackTransport
from bot.outbox.slack_errors import Scope, SlackFailure

log = structlog.get_logger()

LATER = timedelta(minutes=1)
"""After a doubt has ended, how long until somebody looks once more."""
SEARCHED = timedelta(days=1)
"""How far before an unheard answer its message may have been posted."""


@dataclass(frozen=True)
class _Suspect:
    """A message that was once in doubt, and the instant (database's clock) from which its twins are looked for."""

    id: int
    channel: str
    ts: str
    since: datetime


def count_extra(session: Session, intent_id: int) -> None:
    """One message of this intent was taken back because it stood twice."""
    session.execute(update(Intent).where(Intent.id == intent_id).values(extras=Intent.extras + 1))


def extra_messages_deleted(session: Session) -> int:
    """How many messages stood twice and were taken back, ever: `followup_extra_messages_deleted_total`."""
    # Written out, as the index has it.
    return session.scalar(select(func.sum(Intent.extras)).where(text("extras > 0"))) or 0


def count_unsearched(session: Session, intent_id: int) -> None:
    """Nobody could look whether this intent's message stands twice: twice is better than never."""
    session.execute(update(Intent).where(Intent.id == intent_id).values(unsearched=Intent.unsearched + 1))


def messages_unsearched(session: Session) -> int:
    """How many messages in doubt could not be looked for, ever: `followup_unsearched_messages_total`."""
    return session.scalar(select(func.sum(Intent.unsearched)).where(text("unsearched > 0"))) or 0


class LateExtras:
    """Looks once more, a minute after a doubt has ended. Any number may share one database."""

    def __init__(self, database: Database, slack: SlackTransport) -> None:
        self._database = database
        self._slack = slack

    def remove(self) -> int:
        """Take back what came late; returns how many messages. What fails for now is tried again in a minute."""
        removed = 0
        while suspect := self._next():
            try:
                removed += self._remove_twins(suspect)
            except SlackFailure as failure:
                log.warning("cannot look for late extras", intent=suspect.id, error=failure.error)
                if failure.scope is not Scope.RETRYABLE:
                    self._clear(suspect)
        return removed

    def _next(self) -> _Suspect | None:
        with self._database.read() as session:
            if not session.scalar(select(exists().where(_is_due(database_now(session))))):
                return None
        with self._database.write() as session:
            now = database_now(session)
            due = select(Intent).where(_is_due(now)).order_by(Intent.look_again_at).limit(1)
            intent = session.scalar(due.with_for_update(skip_locked=True))
            if intent is None:
                return None
            # Whoever dies on the way leaves it to be looked at again.
            intent.look_again_at = now + LATER
            return _Suspect(intent.id, intent.channel or "", intent.ts or "", now - SEARCHED)

    def _remove_twins(self, suspect: _Suspect) -> int:
        twins = [
            each
            for each in self._slack.find_posted(suspect.channel, suspect.id, suspect.since)
            if each.ts != suspect.ts
        ]
        if twins and not self._still_stands(suspect):
            return 0
        for twin in twins:
            self._slack.delete(twin)
            log.warning("extra message deleted", intent=suspect.id)
            with self._database.write() as session:
                count_extra(session, suspect.id)
        self._clear(suspect)
        return len(twins)

    def _still_stands(self, suspect: _Suspect) -> bool:
        """Whether it is the intent's message, and nobody is about to make it another."""
        mine = exists().where(
            Intent.id == suspect.id,
            Intent.ts == suspect.ts,
            Intent.lease.is_(None),
            Intent.leased_until.is_(None),
        )
        with self._database.read() as session:
            return bool(session.scalar(select(mine)))

    def _clear(self, suspect: _Suspect) -> None:
        with self._database.write() as session:
            looked = update(Intent).where(Intent.id == suspect.id, Intent.ts == suspect.ts)
            session.execute(looked.values(look_again_at=None))


def _is_due(now: datetime) -> ColumnElement[bool]:
    """A message that is gone has no twins."""
    return and_(Intent.look_again_at <= now, Intent.ts.is_not(None))
