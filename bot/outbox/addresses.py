"""What a destination means in Slack, at the moment of delivery."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Intent, Rep
from bot.outbox.slack_errors import Scope, SlackFailure
from bot.team.live import live_team


@dataclass(frozen=True)
class ChannelAddress:
    """A pool's channel as the team document names it, and its id where an earlier message told it."""

    name: str
    known_id: str | None

    @property
    def id(self) -> str | None:
        return self.known_id if self.name.startswith("#") else self.name


@dataclass(frozen=True)
class PersonAddress:
    """A rep; without `user` the e-mail address leads to the Slack user."""

    rep_id: int
    user: str | None
    email: str | None


Address = ChannelAddress | PersonAddress


def address_of(session: Session, destination: str) -> Address:
    """Where this destination's messages go. Raises SlackFailure when the team document lost it."""
    kind, _, key = destination.partition(":")
    if kind == "rep":
        rep = session.get_one(Rep, int(key))
        return PersonAddress(rep.id, rep.slack_user_id, rep.email)
    pool = live_team(session).team.pools.get(key)
    if pool is None:
        raise SlackFailure(Scope.DESTINATION, "no_such_pool")
    return ChannelAddress(pool.channel, _last_channel(session, destination))


def _last_channel(session: Session, destination: str) -> str | None:
    return session.scalar(
        select(Intent.channel)
        .where(Intent.destination == destination, Intent.channel.is_not(None))
        .order_by(Intent.id.desc())
        .limit(1)
    )
