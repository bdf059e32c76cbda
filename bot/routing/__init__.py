"""Whose lead it is: rotation, offers, claims, ladders."""

from bot.routing.again import follow_tier, give_to_owner, restart_contact_clock, take_back, taker_of
from bot.routing.best import next_best
from bot.routing.claims import claim
from bot.routing.eligibility import Situation, screen
from bot.routing.errors import (
    AlreadyClaimedError,
    AlreadyTheirsError,
    NotInPoolError,
    NotOnTheTeamAnyMoreError,
    NotYourOfferError,
    NotYoursToGiveError,
)
from bot.routing.ladder import next_step, open_ladder
from bot.routing.leave import (
    LeaveWish,
    NotAwayError,
    UnusableLeaveError,
    come_back,
    fire_due_leave,
    plan_leave,
)
from bot.routing.ledger import Ledger, welcome_back
from bot.routing.offers import offer_leads, pass_offer
from bot.routing.reassign import give, may_undo, reassign, undo_reassign
from bot.routing.roles import is_manager, is_member
from bot.routing.rotation import Candidate, Decision, choose
from bot.routing.steps import fire_due_steps

__all__ = [
    "AlreadyClaimedError",
    "AlreadyTheirsError",
    "Candidate",
    "Decision",
    "LeaveWish",
    "Ledger",
    "NotAwayError",
    "NotInPoolError",
    "NotOnTheTeamAnyMoreError",
    "NotYourOfferError",
    "NotYoursToGiveError",
    "Situation",
    "UnusableLeaveError",
    "choose",
    "claim",
    "come_back",
    "fire_due_leave",
    "fire_due_steps",
    "follow_tier",
    "give",
    "give_to_owner",
    "is_manager",
    "is_member",
    "may_undo",
    "next_best",
    "next_step",
    "offer_leads",
    "open_ladder",
    "pass_offer",
    "plan_leave",
    "reassign",
    "restart_contact_clock",
    "screen",
    "take_back",
    "taker_of",
    "undo_reassign",
    "welcome_back",
]
