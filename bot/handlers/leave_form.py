"""A sent leave form."""

from slack_bolt import App, Args
from sqlalchemy.orm import Session

from bot.db.models import LeavePlan, Rep
from bot.errors import FollowupError
from bot.handlers.answers import answered
from bot.handlers.dates import day_entered
from bot.handlers.edge import Edge, rep_who_acts
from bot.handlers.forms import chosen, entered
from bot.handlers.leave_words import beginning_of
from bot.handlers.leaving import plan
from bot.messages.leave_form import COVER, FROM, LEADS, LEAVE_CALLBACK, UNTIL, WHO
from bot.messages.modals import window
from bot.team.live import live_team, rep_of_slack_user


class NotAColleagueError(FollowupError):
    """Somebody was chosen who is not on the team. `field` is where."""

    def __init__(self, field: str) -> None:
        super().__init__("They are not on the Followup team yet. Choose somebody who is.")
        self.field = field


def register(bolt: App, edge: Edge) -> None:
    @bolt.view(LEAVE_CALLBACK)
    @answered
    def on_leave_form(args: Args) -> None:
        given, now = entered(args, FROM, UNTIL, LEADS), edge.business_now()
        with edge.database.write() as session:
            by = rep_who_acts(session, args.context.user_id)
            rep = _colleague(session, given, WHO) or by
            cover = _colleague(session, given, COVER)
            calendar = live_team(session).team.calendar_of(rep.key)
            starts_at = beginning_of(day_entered(given[FROM]), calendar)
            until = beginning_of(day_entered(given[UNTIL]), calendar)
            leads = chosen(LeavePlan, given[LEADS])
            taker = None if leads is LeavePlan.WAIT else cover
            message = plan(session, by, rep, (max(starts_at, now), until), (leads, taker), now)
        args.ack(response_action="update", view=window("Leave", message.blocks))


def _colleague(session: Session, given: dict[str, str], field: str) -> Rep | None:
    """The person chosen there, None when nobody was. Raises NotAColleagueError."""
    if field not in given:
        return None
    rep = rep_of_slack_user(session, given[field])
    if rep is None:
        raise NotAColleagueError(field)
    return rep
