"""The one form for leave."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.businesstime import Calendar
from bot.db.models import LeavePlan
from bot.messages.blocks import Block, field, plain

LEAVE_CALLBACK = "leave"
WHO, FROM, UNTIL, LEADS, COVER = "who", "from", "until", "leads", "cover"
_PLANS = {
    LeavePlan.COVER: ("Somebody covers", "They work the open touches; leads and credit stay"),
    LeavePlan.TRANSFER: ("Give the leads away", "They are somebody else's for good, with the credit"),
    LeavePlan.WAIT: ("Touches wait", "Spread over the days after the return; what cannot wait is covered"),
}


def leave_form(now: datetime, calendar: Calendar, *, for_others: bool) -> dict[str, Any]:
    """The form; `for_others` lets a manager choose whose leave it is."""
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    who = field(WHO, "Who is away?", _person("You"), optional=True, hint="Left empty, it is you.")
    return {
        "type": "modal",
        "callback_id": LEAVE_CALLBACK,
        "title": plain("Leave"),
        "submit": plain("Plan it"),
        "close": plain("Cancel"),
        "blocks": [
            *([who] if for_others else []),
            field(UNTIL, "First day back", {"type": "datepicker"}),
            field(FROM, "First day away", {"type": "datepicker", "initial_date": today.isoformat()}),
            field(LEADS, "What becomes of the open leads?", _choice()),
            field(
                COVER, "Who covers, or gets them?", _person("Choose somebody"), optional=True,
                hint="Not needed when touches wait.",
            ),
        ],
    }  # fmt: skip


def _person(placeholder: str) -> Block:
    return {"type": "users_select", "placeholder": plain(placeholder)}


def _choice() -> Block:
    options = [
        {"text": plain(text), "value": value.value, "description": plain(what)}
        for value, (text, what) in _PLANS.items()
    ]
    return {
        "type": "radio_buttons",
        "options": options,
        "initial_option": options[0],
    }
