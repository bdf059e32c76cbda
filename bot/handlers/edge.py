"""What every listener stands on: the database, the clocks, who clicked."""

import re
from dataclasses import dataclass

from slack_bolt import Args
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.db.models import Lead, Rep
from bot.errors import FollowupError
from bot.team.live import rep_of_slack_user


@dataclass(frozen=True)
class Edge:
    """The Slack edge's own: transactions and the two clocks."""

    database: Database
    business_now: Clock
    machine_now: Clock


class NotOnTheTeamError(FollowupError):
    """The person is none of the team document's reps."""

    def __init__(self, slack_user_id: str) -> None:
        super().__init__(
            "You are not on the Followup team yet. Ask whoever looks after it to add you to the team "
            f"document, by your e-mail address or your Slack id, {slack_user_id}."
        )


class NothingBehindItError(FollowupError):
    """The button names nothing that there is."""

    def __str__(self) -> str:
        return "What this button was about is no longer there. “/followup today” shows what is due."


def pressed(args: Args) -> int:
    """The id in the button that was pressed. Raises NothingBehindItError for anything that cannot be one."""
    value = str((args.action or {}).get("value"))
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise NothingBehindItError
    return int(value)


def lead_pressed(args: Args, session: Session) -> int:
    """The id of the lead whose button was pressed. Raises NothingBehindItError when there is none."""
    lead = session.get(Lead, pressed(args))
    if lead is None:
        raise NothingBehindItError
    return lead.id


def rep_who_acts(session: Session, slack_user_id: str | None) -> Rep:
    """The rep behind a Slack user. Raises NotOnTheTeamError."""
    rep = rep_of_slack_user(session, slack_user_id or "")
    if rep is None:
        raise NotOnTheTeamError(slack_user_id or "unknown")
    return rep
