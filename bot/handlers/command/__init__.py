"""`/followup`: the first word chooses what answers, privately."""

import difflib
import re

from slack_bolt import App, Args

from bot.errors import FollowupError
from bot.handlers.answers import answered, open_window, private
from bot.handlers.command.asked import Answer, Asked, Window
from bot.handlers.command.assign import assign_lead
from bot.handlers.command.away import go_away
from bot.handlers.command.back import be_back
from bot.handlers.command.claim import claim_lead
from bot.handlers.command.fairness import show_fairness
from bot.handlers.command.help import give_help
from bot.handlers.command.lead import show_lead
from bot.handlers.command.log import log_in_words
from bot.handlers.command.next import serve_next
from bot.handlers.command.notnow import not_now
from bot.handlers.command.promise import note_promise
from bot.handlers.command.queue import show_queue
from bot.handlers.command.scripts import show_scripts
from bot.handlers.command.stats import show_stats
from bot.handlers.command.today import show_today
from bot.handlers.command.why import explain_lead
from bot.handlers.edge import Edge
from bot.handlers.typed import meant
from bot.messages.mrkdwn import cut

COMMANDS: dict[str, Answer] = {
    "help": give_help,
    "lead": show_lead,
    "claim": claim_lead,
    "assign": assign_lead,
    "why": explain_lead,
    "fairness": show_fairness,
    "log": log_in_words,
    "notnow": not_now,
    "promise": note_promise,
    "next": serve_next,
    "queue": show_queue,
    "today": show_today,
    "stats": show_stats,
    "scripts": show_scripts,
    "away": go_away,
    "back": be_back,
}


class UnknownCommandError(FollowupError):
    """The first word is no command."""

    def __init__(self, word: str) -> None:
        close = (
            [f"lead {cut(word, 100)}"]
            if _names_a_lead(word)
            else difflib.get_close_matches(word.lower(), COMMANDS, n=1)
        )
        near = f"Did you mean “/followup {close[0]}”?" if close else "“/followup help” shows what I can do."
        super().__init__(f"I don't know “{cut(word, 100)}”. {near}")


def _names_a_lead(word: str) -> bool:
    return "@" in word or re.fullmatch(r"#?l-?\d+", word.lower()) is not None


def register(bolt: App, edge: Edge) -> None:
    @bolt.command("/followup")
    @answered
    def on_followup(args: Args) -> None:
        word, _, rest = meant(args.body.get("text") or "").partition(" ")
        answer = COMMANDS.get(word.lower() or "help")
        if answer is None:
            raise UnknownCommandError(word)
        shown = answer(Asked(edge, args.context.user_id, rest, args.body.get("trigger_id")))
        if isinstance(shown, Window):
            args.ack()
            open_window(args, shown.view)
        else:
            args.ack(**private(shown))
