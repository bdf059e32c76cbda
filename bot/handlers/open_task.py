"""The Open button of a task in a list: the task with a form to log its outcome."""

from slack_bolt import App, Args

from bot.handlers.after import place_of
from bot.handlers.answers import answered, open_window
from bot.handlers.edge import Edge, pressed, rep_who_acts
from bot.handlers.reporting import open_task
from bot.messages.blocks import header
from bot.messages.leads import title
from bot.messages.load import task_view
from bot.messages.modals import log_form
from bot.messages.task import task_body, what_to_do


def register(bolt: App, edge: Edge) -> None:
    @bolt.action("open_task")
    @answered
    def on_open_task(args: Args) -> None:
        with edge.database.read() as session:
            rep_who_acts(session, args.context.user_id)
            task, lead = open_task(session, pressed(args))
            view = task_view(session, task, edge.business_now())
            above = [header(f"{what_to_do(task)} {title(lead, 80)}"), *task_body(view)]
            form = log_form(task, lead, None, view.now, view.zone, opened_from=place_of(args), above=above)
        args.ack()
        open_window(args, form)
