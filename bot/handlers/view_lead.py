"""The View button: the lead with its history, in a window."""

from slack_bolt import App, Args

from bot.db.models import Lead
from bot.handlers.answers import answered, open_window
from bot.handlers.edge import Edge, lead_pressed, rep_who_acts
from bot.messages.lead_view import lead_view
from bot.messages.load import lead_view_of
from bot.messages.modals import window


def register(bolt: App, edge: Edge) -> None:
    @bolt.action("view_lead")
    @answered
    def on_view_lead(args: Args) -> None:
        with edge.database.read() as session:
            rep = rep_who_acts(session, args.context.user_id)
            lead = session.get_one(Lead, lead_pressed(args, session))
            view = window(lead.ref, lead_view(lead_view_of(session, lead, rep, edge.business_now())))
        args.ack()
        open_window(args, view)
