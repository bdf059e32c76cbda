"""The button that takes back what was given away for a leave and nobody has worked since."""

from slack_bolt import App, Args

from bot.db.models import Absence, Rep
from bot.handlers.after import settle
from bot.handlers.answers import answered
from bot.handlers.edge import Edge, NothingBehindItError, pressed, rep_who_acts
from bot.handlers.leaving import check_may_plan
from bot.messages.leave import regained
from bot.routing.regain import regain_leads
from bot.team.live import live_team


def register(bolt: App, edge: Edge) -> None:
    @bolt.action("leave_regain")
    @answered
    def on_leave_regain(args: Args) -> None:
        with edge.database.write() as session:
            by = rep_who_acts(session, args.context.user_id)
            absence = session.get(Absence, pressed(args))
            if absence is None or absence.cover_id is None:
                raise NothingBehindItError
            rep, cover = session.get_one(Rep, absence.rep_id), session.get_one(Rep, absence.cover_id)
            check_may_plan(live_team(session), by, rep)
            leads = regain_leads(session, absence, by, edge.business_now())
            sentence = regained(len(leads), rep, cover, by)
        args.ack()
        settle(args, edge, sentence)
