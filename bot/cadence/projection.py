"""A plan as it would run for a lead if every touch were made when it falls due: nothing is stored."""

from dataclasses import dataclass
from datetime import datetime

from bot.businesstime import Calendar, next_opening
from bot.cadence.channels import channel_for
from bot.cadence.due import touch_due
from bot.cadence.hours import polite_calendars
from bot.db.models import Channel, Lead
from bot.team.cadences import CountsFrom, Plan, Touch


@dataclass(frozen=True)
class Planned:
    """A touch to come: when, and on which channel."""

    touch: Touch
    channel: Channel
    due_at: datetime

    @property
    def template(self) -> str | None:
        return self.touch.templates.get(self.channel)


def project(plan: Plan, lead: Lead, calendar: Calendar, start: datetime) -> list[Planned]:
    """Every touch of the plan for a lead that starts on it at `start`, nobody answering (D9, D12)."""
    anchor = next_opening(start, calendar) if plan.counts_from is CountsFrom.ARRIVAL else start
    planned: list[Planned] = []
    for touch in plan.touches:
        last = planned[-1] if planned else None
        now = last.due_at if last else anchor
        # They wrote a moment ago: the first contact does not wait for a politer hour.
        at_once = last is None and plan.counts_from is CountsFrom.ARRIVAL
        due_at = touch_due(
            plan,
            touch,
            anchor=anchor,
            last_touch_at=last.due_at if last else None,
            now=now,
            calendar=calendar,
            polite=() if at_once else polite_calendars(lead, touch, calendar.zone, now),
            facts=lead.facts,
        )
        channel = channel_for(touch, lead, last=last.channel if last else None, original=None)
        planned.append(Planned(touch, channel, due_at))
    return planned
