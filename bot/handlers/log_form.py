"""A sent form: the outcome with what was asked about it."""

import json
from datetime import date, datetime
from typing import Any

from slack_bolt import App, Args

from bot.businesstime import Calendar
from bot.cadence import Report, pool_of
from bot.db.models import Outcome
from bot.handlers.answers import answered
from bot.handlers.dates import DATED, moment_of, morning_of, snoozed_until
from bot.handlers.edge import Edge, rep_who_acts
from bot.handlers.homepage import publish_home
from bot.handlers.reporting import log_report, open_task
from bot.messages.held import held_form
from bot.messages.modals import LOG_CALLBACK, window
from bot.messages.mrkdwn import clean
from bot.team.live import live_team


def register(bolt: App, edge: Edge) -> None:
    @bolt.view(LOG_CALLBACK)
    @answered
    def on_log_form(args: Args) -> None:
        facts = json.loads(args.body["view"]["private_metadata"])
        with edge.database.write() as session:
            rep = rep_who_acts(session, args.context.user_id)
            task, lead = open_task(session, facts["task"])
            given, now = entered(args.body["view"]), edge.business_now()
            calendar = pool_of(session, lead, live_team(session)).calendar
            outcome = Outcome(facts["outcome"] or given["outcome"])
            if outcome is Outcome.HELD:
                # A conversation asks for more than this form does.
                args.ack(response_action="update", view=held_form(task, lead, opened_from=str(facts["from"])))
                return
            until = until_of(given, now, calendar) if outcome in DATED else None
            report = Report(outcome, rep, given.get("note"), until, objection=given.get("objection"))
            logged = log_report(session, lead, task, report, now)
            shown = window("Logged", logged.message.blocks)
        # A task's own message shows the outcome by itself; elsewhere the window does.
        args.ack() if facts["from"] == "message" else args.ack(response_action="update", view=shown)
        if facts["from"] == "home":
            publish_home(args.client, edge, str(args.context.user_id))


def entered(view: dict[str, Any]) -> dict[str, str]:
    """What was entered, by field; fields left empty are left out, and so is what no screen shows."""
    found: dict[str, str] = {}
    for fields in view["state"]["values"].values():
        for name, field in fields.items():
            option = field.get("selected_option") or {}
            value = field.get("value") or field.get("selected_date") or field.get("selected_date_time")
            if value or option:
                found[name] = clean(str(value or option["value"]))
    return found


def until_of(given: dict[str, str], now: datetime, calendar: Calendar) -> datetime | None:
    """The date that was entered, whichever way the form asked for it; None when it did not or nothing was."""
    if "when" in given:
        return moment_of(int(given["when"]))
    if "day" in given:
        return morning_of(date.fromisoformat(given["day"]), calendar)
    return snoozed_until(given["snooze"], now, calendar) if "snooze" in given else None
