"""What happens when: plans, tasks, scripts, outcomes and their undoing."""

from bot.cadence.caps import fire_due_tasks, held_back, sent_today
from bot.cadence.channels import IN_WORDS as CHANNELS_IN_WORDS
from bot.cadence.digest import Digest, Overdue, digest, fire_due_digests
from bot.cadence.enrol import enrol
from bot.cadence.errors import (
    FactKnownError,
    LeadClosedError,
    NextStepMissingError,
    NotYourLeadError,
    SettledTaskError,
    UndoError,
    UnknownOutcomeError,
    UnknownPlanError,
    UnusableDateError,
)
from bot.cadence.facts import LONGEST_FACT, QUESTIONS, first_missing, learn
from bot.cadence.firing import fire_due_timers
from bot.cadence.next_action import rewrite_next_action
from bot.cadence.nextstep import NextStep, Step
from bot.cadence.objections import OBJECTIONS
from bot.cadence.outcomes import log_outcome
from bot.cadence.plans import known_plans, plan_for, plan_of
from bot.cadence.pools import active_reps, latest_offer, open_offer, pool_of
from bot.cadence.promises import LONGEST_PROMISE, record_promise
from bot.cadence.reminders import OVERDUE_AFTER, fire_due_reminders
from bot.cadence.replan import came_back, replan
from bot.cadence.report import Report
from bot.cadence.returning import welcome_back
from bot.cadence.roles import may_work, owners_assisted_by
from bot.cadence.scripts import Part, Script, action_in_words, script_for
from bot.cadence.silent import is_silent, silent_threads
from bot.cadence.stages import ASK_AFTER_CALL
from bot.cadence.stop import stop_plan
from bot.cadence.suppression import is_suppressed, suppressed_among, turn_away
from bot.cadence.tasks import Errand, open_tasks, title_of
from bot.cadence.undo import UNDO_MINUTES, gone_out, latest_report, undo
from bot.cadence.words import parse_outcome, split_outcome

__all__ = [
    "ASK_AFTER_CALL",
    "CHANNELS_IN_WORDS",
    "LONGEST_FACT",
    "LONGEST_PROMISE",
    "OBJECTIONS",
    "OVERDUE_AFTER",
    "QUESTIONS",
    "UNDO_MINUTES",
    "Digest",
    "Errand",
    "FactKnownError",
    "LeadClosedError",
    "NextStep",
    "NextStepMissingError",
    "NotYourLeadError",
    "Overdue",
    "Part",
    "Report",
    "Script",
    "SettledTaskError",
    "Step",
    "UndoError",
    "UnknownOutcomeError",
    "UnknownPlanError",
    "UnusableDateError",
    "action_in_words",
    "active_reps",
    "came_back",
    "digest",
    "enrol",
    "fire_due_digests",
    "fire_due_reminders",
    "fire_due_tasks",
    "fire_due_timers",
    "first_missing",
    "gone_out",
    "held_back",
    "is_silent",
    "is_suppressed",
    "known_plans",
    "latest_offer",
    "latest_report",
    "learn",
    "log_outcome",
    "may_work",
    "open_offer",
    "open_tasks",
    "owners_assisted_by",
    "parse_outcome",
    "plan_for",
    "plan_of",
    "pool_of",
    "record_promise",
    "replan",
    "rewrite_next_action",
    "script_for",
    "sent_today",
    "silent_threads",
    "split_outcome",
    "stop_plan",
    "suppressed_among",
    "title_of",
    "turn_away",
    "undo",
    "welcome_back",
]
