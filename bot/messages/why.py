"""Why a lead went where it went: what `/followup why` answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.db.models import TURN, Activity, AskState, Lead, OfferRep, Rep
from bot.messages.blocks import Block, Part, bold, context, divider, header, lines, moment, person, rich
from bot.messages.fairness import turns
from bot.messages.leads import TIERS, title
from bot.messages.mrkdwn import literal, one_line
from bot.messages.timeline import happened, worth_telling
from bot.outbox.rendering import SlackMessage
from bot.team.ladder import LadderStep, is_group

EACH_SHOWN = 12
ASKS_SHOWN = 5
ANSWERS = {
    AskState.ASKED: "is being asked",
    AskState.CLAIMED: "claimed it",
    AskState.PASSED: "passed: the turn is spent",
    AskState.MISSED: "missed it: the turn is spent",
    AskState.TAKEN: "was beaten to it: the turn came back",
}
STEPS = {
    "nudge": "whoever is asked is nudged",
    "ask_next": "the next in turn is asked, too",
    "managers": "the managers are told",
    "tell": "more people are told",
    "repeat": "everybody concerned is reminded",
    "fallback": "the fallback person gets it",
    "nudge_owner": "the owner is nudged, if nobody has reached out by then",
}
TARGETS = {"on-call": "whoever is on call is told", "fallback": "the fallback person is told"}


@dataclass(frozen=True)
class Why:
    """A lead and every decision about whose it is."""

    lead: Lead
    zone: ZoneInfo
    owner: Rep | None
    asks: Sequence[OfferRep]
    unasked: Mapping[str, Any] | None
    """The decision in which nobody could be asked, if that is how it began or ended."""
    events: Sequence[Activity]
    """What the ladder did, and what people did about it."""
    next_step: tuple[LadderStep, datetime] | None
    people: Mapping[int | str, Rep]
    rule: str | None = None
    only: Sequence[str] = ()
    """Names of those whom the rule left."""
    reasons: Sequence[tuple[int, str]] = ()
    """Points and what they were for."""


def why_message(why: Why) -> SlackMessage:
    """In the order it happened: how it got into the pool, who was considered, what followed, what comes next."""
    heading = f"Why {why.lead.ref} went where it went"
    blocks: list[Block] = [header(heading), rich(lines(*_beginning(why)))]
    for number, ask in enumerate(why.asks[-ASKS_SHOWN:], max(1, len(why.asks) - ASKS_SHOWN + 1)):
        blocks += [divider(), rich(lines(_asked(why, ask, number), *_considered(why, ask.decision)))]
    if why.unasked:
        blocks += [divider(), rich(lines([bold("Nobody could be asked")], *_considered(why, why.unasked)))]
    rows: list[list[Part]] = [
        [moment(each.at, why.zone), f"  {happened(each, why.people)}"]
        for each in worth_telling(why.events)[-12:]
    ]
    blocks += [divider(), rich(lines([bold("What happened")], *rows, _coming(why)))]
    blocks.append(
        context("Turns are what somebody has had so far. “/followup fairness” shows how they are shared.")
    )
    return SlackMessage(f"{heading}: {literal(title(why.lead), 100)}", blocks)


def _beginning(why: Why) -> list[list[Part]]:
    lead = why.lead
    rows: list[list[Part]] = [
        [bold(title(lead)), "  ·  ", person(why.owner) if why.owner else bold("nobody has it yet")],
        [f"{TIERS[lead.tier]}, score {lead.score}" if why.reasons else TIERS[lead.tier]],
    ]
    rows += [[f"  {points:+d}  {one_line(words, 120)}"] for points, words in why.reasons[:8]]
    by = f"the rule “{one_line(why.rule, 80)}”" if why.rule else f"its source, {one_line(lead.source, 64)}"
    rows.append([f"Pool “{one_line(lead.pool, 60)}”, by {by}"])
    if why.only:
        rows.append([f"The rule leaves {one_line(', '.join(why.only), 300)}"])
    return rows


def _asked(why: Why, ask: OfferRep, number: int) -> list[Part]:
    rep = why.people.get(ask.rep_id)
    name = one_line(rep.name, 60) if rep else "Somebody"
    return [bold(f"{number}. {name} {ANSWERS[ask.state]}"), "  ·  asked ", moment(ask.asked_at, why.zone)]


def _considered(why: Why, decision: Mapping[str, Any]) -> list[list[Part]]:
    """Everybody considered, the chosen one first with the reason."""
    considered = decision.get("considered", [])
    rows: list[list[Part]] = []
    for place, one in enumerate(considered[:EACH_SHOWN]):
        rep = why.people.get(one["rep"])
        name = one_line(rep.name if rep else one["rep"], 60)
        had = f"{turns(one['balance'] / TURN)} so far"
        facts = [
            had,
            *([f"weight {one['weight']}"] if one.get("weight", 1) != 1 else []),
            *one.get("load", []),
        ]
        if one["skipped"]:
            rows.append([f"• {name}: {one['skipped']} ({', '.join(facts)})"])
        elif place == 0:
            rows.append([f"👉 {name}: {', '.join(facts)}. {_why_first(considered, why)}"])
        else:
            rows.append([f"• {name}: {', '.join(facts)}"])
    if len(considered) > EACH_SHOWN:
        rows.append([f"… and {len(considered) - EACH_SHOWN} more"])
    return rows


def _why_first(considered: Sequence[Mapping[str, Any]], why: Why) -> str:
    """What decided between those who could be asked."""
    first, *others = [one for one in considered if one["skipped"] is None]
    tied = [one for one in others if one["balance"] == first["balance"]]
    if not others:
        return "Nobody else could be asked"
    if not tied:
        return "Fewest turns"
    names = one_line(
        ", ".join(rep.name if (rep := why.people.get(one["rep"])) else one["rep"] for one in tied[:3]), 120
    )
    if all(one.get("last_turn", 0) == first.get("last_turn", 0) for one in tied):
        return f"As many as {names}; drawn by lot"
    return (
        f"As many as {names}, but asked longest ago"
        if first.get("last_turn")
        else (f"As many as {names}, and never asked before")
    )


def _coming(why: Why) -> list[Part] | None:
    if why.next_step is None:
        return None
    step, at = why.next_step
    return [moment(at, why.zone), "  Next: ", *_told(why, step)]


def _told(why: Why, step: LadderStep) -> list[Part]:
    """Who hears of it at this step; of those it names by name or group, who they are."""
    if is_group(step.target):
        return [{"type": "usergroup", "usergroup_id": step.target}, " is told in the channel"]
    named = why.people.get(step.target)
    if named is not None:
        return [f"{one_line(named.name, 60)} is told"]
    return [TARGETS.get(step.target) or STEPS[step.action]]
