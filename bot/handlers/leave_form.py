"""A sent leave form."""

from datetime import date
from typing import Any

from slack_bolt import App, Args

from bot.db.models import LeavePlan
from bot.handlers.answers import answered
from bot.handlers.edge import Edge, rep_who_acts
from bot.handlers.leave_words import beginning_of
from bot.handlers.leaving import plan
from bot.messages.leave_form import COVER, FROM, LEADS, LEAVE_CALLBACK, UNTIL, WHO
from bot.messages.modals import window
from bot.team.live import live_team


def register(bolt: App, edge: Edge) -> None:
    @bolt.view(LEAVE_CALLBACK)
    @answered
    def on_leave_form(args: Args) -> None:
        given, now = _given(args.body["view"]), edge.business_now()
        with edge.database.write() as session:
            by = rep_who_acts(session, args.context.user_id)
            rep = rep_who_acts(session, given[WHO]) if WHO in given else by
            cover = rep_who_acts(session, given[COVER]) if COVER in given else None
            calendar = live_team(session).team.calendar_of(rep.key)
            starts_at = beginning_of(date.fromisoformat(given[FROM]), calendar)
            until = beginning_of(date.fromisoformat(given[UNTIL]), calendar)
            leads = LeavePlan(given[LEADS])
            chosen = None if leads is LeavePlan.WAIT else cover
            message = plan(session, by, rep, (max(starts_at, now), until), (leads, chosen), now)
        args.ack(response_action="update", view=window("Leave", message.blocks))


def _given(view: dict[str, Any]) -> dict[str, str]:
    """What was entered, by block; what was left empty is left out."""
    found: dict[str, str] = {}
    for block, fields in view["state"]["values"].items():
        for field in fields.values():
            option = field.get("selected_option") or {}
            value = field.get("selected_date") or field.get("selected_user") or option.get("value")
            if value:
                found[block] = str(value)
    return found
