"""App Home: my day, leads that wait for somebody, and for managers how things stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.db.models import Lead, PauseScope, Rep
from bot.messages.blocks import Block, button, divider, header, paragraph, section
from bot.messages.lists import TASKS_SHOWN, Due, lead_row, more, task_row
from bot.messages.mrkdwn import at_time, literal
from bot.outbox.health import PauseReport

LEADS_SHOWN = 10


@dataclass(frozen=True)
class Figures:
    """What a manager sees at a glance. Seconds are wall seconds."""

    received_today: int
    claimed_today: int
    unclaimed_now: int
    overdue: int
    typical_response: str | None
    """The median first response today, in words; None when there was none."""
    waiting_to_send: int
    dead_letters: int
    pauses: Sequence[tuple[PauseReport, str]] = ()
    """What Slack refuses, each with the name people know the place by."""


@dataclass(frozen=True)
class HomeState:
    rep: Rep
    now: datetime
    zone: ZoneInfo
    due: Sequence[Due]
    unclaimed: Sequence[Lead]
    figures: Figures | None = None
    """None for who manages no pool."""


def home(state: HomeState) -> dict[str, Any]:
    """The view to publish."""
    blocks = [
        *_my_day(state),
        *_waiting(state),
        *(_manager(state.figures, state.zone) if state.figures else []),
    ]
    return {"type": "home", "blocks": blocks}


def stranger_home(sentence: str) -> dict[str, Any]:
    """Home for somebody who is not on the team: how to join."""
    return {"type": "home", "blocks": [header("Followup"), paragraph(sentence)]}


def _my_day(state: HomeState) -> list[Block]:
    shown = [task_row(due, state.now, state.zone) for due in state.due[:TASKS_SHOWN]]
    nothing = section("Nothing is due. You are up to date. 🎉")
    return [header("Due now"), *(shown or [nothing]), *more(len(state.due), len(shown), "due")]


def _waiting(state: HomeState) -> list[Block]:
    if not state.unclaimed:
        return []
    rows = [
        lead_row(lead, state.zone, button("Claim", "claim", lead.id, "primary"))
        for lead in state.unclaimed[:LEADS_SHOWN]
    ]
    return [
        divider(),
        header("Waiting for somebody"),
        *rows,
        *more(len(state.unclaimed), len(rows), "unclaimed"),
    ]


def _manager(figures: Figures, zone: ZoneInfo) -> list[Block]:
    rows = [
        f"*{figures.received_today}* {_word('lead', figures.received_today)} today, "
        f"*{figures.claimed_today}* claimed",
        f"*{figures.unclaimed_now}* unclaimed now  ·  "
        f"*{figures.overdue}* {_word('touch', figures.overdue)} overdue",
        f"First response today: typically {figures.typical_response}" if figures.typical_response else "",
        f"Messages waiting: {figures.waiting_to_send}" if figures.waiting_to_send else "",
        f"⚠️ Messages that Slack refused for good: {figures.dead_letters}" if figures.dead_letters else "",
    ]
    blocks = [divider(), header("The team today"), section("\n".join(row for row in rows if row))]
    return [*blocks, *(section(_pause(pause, where, zone)) for pause, where in figures.pauses[:10])]


def _word(one: str, count: int) -> str:
    return one if count == 1 else {"touch": "touches"}.get(one, one + "s")


def _pause(pause: PauseReport, where: str, zone: ZoneInfo) -> str:
    refused = (
        "Slack refuses everything we send"
        if pause.scope is PauseScope.WORKSPACE
        else f"Nothing reaches {where}"
    )
    return f"⚠️ {refused} since {at_time(pause.since, zone)} ({literal(pause.error)}). {pause.mend}"
