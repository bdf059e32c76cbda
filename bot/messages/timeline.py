"""What happened to a lead, one line an event (R22)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.cadence import OBJECTIONS
from bot.db.models import Activity, ActivityKind, Outcome, Rep
from bot.messages.blocks import Block, Part, lines, moment
from bot.messages.mrkdwn import one_line
from bot.messages.outcomes import OUTCOMES

EVENTS_SHOWN = 20
_NOBODY = "nobody"


def timeline(activities: Sequence[Activity], people: Mapping[int | str, Rep], zone: ZoneInfo) -> Block | None:
    """The latest events, oldest first; `people` by id and by key. None when nothing has happened."""
    told = worth_telling(activities)
    rows: list[list[Part]] = [
        [moment(each.at, zone), f"  {happened(each, people)}"] for each in told[-EVENTS_SHOWN:]
    ]
    if len(told) > EVENTS_SHOWN:
        rows.insert(0, [f"… {len(told) - EVENTS_SHOWN} earlier"])
    return lines(*rows)


def worth_telling(activities: Sequence[Activity]) -> list[Activity]:
    """Without the first responses that were taken back: the outcome beside them says so already."""
    return [one for one in activities if not (one.undone_at and one.kind is ActivityKind.FIRST_RESPONSE)]


def happened(activity: Activity, people: Mapping[int | str, Rep]) -> str:
    """One event in words."""
    who = _name(people, activity.rep_id or activity.facts.get("rep"))
    if activity.kind is ActivityKind.REASSIGNED:
        giver = who if activity.rep_id else "Followup"
        taker = _name(people, activity.facts.get("rep"))
        said = f"{giver} took it over" if giver == taker else f"{giver} gave it to {taker}"
    elif activity.kind is ActivityKind.ESCALATED:
        said = _told(people, activity.facts)
    else:
        said = _WORDS[activity.kind](who, activity.facts)
    return f"{said} (taken back)" if activity.undone_at else said


def _name(people: Mapping[int | str, Rep], who: object) -> str:
    rep = people.get(who) if isinstance(who, int | str) else None
    return one_line(rep.name, 60) if rep else _NOBODY


def _outcome(who: str, facts: Mapping[str, object]) -> str:
    try:
        said = OUTCOMES[Outcome(str(facts.get("outcome")))].done
    except ValueError:
        said = "an outcome"
    kind = OBJECTIONS.get(str(facts.get("objection")))
    return f"{who}: {said}" + (f" ({kind.lower()})" if kind else "")


def _promised(who: str, facts: Mapping[str, object]) -> str:
    return f"{who} noted what they promised" if facts.get("theirs") else f"{who} promised something"


def _taken_back(facts: Mapping[str, object]) -> str:
    if facts.get("reassigned"):
        return "the hand-over"
    return "an outcome" if facts.get("outcome") else "a promise"


def _late(_who: str, facts: Mapping[str, object]) -> str:
    return "The managers were told: nobody has answered" if facts.get("step") else "The answer was late"


def _told(people: Mapping[int | str, Rep], facts: Mapping[str, Any]) -> str:
    """Who heard of it from a ladder, and why already."""
    if facts.get("group"):
        return "A user group was told, in the channel"
    names = [_name(people, key) for key in facts.get("told", ())]
    who = ", ".join(names[:8]) or "Nobody"
    reason = facts.get("reason")
    said = f"{who} {'were' if len(names) > 1 else 'was'} told"
    return said + (f": {one_line(str(reason), 120)}" if reason else "")


_Words = Callable[[str, Mapping[str, object]], str]
_WORDS: dict[ActivityKind, _Words] = {
    ActivityKind.RECEIVED: lambda _, facts: (
        f"Came in: goes to whoever has their colleague {facts['colleague']}"
        if facts.get("colleague")
        else "Came in"
    ),
    ActivityKind.WROTE_AGAIN: lambda _, __: "Wrote again",
    ActivityKind.OFFERED: lambda who, _: (
        "Nobody was free to be asked" if who == _NOBODY else f"Offered to {who}"
    ),
    ActivityKind.PASSED: lambda who, _: f"{who} passed",
    ActivityKind.CLAIMED: lambda who, _: f"{who} claimed it",
    ActivityKind.ASSIGNED: lambda who, _: f"Given to {who}: nobody claimed it",
    ActivityKind.TAKEN_BACK: lambda who, facts: (
        f"No longer {who}'s ({one_line(str(facts.get('reason')), 60)}): offered again"
    ),
    ActivityKind.NUDGED: lambda who, _: f"{who} was nudged",
    ActivityKind.CONTACT_MISSED: lambda _, __: "The target for the first contact passed",
    ActivityKind.ENROLLED: lambda _, facts: (
        f"Started on the plan {one_line(str(facts.get('plan', '')), 60)}".rstrip()
    ),
    ActivityKind.TOUCH_DUE: lambda _, facts: (
        f"Touch {facts['number']} was due" if facts.get("number") else "Due"
    ),
    ActivityKind.TOUCH_OVERDUE: lambda who, _: f"Still to do: {who} was reminded",
    ActivityKind.HELD_BACK: lambda _, __: "Moved to another day: enough went out on this platform today",
    ActivityKind.OUTCOME: _outcome,
    ActivityKind.UNDONE: lambda who, facts: f"{who} took back {_taken_back(facts)}",
    ActivityKind.FIRST_RESPONSE: lambda _, __: "First response",
    ActivityKind.PLAN_FINISHED: lambda _, __: "The plan ended without an answer",
    ActivityKind.REVISITED: lambda _, __: "The date to come back arrived",
    ActivityKind.STALLED: lambda _, facts: f"Silent since the {facts.get('stage', 'last')} stage",
    ActivityKind.PROMISED: _promised,
    ActivityKind.LEARNED: lambda who, facts: f"{who} noted their {facts.get('fact', 'answer')}",
    ActivityKind.RETURNED: lambda _, __: "They came back",
    ActivityKind.ANSWER_LATE: _late,
}
