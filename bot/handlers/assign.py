"""The Reassign button of a lead, and its form."""

from slack_bolt import App, Args

from bot.cadence import pool_of
from bot.db.models import Lead, Rep
from bot.handlers.answers import answered, open_window
from bot.handlers.edge import Edge, NothingBehindItError, lead_pressed, rep_who_acts
from bot.handlers.forms import carried, entered, row_carried
from bot.handlers.giving import handed_over
from bot.messages.handover import ASSIGN_CALLBACK, assign_form
from bot.messages.modals import window
from bot.routing import give
from bot.team.live import live_team, reps_by_key


def register(bolt: App, edge: Edge) -> None:
    @bolt.action("reassign")
    @answered
    def on_reassign(args: Args) -> None:
        with edge.database.read() as session:
            rep_who_acts(session, args.context.user_id)
            lead = session.get_one(Lead, lead_pressed(args, session))
            pool = pool_of(session, lead, live_team(session))
            keys = dict.fromkeys((*pool.members, *pool.managers, pool.fallback))
            people = [
                rep for rep in reps_by_key(session, tuple(keys)) if rep.active and rep.id != lead.owner_id
            ]
            if not people:
                raise NothingBehindItError
            form = assign_form(lead, people)
        args.ack()
        open_window(args, form)

    @bolt.view(ASSIGN_CALLBACK)
    @answered
    def on_assign_form(args: Args) -> None:
        lead_id, rep_id = carried(args, "lead")["lead"], entered(args, "rep")["rep"]
        with edge.database.write() as session:
            by, now = rep_who_acts(session, args.context.user_id), edge.business_now()
            lead, to = row_carried(session, Lead, lead_id), row_carried(session, Rep, rep_id)
            handed = give(session, lead, to, by, now)
            _, blocks = handed_over(session, lead, to, handed, now)
            shown = window("Handed over", blocks)
        args.ack(response_action="update", view=shown)
