"""The next best lead (R40): what `/followup next` and the Next lead button serve."""

from collections.abc import Collection

from slack_bolt import App, Args
from sqlalchemy.orm import Session

from bot.cadence import owners_assisted_by
from bot.db.models import Rep, Task
from bot.handlers.answers import answered, private, whisper
from bot.handlers.edge import Edge, rep_who_acts
from bot.messages.card import CardState
from bot.messages.load import card_state, task_view
from bot.messages.next import NEXT_BLOCK, next_message, next_window, put_aside
from bot.messages.task import TaskView
from bot.outbox.rendering import SlackMessage
from bot.routing import is_member, next_best
from bot.team.live import live_team


def register(bolt: App, edge: Edge) -> None:
    @bolt.action("next_lead")
    @answered
    def on_next_lead(args: Args) -> None:
        aside = put_aside(str((args.action or {}).get("value")))
        with edge.database.read() as session:
            best = best_for(session, rep_who_acts(session, args.context.user_id), edge, aside)
            view = args.body.get("view")
            window, message = next_window(best, aside) if view else None, next_message(best, aside)
        args.ack()
        if view and window:
            args.client.views_update(view_id=view["id"], hash=view.get("hash"), view=window)
        elif serves_next(args):
            args.respond(**private(message), replace_original=True)
        else:
            whisper(args, message)


def best_for(
    session: Session, rep: Rep, edge: Edge, aside: Collection[int] = ()
) -> TaskView | CardState | None:
    """What this rep does best now, as it is shown; leads put aside are left out."""
    live, now = live_team(session), edge.business_now()
    pools = [key for key in live.team.pools if is_member(live, key, rep)]
    assisted = owners_assisted_by(session, rep, live)
    best = next_best(session, rep, pools, now, assisted=assisted, without=aside)
    if best is None:
        return None
    return task_view(session, best, now) if isinstance(best, Task) else card_state(session, best, now)


def next_for(edge: Edge, slack_user_id: str | None, before: str = "") -> SlackMessage:
    """The next best lead as a private answer, after what just happened. Raises NotOnTheTeamError."""
    with edge.database.read() as session:
        best = best_for(session, rep_who_acts(session, slack_user_id), edge)
        return next_message(best, (), before)


def serves_next(args: Args) -> bool:
    """Whether the click came from an answer that serves the next lead."""
    named = str((args.action or {}).get("block_id")).startswith(f"{NEXT_BLOCK}:")
    return named and bool(args.body.get("response_url"))
