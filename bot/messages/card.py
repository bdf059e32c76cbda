"""The offer card: one per lead in its pool's channel, refreshed in place."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.db.models import Lead, Rep, Status, Tier
from bot.messages.blocks import (
    Block,
    actions,
    bold,
    button,
    context,
    header,
    lines,
    quote,
    rich,
    section,
    since,
)
from bot.messages.leads import STATUSES, TIERS, came_from, reach, title, what_they_did, why_so
from bot.messages.mrkdwn import ago, at_time, lasted, literal, mention, one_line, soon
from bot.outbox.rendering import SlackMessage
from bot.team.ladder import LadderStep

MESSAGE_SHOWN = 600


@dataclass(frozen=True)
class CardState:
    """What a card shows. `assigned`: the owner is the fallback person and nobody claimed it (D8)."""

    lead: Lead
    now: datetime
    zone: ZoneInfo
    assignee: Rep | None = None
    owner: Rep | None = None
    assigned: bool = False
    asked_too: tuple[Rep, ...] = ()
    """Who was asked besides the assignee, because nobody answered."""
    given: bool = False
    """Its owner has it from somebody else: `given_by`, or the bot itself."""
    given_by: Rep | None = None
    passed: tuple[Rep, ...] = ()
    nudged_at: datetime | None = None
    managers_told_at: datetime | None = None
    next_step: tuple[LadderStep, datetime] | None = None


def offer_card(state: CardState) -> SlackMessage:
    """The card as it stands: claimable with buttons, or claimed with its owner and none."""
    blocks = [
        *about(state.lead, state.zone, MESSAGE_SHOWN),
        section("\n".join(_standing(state))),
        _buttons(state),
    ]
    return SlackMessage(_notification(state), blocks)


def about(lead: Lead, zone: ZoneInfo, most: int) -> list[Block]:
    """Who it is, what they did and asked (at most `most` characters), how to reach them, where they came from."""
    job = one_line(lead.title or "", 120)
    first = lines(
        [bold(TIERS[lead.tier]), f"  ·  {what_they_did(lead)}  ·  ", since(lead.received_at, zone)],
        [job] if job else None,
        [strongest] if (strongest := why_so(lead)) else None,
    )
    return [
        header(title(lead, 80)),
        rich(first, quote(lead.message or "", most), lines(reach(lead))),
        context(came_from(lead)),
    ]


def _buttons(state: CardState) -> Block:
    view = button("View", "view_lead", state.lead.id)
    if state.owner or state.lead.status.is_closed:
        return actions(view)
    passing = button("Pass", "pass", state.lead.id) if state.assignee else None
    return actions(button("Claim", "claim", state.lead.id, "primary"), passing, view)


def _standing(state: CardState) -> list[str]:
    """Our own words, in mrkdwn: nothing here was written by the lead."""
    if state.owner:
        return _owned(state, state.owner)
    if state.lead.status.is_closed:
        return [STATUSES[state.lead.status]]
    return [_whose_turn(state), *_so_far(state), *_what_comes(state)]


def _owned(state: CardState, owner: Rep) -> list[str]:
    lead = state.lead
    waited = f" in {_waited(lead, lead.claimed_at)}" if lead.claimed_at else ""
    claimed = f"✅ Claimed by {mention(owner)}{waited}."
    rows = [claimed if lead.claimed_at else f"🔁 Goes to {mention(owner)}, who has a colleague of theirs."]
    if state.given:
        by = f" by {literal(state.given_by.name)}" if state.given_by else ""
        themselves = state.given_by is not None and state.given_by.id == owner.id
        rows = [
            f"👉 {f'Taken over by {mention(owner)}' if themselves else f'Given to {mention(owner)}{by}'}."
        ]
    elif state.assigned:
        rows = [f"👉 Given to {mention(owner)}: nobody had claimed it."]
    if lead.first_response_at:
        rows.append(f"First response in {_waited(lead, lead.first_response_at)}.")
    if lead.status not in {Status.ACTIVE, Status.FOLLOW_UP}:
        rows.append(f"*{STATUSES[lead.status]}*")
    return rows


def _whose_turn(state: CardState) -> str:
    if state.assignee:
        too = f" Asked, too: {', '.join(mention(rep) for rep in state.asked_too)}." if state.asked_too else ""
        return f"{mention(state.assignee)}, it is your turn.{too} Anyone in the pool may claim."
    if state.passed:
        return "*Everybody has passed.* Anyone may still claim it."
    return "*Nobody is free to be asked.* Anyone in the pool may claim it."


def _so_far(state: CardState) -> list[str]:
    rows: list[str] = []
    if state.passed:
        rows.append(f"Passed: {', '.join(literal(rep.name, 40) for rep in state.passed[:8])}")
    if state.nudged_at and state.assignee:
        rows.append(f"⏰ Nudged {ago(state.nudged_at, state.zone)}")
    if state.managers_told_at:
        rows.append(f"🚨 *Still unclaimed.* The managers were told {ago(state.managers_told_at, state.zone)}")
    return rows


def _what_comes(state: CardState) -> list[str]:
    start = state.lead.clock_started_at
    if start > state.now:
        return [f"🌙 Came in outside hours. The clock starts {at_time(start, state.zone)}"]
    if state.next_step is None:
        return []
    step, at = state.next_step
    nobody_to_nudge = step.action == "nudge" and state.assignee is None
    if nobody_to_nudge or step.action not in _STEPS:
        return []
    return [f"Next: {_STEPS[step.action]}{soon(at, state.now, state.zone)}"]


_STEPS = {
    "nudge": "a nudge",
    "ask_next": "the next in turn is asked, too",
    "managers": "the managers are told",
    "tell": "more people are told",
    "repeat": "a reminder to everybody concerned",
    "fallback": "it goes to the fallback person",
}


def _waited(lead: Lead, until: datetime) -> str:
    """How long the lead waited; hours in which nobody was there are not held against anybody (D3)."""
    start = lead.clock_started_at if until >= lead.clock_started_at else lead.received_at
    return lasted((until - start).total_seconds())


def _notification(state: CardState) -> str:
    who = literal(title(state.lead, 80), 150)
    if state.owner:
        return f"{who}: {'given to' if state.assigned or state.given else 'claimed by'} {literal(state.owner.name)}"
    if state.managers_told_at:
        return f"Still unclaimed: {who}"
    new = "New hot lead" if state.lead.tier is Tier.HOT else "New lead"
    turn = f". Your turn, {literal(state.assignee.name.split()[0])}." if state.assignee else ""
    return f"{new}: {who}{turn}"
