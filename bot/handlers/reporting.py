"""Logging an outcome, whichever way it was reported."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.cadence import Report, log_outcome
from bot.db.models import OPEN_TASKS, Activity, Lead, Outcome, Task
from bot.errors import FollowupError
from bot.handlers.reading import reader_for
from bot.handlers.when import said_back
from bot.messages.blocks import Block, actions, button, paragraph
from bot.messages.facts import fact_question
from bot.messages.leads import title
from bot.messages.mrkdwn import literal, spelled
from bot.messages.next import then_next
from bot.messages.outcomes import OUTCOMES
from bot.outbox.rendering import SlackMessage
from bot.team.live import live_team

CONVERSATIONS = frozenset(
    {Outcome.REPLIED, Outcome.AGREED, Outcome.BOOKED, Outcome.HELD, Outcome.OBJECTION, Outcome.NOT_NOW}
)
"""After these somebody has heard something about the lead."""


class NoSuchTaskError(FollowupError):
    """The task is gone, or somebody has logged it meanwhile."""

    def __str__(self) -> str:
        return "This touch is settled already. “/followup today” shows what is due."


@dataclass(frozen=True)
class Logged:
    """An outcome that was logged, and the lead as it stands since."""

    activity: Activity
    lead: Lead
    zone: ZoneInfo

    @property
    def sentence(self) -> str:
        """What is said to whoever logged it."""
        said = OUTCOMES[Outcome(self.activity.facts["outcome"])].done.lower()
        if until := self.activity.facts.get("until"):
            said += f" ({said_back(datetime.fromisoformat(until), self.zone)})"
        following = "Nothing more is planned."
        if self.lead.next_action and self.lead.next_action_at:
            following = f"Next: {self.lead.next_action} ({spelled(self.lead.next_action_at, self.zone)})."
        return f"Logged for {title(self.lead)}: {said}. {following}"

    @property
    def message(self) -> SlackMessage:
        """The sentence with a button that takes it back, and one for what comes next."""
        blocks = [paragraph(self.sentence), actions(button("Undo", "undo", self.activity.id), then_next())]
        return SlackMessage(literal(self.sentence, 400), [*blocks, *self.question])

    @property
    def question(self) -> list[Block]:
        """After a conversation: the first thing we do not know of them yet, one at a time (R36)."""
        if self.lead.status.is_closed or Outcome(self.activity.facts["outcome"]) not in CONVERSATIONS:
            return []
        return fact_question(self.lead)


def open_task(session: Session, task_id: int) -> tuple[Task, Lead]:
    """A task that can still be logged, and its lead. Raises NoSuchTaskError."""
    task = session.get(Task, task_id)
    if task is None or task.state not in OPEN_TASKS:
        raise NoSuchTaskError
    return task, session.get_one(Lead, task.lead_id)


def log_report(session: Session, lead: Lead, task: Task | None, report: Report, now: datetime) -> Logged:
    """Log it. Raises what `log_outcome` raises."""
    activity = log_outcome(session, lead, task, report, live_team(session), now)
    session.flush()
    return Logged(activity, lead, reader_for(session, lead, report.by, now).zone)
