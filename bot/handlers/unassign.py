"""The button that takes a hand-over back."""

from slack_bolt import App, Args

from bot.db.models import Rep
from bot.handlers.after import settle
from bot.handlers.answers import answered
from bot.handlers.edge import Edge, pressed, rep_who_acts
from bot.messages.leads import title
from bot.routing import undo_reassign


def register(bolt: App, edge: Edge) -> None:
    @bolt.action("unassign")
    @answered
    def on_unassign(args: Args) -> None:
        with edge.database.write() as session:
            rep = rep_who_acts(session, args.context.user_id)
            lead = undo_reassign(session, pressed(args), rep, edge.business_now())
            owner = session.get_one(Rep, lead.owner_id)
            sentence = f"Taken back. {title(lead)} is {owner.name}'s again."
        args.ack()
        settle(args, edge, sentence)
