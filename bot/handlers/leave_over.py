"""The button that ends leave early or calls it off."""

from slack_bolt import App, Args

from bot.db.models import Absence, AbsenceState, Rep
from bot.handlers.after import settle
from bot.handlers.answers import answered
from bot.handlers.edge import Edge, NothingBehindItError, pressed, rep_who_acts
from bot.handlers.leaving import check_may_plan
from bot.messages.leave import came_back
from bot.messages.leave_state import leave_state
from bot.routing import NotAwayError, come_back
from bot.team.live import live_team


def register(bolt: App, edge: Edge) -> None:
    @bolt.action("leave_over")
    @answered
    def on_leave_over(args: Args) -> None:
        now = edge.business_now()
        with edge.database.write() as session:
            by = rep_who_acts(session, args.context.user_id)
            absence = session.get(Absence, pressed(args))
            if absence is None:
                raise NothingBehindItError
            rep = session.get_one(Rep, absence.rep_id)
            check_may_plan(live_team(session), by, rep)
            if absence.state is AbsenceState.OVER:
                raise NotAwayError
            come_back(session, rep, now, absence.id)
            sentence, more = came_back(leave_state(session, absence), by, now)
        args.ack()
        settle(args, edge, sentence, more)
