"""How delivery is doing, for /readyz, /metrics and Home."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db.models import Intent, Pause, PauseScope
from bot.outbox.leases import is_open
from bot.outbox.slack import OWN_BUDGET

OUR_OWN = (OWN_BUDGET, "lease_too_short")
"""Waits that no failure of Slack's caused."""


@dataclass(frozen=True)
class PauseReport:
    """What Slack refuses, its name for the reason, since when (machine time), and how to mend it."""

    scope: PauseScope
    destination: str
    error: str
    since: datetime
    mend: str


@dataclass(frozen=True)
class OutboxHealth:
    """What waits and what is refused."""

    depth: int
    """Messages that Slack does not show yet as they are wanted."""
    oldest_seconds: float | None
    """For how long Slack has not shown the oldest of them as it is wanted; None when none waits."""
    dead: int
    """Messages given up; the next wish to show one revives it."""
    failing: dict[str, int]
    """Messages that wait because a call failed, by Slack's name for it or ours."""
    given_up: dict[str, int]
    """The dead ones, by what was said last."""
    pauses: tuple[PauseReport, ...]


def outbox_health(session: Session, machine_now: datetime) -> OutboxHealth:
    """The outbox as it stands."""
    waiting = session.execute(
        select(Intent.last_error, func.count(), func.min(Intent.wanted_at))
        .where(is_open())
        .group_by(Intent.last_error)
    ).all()
    oldest = min((since for _, _, since in waiting if since), default=None)
    given_up = select(Intent.last_error, func.count()).where(Intent.dead_at.is_not(None))
    dead = {str(error): count for error, count in session.execute(given_up.group_by(Intent.last_error)).all()}
    pauses = session.scalars(select(Pause).order_by(Pause.since, Pause.destination))
    return OutboxHealth(
        depth=sum(count for _, count, _ in waiting),
        # Messages are wanted in business time, which a demo moves ahead of the machine's.
        oldest_seconds=max((machine_now - oldest).total_seconds(), 0.0) if oldest else None,
        dead=sum(dead.values()),
        failing={error: count for error, count, _ in waiting if error and error not in OUR_OWN},
        given_up=dead,
        pauses=tuple(_report(pause) for pause in pauses),
    )


def _report(pause: Pause) -> PauseReport:
    mend = _MENDS.get(pause.error) or _MENDS[pause.scope]
    return PauseReport(pause.scope, pause.destination, pause.error, pause.since, mend)


_REINSTALL = "Reinstall the app in Slack and put its new bot token in the settings."
_MENDS: dict[str, str] = {
    PauseScope.WORKSPACE: _REINSTALL,
    PauseScope.DESTINATION: "Check this channel or person in Slack and in the team document.",
    "missing_scope": "Update the app from manifest.yml, then reinstall it in Slack.",
    "ekm_access_denied": "Your Slack administrators have suspended messages; ask them.",
    "not_in_channel": "Invite the bot to the channel.",
    "channel_not_found": "Check the channel in the team document; if it is private, invite the bot to it.",
    "is_archived": "Unarchive the channel or name another one in the team document.",
    "no_such_pool": "The pool is gone from the team document; put it back or let its last leads be.",
    "no_slack_user": "Nobody in Slack has this person's e-mail address; correct it in the team document.",
    "slack_user_of_another_rep": "Two people of the team document are the same Slack user; remove one.",
    "user_disabled": "This person's Slack account is deactivated; take them out of the team document.",
    "messages_tab_disabled": "Switch on the app's messages tab, as manifest.yml has it.",
}
