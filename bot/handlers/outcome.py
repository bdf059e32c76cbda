"""The outcome buttons of a task: logged at once, or asked about first."""

import re

from slack_bolt import App, Args

from bot.cadence import Report
from bot.db.models import Outcome
from bot.handlers.after import place_of, settle
from bot.handlers.answers import answered, open_window
from bot.handlers.edge import Edge, NothingBehindItError, pressed, rep_who_acts
from bot.handlers.reporting import log_report, open_task
from bot.messages.held import held_form
from bot.messages.load import zone_of
from bot.messages.modals import log_form
from bot.messages.outcomes import OUTCOMES


def register(bolt: App, edge: Edge) -> None:
    @bolt.action(re.compile("^outcome:"))
    @answered
    def on_outcome(args: Args) -> None:
        assert args.action is not None
        try:
            outcome = Outcome(args.action["action_id"].removeprefix("outcome:"))
        except ValueError:
            raise NothingBehindItError from None
        ask_about(args, edge, outcome) if OUTCOMES[outcome].asks else log_at_once(args, edge, outcome)


def log_at_once(args: Args, edge: Edge, outcome: Outcome) -> None:
    with edge.database.write() as session:
        rep = rep_who_acts(session, args.context.user_id)
        task, lead = open_task(session, pressed(args))
        logged = log_report(session, lead, task, Report(outcome, rep), edge.business_now())
        sentence, question = logged.sentence, logged.question
    args.ack()
    settle(args, edge, sentence, question)


def ask_about(args: Args, edge: Edge, outcome: Outcome) -> None:
    with edge.database.read() as session:
        rep_who_acts(session, args.context.user_id)
        task, lead = open_task(session, pressed(args))
        now, zone = edge.business_now(), zone_of(session, lead)
        if outcome is Outcome.HELD:
            form = held_form(task, lead, opened_from=place_of(args))
        else:
            form = log_form(task, lead, outcome, now, zone, opened_from=place_of(args))
    args.ack()
    open_window(args, form)
