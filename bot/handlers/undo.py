"""The Undo button (D11)."""

from slack_bolt import App, Args

from bot.cadence import gone_out, undo
from bot.handlers.after import settle
from bot.handlers.answers import answered
from bot.handlers.edge import Edge, pressed, rep_who_acts
from bot.messages.leads import title


def register(bolt: App, edge: Edge) -> None:
    @bolt.action("undo")
    @answered
    def on_undo(args: Args) -> None:
        with edge.database.write() as session:
            rep = rep_who_acts(session, args.context.user_id)
            lead = undo(session, pressed(args), rep, edge.business_now())
            sentence = f"Taken back. {title(lead)}: everything is as it was."
            if sent := gone_out(session, pressed(args)):
                messages = "1 message" if sent == 1 else f"{sent} messages"
                sentence += f" {messages} about it had gone out already and cannot be unsent."
        args.ack()
        settle(args, edge, sentence)
