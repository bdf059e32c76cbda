"""Writing down a fact about a lead: the button, and the form behind it (R36)."""

import re

from slack_bolt import App, Args

from bot.cadence import QUESTIONS, learn
from bot.db.models import Lead
from bot.handlers.answers import answered, open_window
from bot.handlers.edge import Edge, NothingBehindItError, lead_pressed, rep_who_acts
from bot.handlers.forms import UnreadableFormError, carried, entered, row_carried
from bot.messages.blocks import paragraph
from bot.messages.facts import LEARN_CALLBACK, fact_question, learn_form
from bot.messages.modals import window
from bot.team.live import live_team


def register(bolt: App, edge: Edge) -> None:
    @bolt.action(re.compile("^learn:"))
    @answered
    def on_learn(args: Args) -> None:
        fact = str((args.action or {}).get("action_id")).removeprefix("learn:")
        if fact not in QUESTIONS:
            raise NothingBehindItError
        with edge.database.read() as session:
            rep_who_acts(session, args.context.user_id)
            form = learn_form(session.get_one(Lead, lead_pressed(args, session)), fact)
        args.ack()
        open_window(args, form)

    @bolt.view(LEARN_CALLBACK)
    @answered
    def on_learned(args: Args) -> None:
        facts, answer = carried(args, "lead", "fact"), entered(args, "answer")["answer"]
        fact = str(facts["fact"])
        if fact not in QUESTIONS:
            raise UnreadableFormError
        with edge.database.write() as session:
            rep = rep_who_acts(session, args.context.user_id)
            lead = row_carried(session, Lead, facts["lead"])
            learn(session, lead, fact, answer, rep, live_team(session), edge.business_now())
            shown = window("Kept", [paragraph(f"{QUESTIONS[fact]} {answer}"), *fact_question(lead)])
        args.ack(response_action="update", view=shown)
