"""Leave, whichever way it was asked for: who may plan it for whom, and what is answered."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.db.models import LeavePlan, Rep
from bot.errors import FollowupError
from bot.messages.leave import leave_planned
from bot.messages.leave_state import leave_state
from bot.outbox.rendering import SlackMessage
from bot.routing import LeaveWish, is_manager, plan_leave
from bot.team.live import LiveTeam, live_team


class NotYourTeamError(FollowupError):
    """Leave of somebody else, asked for by no manager of theirs."""

    def __init__(self, rep: Rep) -> None:
        super().__init__(f"Only {rep.name} or a manager of their pool can do that.")


def check_may_plan(live: LiveTeam, by: Rep, rep: Rep) -> None:
    """Raises NotYourTeamError unless `by` is `rep` or manages a pool that `rep` belongs to."""
    pools = [key for key, pool in live.team.pools.items() if rep.key in (*pool.members, *pool.managers)]
    if by.id != rep.id and not any(is_manager(live, key, by) for key in pools):
        raise NotYourTeamError(rep)


def plan(
    session: Session,
    by: Rep,
    rep: Rep,
    span: tuple[datetime, datetime],
    leads: tuple[LeavePlan, Rep | None],
    now: datetime,
) -> SlackMessage:
    """Plan it, and the private answer that says what was understood. Raises what planning raises."""
    check_may_plan(live_team(session), by, rep)
    absence = plan_leave(session, LeaveWish(rep, *span, *leads, by), now)
    session.flush()
    return leave_planned(leave_state(session, absence))
