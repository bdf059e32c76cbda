"""What happens when: plans, tasks, scripts, outcomes and their undoing."""

from bot.cadence.caps import fire_due_tasks, held_back
from bot.cadence.channels import IN_WORDS as CHANNELS_IN_WORDS
from bot.cadence.digest import Digest, Overdue, digest, fire_due_digests
from bot.cadence.enrol import enrol
from bot.cadence.errors import (
    LeadClosedError,
    NotYourLeadError,
    SettledTaskError,
    UndoError,
    UnknownOutcomeError,
    UnknownPlanError,
    UnusableDateError,
)
from bot.cadence.next_action import rewrite_next_action
from bot.cadence.outcomes import log_outcome
from bot.cadence.plans import known_plans, plan_for, plan_of
from bot.cadence.pools import active_reps, pool_of
from bot.cadence.replan import came_back, replan
from bot.cadence.report import Report
from bot.cadence.roles import may_work, owners_assisted_by
from bot.cadence.scripts import Part, Script, action_in_words, script_for
from bot.cadence.silent import is_silent, silent_threads
from bot.cadence.stop import stop_plan
from bot.cadence.tasks import open_tasks, title_of
from bot.cadence.timers import fire_due_timers
from bot.cadence.undo import UNDO_MINUTES, undo
from bot.cadence.words import parse_outcome, split_outcome

__all__ = [
    "CHANNELS_IN_WORDS",
    "UNDO_MINUTES",
    "Digest",
    "LeadClosedError",
    "NotYourLeadError",
    "Overdue",
    "Part",
    "Report",
    "Script",
    "SettledTaskError",
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
    "fire_due_tasks",
    "fire_due_timers",
    "held_back",
    "is_silent",
    "known_plans",
    "log_outcome",
    "may_work",
    "open_tasks",
    "owners_assisted_by",
    "parse_outcome",
    "plan_for",
    "plan_of",
    "pool_of",
    "replan",
    "rewrite_next_action",
    "script_for",
    "silent_threads",
    "split_outcome",
    "stop_plan",
    "title_of",
    "undo",
]
