"""The sent form after a conversation: the outcome with its next step (R45)."""

from slack_bolt import App, Args

from bot.cadence import QUESTIONS, NextStep, Report, Step, learn
from bot.db.models import Outcome
from bot.handlers.answers import answered
from bot.handlers.dates import moment_entered
from bot.handlers.edge import Edge, rep_who_acts
from bot.handlers.forms import carried, chosen, entered, row_id
from bot.handlers.homepage import publish_home
from bot.handlers.reporting import log_report, open_task
from bot.messages.held import HELD_CALLBACK
from bot.messages.modals import window
from bot.team.live import live_team


def register(bolt: App, edge: Edge) -> None:
    @bolt.view(HELD_CALLBACK)
    @answered
    def on_held_form(args: Args) -> None:
        facts = carried(args, "task", "from", "fact")
        given, now = entered(args, "step"), edge.business_now()
        step, fact = chosen(Step, given["step"]), str(facts["fact"])
        # A date beside “nurture” means nothing: it comes back by its plan.
        until = moment_entered(given["when"]) if "when" in given and step is not Step.NURTURE else None
        with edge.database.write() as session:
            rep = rep_who_acts(session, args.context.user_id)
            task, lead = open_task(session, row_id(facts["task"]))
            next_step = NextStep(step, given.get("promised"))
            report = Report(Outcome.HELD, rep, given.get("note"), until, next_step)
            logged = log_report(session, lead, task, report, now)
            if fact in QUESTIONS and "fact" in given and not lead.facts.get(fact):
                learn(session, lead, fact, given["fact"], rep, live_team(session), now)
            shown = window("Logged", logged.message.blocks)
        args.ack(response_action="update", view=shown)
        if facts["from"] == "home":
            publish_home(args.client, edge, str(args.context.user_id))
