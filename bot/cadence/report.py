"""A report of what came of a task or lead."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.businesstime import Calendar
from bot.cadence.pools import pool_of
from bot.db.models import Lead, Outcome, Rep, Task
from bot.team.live import LiveTeam


@dataclass(frozen=True)
class Report:
    """What somebody says came of it. `until`: when a call is booked for, or when to come back."""

    outcome: Outcome
    by: Rep
    note: str | None = None
    until: datetime | None = None
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

    @property
    def calendar(self) -> Calendar:
        return pool_of(self.session, self.lead, self.live).calendar

    @property
    def owner_id(self) -> int:
        """Who owes what follows."""
        return self.lead.owner_id or self.report.by.id
