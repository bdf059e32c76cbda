"""The Pass button."""

from slack_bolt import App, Args

from bot.handlers.after import settle
from bot.handlers.answers import answered
from bot.handlers.edge import Edge, lead_pressed, rep_who_acts
from bot.routing import pass_offer


def register(bolt: App, edge: Edge) -> None:
    @bolt.action("pass")
    @answered
    def on_pass(args: Args) -> None:
        with edge.database.write() as session:
            rep = rep_who_acts(session, args.context.user_id)
            asked = pass_offer(session, lead_pressed(args, session), rep, edge.business_now())
            following = (
                f"{asked.name} is asked now."
                if asked
                else "Nobody is left to ask, so the managers were told."
            )
        args.ack()
        settle(args, edge, f"Passed. {following}")
