"""`/followup away [@rep] [from <when>] until <when> [cover @rep | transfer to @rep]`; alone it opens a form."""

from bot.handlers.command.asked import Asked, Window
from bot.handlers.leave_words import leave_moment, leave_words
from bot.handlers.leaving import plan
from bot.handlers.people import named_rep
from bot.messages.leave_form import leave_form
from bot.outbox.rendering import SlackMessage
from bot.routing import is_manager
from bot.team.live import live_team


def go_away(asked: Asked) -> SlackMessage | Window:
    """Raises UnclearLeaveError, NoSuchRepError, NotYourTeamError, UnusableLeaveError."""
    now = asked.edge.business_now()
    if not asked.words:
        with asked.edge.database.read() as session:
            rep, live = asked.rep(session), live_team(session)
            calendar = live.team.calendar_of(rep.key)
            return Window(leave_form(now, calendar, for_others=is_manager(live, None, rep)))
    with asked.edge.database.write() as session:
        by, typed = asked.rep(session), leave_words(asked.words)
        rep = named_rep(session, typed.who) if typed.who else by
        calendar = live_team(session).team.calendar_of(rep.key)
        starts_at = leave_moment(typed.start, now, calendar) if typed.start else now
        span = starts_at, leave_moment(typed.until, max(now, starts_at), calendar)
        cover = named_rep(session, typed.cover) if typed.cover else None
        return plan(session, by, rep, span, (typed.plan, cover), now)
