"""A sent form: the outcome with what was asked about it."""

from datetime import datetime

from slack_bolt import App, Args

from bot.businesstime import Calendar
from bot.cadence import OBJECTIONS, Report, pool_of
from bot.db.models import Outcome
from bot.handlers.answers import answered
from bot.handlers.dates import DATED, day_entered, moment_entered, morning_of, snoozed_until
from bot.handlers.edge import Edge, rep_who_acts
from bot.handlers.forms import UnreadableFormError, carried, chosen, entered, row_id
from bot.handlers.homepage import publish_home
from bot.handlers.reporting import log_report, open_task
from bot.messages.held import held_form
from bot.messages.modals import LOG_CALLBACK, window
from bot.team.live import live_team


def register(bolt: App, edge: Edge) -> None:
    @bolt.view(LOG_CALLBACK)
    @answered
    def on_log_form(args: Args) -> None:
        facts, given = carried(args, "task", "outcome", "from"), entered(args)
        with edge.database.write() as session:
            rep = rep_who_acts(session, args.context.user_id)
            task, lead = open_task(session, row_id(facts["task"]))
            now = edge.business_now()
            calendar = pool_of(session, lead, live_team(session)).calendar
            outcome = chosen(Outcome, facts["outcome"] or given.get("outcome"))
            if outcome is Outcome.HELD:
                # A conversation asks for more than this form does.
                args.ack(response_action="update", view=held_form(task, lead, opened_from=str(facts["from"])))
                return
            if given.get("objection", "other") not in OBJECTIONS:
                raise UnreadableFormError
            until = until_of(given, now, calendar) if outcome in DATED else None
            report = Report(outcome, rep, given.get("note"), until, objection=given.get("objection"))
            logged = log_report(session, lead, task, report, now)
            shown = window("Logged", logged.message.blocks)
        # A task's own message shows the outcome by itself; elsewhere the window does.
        args.ack() if facts["from"] == "message" else args.ack(response_action="update", view=shown)
        if facts["from"] == "home":
            publish_home(args.client, edge, str(args.context.user_id))


def until_of(given: dict[str, str], now: datetime, calendar: Calendar) -> datetime | None:
    """The date that was entered, whichever way the form asked for it; None when it did not or nothing was."""
    if "when" in given:
        return moment_entered(given["when"])
    if "day" in given:
        return morning_of(day_entered(given["day"]), calendar)
    return snoozed_until(given["snooze"], now, calendar) if "snooze" in given else None
