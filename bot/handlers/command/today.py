"""`/followup today`."""

from bot.cadence import held_back
from bot.handlers.command.asked import Asked
from bot.handlers.homepage import due_tasks, home_zone
from bot.messages.lists import today
from bot.outbox.rendering import SlackMessage
from bot.routing import is_member
from bot.team.live import live_team


def show_today(asked: Asked) -> SlackMessage:
    """What this rep has due and overdue, hottest first."""
    with asked.edge.database.read() as session:
        rep, live, now = asked.rep(session), live_team(session), asked.edge.business_now()
        mine = [key for key in live.team.pools if is_member(live, key, rep)]
        return today(due_tasks(session, rep, now), now, home_zone(live, mine), held_back(session, rep, now))
