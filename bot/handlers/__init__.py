"""The Slack edge: one listener a file. This is the index."""

from slack_bolt import App

from bot.handlers import (
    assign,
    claim,
    command,
    held,
    home,
    learn,
    leave_form,
    leave_over,
    leave_regain,
    log_form,
    next_lead,
    open_task,
    outcome,
    pass_,
    responding,
    unassign,
    undo,
    unknown,
    view_lead,
)
from bot.handlers.answers import tell_trouble
from bot.handlers.edge import Edge

__all__ = ["Edge", "register"]


def register(bolt: App, edge: Edge) -> None:
    """Hand every listener to Bolt, the busiest first: it asks one after the other, and the first that fits answers.

    The one for unknown buttons comes last.
    """
    for listener in (
        responding,
        command,
        claim,
        pass_,
        outcome,
        log_form,
        held,
        learn,
        undo,
        assign,
        unassign,
        view_lead,
        open_task,
        next_lead,
        home,
        leave_form,
        leave_over,
        leave_regain,
        unknown,
    ):
        listener.register(bolt, edge)
    bolt.error(tell_trouble)
