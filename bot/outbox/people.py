"""Finding the Slack users of the team document's people, by e-mail."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from slack_sdk import WebClient
from sqlalchemy import select, update

from bot.clock import Clock
from bot.db import Database, Loop, wake
from bot.db.models import Rep
from bot.outbox.budgets import Limits, charger
from bot.outbox.enqueue import to_rep
from bot.outbox.pauses import resume
from bot.outbox.slack import OWN_BUDGET, SlackTransport
from bot.outbox.slack_errors import Scope, SlackFailure

NO_SLACK_USER = "no_slack_user"


@dataclass(frozen=True)
class Unresolved:
    """A person without a Slack user, by key in the team document, and Slack's name for the reason."""

    rep: str
    error: str
    retry_after: timedelta | None = None
    """When there is room to ask again; None when asking did not help."""


def resolve_people(
    database: Database,
    client: WebClient,
    machine_now: Clock,
    *,
    but: Collection[str] = (),
    stopping: Callable[[], bool] = lambda: False,
) -> list[Unresolved]:
    """Look up everybody in the live document who has no Slack user yet; returns those who remain without.

    `but` are the keys of people not to ask for: a budget spent on those whom Slack does not know leaves none for the
    others. Delivery looks people up itself when it needs them; this tells early who will not be found.
    """
    slack = SlackTransport(client, charger(database, Limits(), machine_now), machine_now)
    with database.read() as session:
        unknown = select(Rep.key, Rep.id, Rep.email).where(Rep.active.is_(True), Rep.slack_user_id.is_(None))
        people = session.execute(unknown.where(Rep.key.not_in(but)).order_by(Rep.id)).all()
    unresolved = []
    budget_spent: SlackFailure | None = None
    for key, rep_id, email in people:
        if stopping():
            break
        # Once our own budget is spent nobody else needs to ask for it.
        failure = budget_spent or _failure(database, slack, rep_id, email)
        if failure is not None:
            unresolved.append(Unresolved(key, failure.error, failure.retry_after))
            budget_spent = failure if failure.error == OWN_BUDGET else None
    return unresolved


def resolve_person(database: Database, slack: SlackTransport, rep_id: int, email: str | None) -> str:
    """The Slack user behind this e-mail address, remembered for the rep.

    Raises SlackFailure: of the destination when there is none or it is somebody else's already.
    """
    if email is None:
        raise SlackFailure(Scope.DESTINATION, NO_SLACK_USER)
    try:
        user = slack.user_of(email)
    except SlackFailure as failure:
        if failure.error in ("users_not_found", "user_not_found"):
            raise SlackFailure(Scope.DESTINATION, NO_SLACK_USER) from failure
        raise
    _remember(database, rep_id, email, user)
    return user


def _failure(
    database: Database, slack: SlackTransport, rep_id: int, email: str | None
) -> SlackFailure | None:
    try:
        resolve_person(database, slack, rep_id, email)
    except SlackFailure as failure:
        return failure
    return None


def _remember(database: Database, rep_id: int, email: str, user: str) -> None:
    with database.write() as session:
        others = select(Rep).where(Rep.slack_user_id == user, Rep.id != rep_id)
        holder = session.scalar(others.with_for_update())
        if holder is not None and holder.active:
            raise SlackFailure(Scope.DESTINATION, "slack_user_of_another_rep")
        if holder is not None:
            # Somebody who left the document and came back under another key.
            holder.slack_user_id = None
            session.flush()
        # The document may have changed meanwhile: another address may be another person.
        session.execute(
            update(Rep)
            .where(Rep.id == rep_id, Rep.email == email, Rep.slack_user_id.is_(None))
            .values(slack_user_id=user)
        )
        resume(session, to_rep(rep_id))
        wake(session, Loop.DELIVERY)
