"""A report of what came of a task or lead."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.businesstime import Calendar
from bot.cadence.nextstep import NextStep
from bot.cadence.pools import pool_of
from bot.db.models import Lead, Outcome, Rep, Task
from bot.team.live import LiveTeam


@dataclass(frozen=True)
class Report:
    """What somebody says came of it. `until`: when a call is booked for, when to come back, when the next step is."""

    outcome: Outcome
    by: Rep
    note: str | None = None
    until: datetime | None = None
    next_step: NextStep | None = None
    """Of a conversation that was held."""
    objection: str | None = None
    """Its kind."""
    request: str | None = None
    """Slack's own name for what was done, where only it tells a delivery made twice from a second report."""


@dataclass(frozen=True)
class Logged:
    """One report and all it bears on."""

    session: Session
    lead: Lead
    task: Task | None
    report: Report
    live: LiveTeam
    now: datetime
    for_undo: dict[str, Any] = field(default_factory=dict)
    """What undo must know besides the before-image."""

    @property
    def calendar(self) -> Calendar:
        return pool_of(self.session, self.lead, self.live).calendar

    @property
    def owner_id(self) -> int:
        """Who owes what follows."""
        return self.lead.owner_id or self.report.by.id
