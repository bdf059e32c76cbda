"""What every listener stands on: the database, the clocks, who clicked."""

from dataclasses import dataclass

from slack_bolt import Args
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.db import Database
from bot.db.models import Rep
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


def pressed(args: Args) -> str:
    """The value of the button that was pressed."""
    assert args.action is not None
    return str(args.action["value"])


def rep_who_acts(session: Session, slack_user_id: str | None) -> Rep:
    """The rep behind a Slack user. Raises NotOnTheTeamError."""
    rep = rep_of_slack_user(session, slack_user_id or "")
    if rep is None:
        raise NotOnTheTeamError(slack_user_id or "unknown")
    return rep
