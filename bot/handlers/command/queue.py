"""`/followup queue`: what an assistant works for their owners (R52)."""

from bot.cadence import owners_assisted_by, sent_today, silent_threads
from bot.errors import FollowupError
from bot.handlers.command.asked import Asked
from bot.handlers.homepage import home_zone
from bot.messages.lists import Due
from bot.messages.queue import Used, queue
from bot.outbox.rendering import SlackMessage
from bot.team.live import live_team


class AssistsNobodyError(FollowupError):
    """The person is nobody's assistant."""

    def __str__(self) -> str:
        return (
            "You are nobody's assistant. A rep names theirs in the team document, as `assistant`; "
            "“/followup today” shows what you have due yourself."
        )


def show_queue(asked: Asked) -> SlackMessage:
    """The silent threads of everybody this person assists. Raises AssistsNobodyError."""
    with asked.edge.database.read() as session:
        rep, live, now = asked.rep(session), live_team(session), asked.edge.business_now()
        owners = owners_assisted_by(session, rep, live)
        if not owners:
            raise AssistsNobodyError
        threads = [Due(task, lead) for task, lead in silent_threads(session, owners, now)]
        used = Used(sent_today(session, owners, live, now), live.team.follow_ups_a_day)
        return queue(owners, threads, now, home_zone(live, ()), used)
