"""Leave in words: what is planned, what a stand-in takes on, and the plan somebody comes back to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.db.models import Absence, LeavePlan, Rep
from bot.messages.blocks import Block, Part, actions, bold, button, header, lines, paragraph, person, rich
from bot.messages.mrkdwn import literal
from bot.outbox.rendering import SlackMessage

DAYS_SHOWN = 10


@dataclass(frozen=True)
class LeaveState:
    """Somebody's leave and what is open because of it."""

    absence: Absence
    rep: Rep
    cover: Rep | None
    planned_by: Rep
    zone: ZoneInfo
    leads: int = 0
    """Open leads that are the rep's own now."""
    lent: int = 0
    """Open tasks that are with a stand-in or put off."""
    given: int = 0
    """Open leads that were given away for this leave and are still with whoever got them."""
    untouched: int = 0
    """Those of them with which nobody has done anything since."""
    done: int = 0
    """Touches that others worked for the rep meanwhile."""
    days: Sequence[tuple[datetime, int]] = ()
    """The days with open tasks of the rep's, each by a moment of it, and how many."""


def leave_planned(state: LeaveState) -> SlackMessage:
    """The private answer to whoever planned it: what was understood, and how to take it back."""
    back = "I'm back" if state.planned_by.id == state.rep.id else "End this leave"
    over = actions(button(back, "leave_over", state.absence.id))
    return _sentence(f"{planned(state)} {what_becomes(state)}", over)


def came_back(state: LeaveState, by: Rep, now: datetime) -> tuple[str, list[Block]]:
    """What is said to whoever ended the leave or called it off, and a button for what can be taken back."""
    whose = "Your" if state.rep.id == by.id else f"{state.rep.name}'s"
    if state.absence.starts_at > now:
        return f"{whose} leave is called off.", []
    over = f"{whose} leave is over. New leads come by turn again"
    if state.absence.plan is LeavePlan.TRANSFER:
        return f"{over}. {_what_stays(state)}", _regain(state)
    return f"{over}, and a plan for what waited is on its way.", []


def regained(count: int, rep: Rep, cover: Rep, by: Rep) -> str:
    """What is said to whoever took leads back after a leave."""
    whose = "yours" if rep.id == by.id else f"{rep.name}'s"
    leads = f"{_count(count, 'lead is', 'leads are')} {whose} again"
    return f"{leads}, and {cover.name} was told. What was overdue is spread over the coming days."


def planned(state: LeaveState) -> str:
    """When: "You are away until Thu 14 May, 09:00."."""
    absence = state.absence
    who = "You are" if state.planned_by.id == state.rep.id else f"{state.rep.name} is"
    begins = absence.starts_at
    since = "" if begins <= absence.created_at else f" from {_spelled(begins, state.zone)}"
    return f"{who} away{since} until {_spelled(absence.until, state.zone)}."


def what_becomes(state: LeaveState) -> str:
    """What becomes of the leads."""
    cover = state.cover.name if state.cover else "nobody"
    match state.absence.plan:
        case LeavePlan.COVER:
            return f"{cover} looks after the open touches; the leads and the credit stay. New leads go to others."
        case LeavePlan.TRANSFER:
            return f"The open leads become {cover}'s for good, with the credit. New leads go to others."
        case LeavePlan.WAIT:
            return (
                "Touches wait and are spread over the days after the return; first responses, answers and calls "
                "go to the pool's fallback person. New leads go to others."
            )


def _for_the_rep(state: LeaveState) -> SlackMessage:
    text = f"{state.planned_by.name} has planned leave for you"
    row: list[Part] = [person(state.planned_by), " has planned leave for you. ", what_becomes(state)]
    when = f"You are away until {_spelled(state.absence.until, state.zone)}."
    blocks = [header("🌴 Leave"), rich(lines(row, [bold(when)], ["“/followup back” ends it early."]))]
    return SlackMessage(literal(text), blocks)


def _for_the_cover(state: LeaveState) -> SlackMessage:
    until = _spelled(state.absence.until, state.zone)
    if state.absence.plan is LeavePlan.TRANSFER:
        text = f"{state.rep.name}'s open leads are yours now"
        rows: list[list[Part]] = [
            [person(state.rep), f" is away until {until}. Their open leads are yours now."]
        ]
    else:
        text = f"You look after {state.rep.name}'s leads until {until}"
        rows = [
            [person(state.rep), f" is away until {until}. You look after their leads meanwhile."],
            [_count(state.lent, "touch", "touches"), " came to you; what falls due comes to your messages."],
        ]
    return SlackMessage(literal(text, 200), [header("🌴 You stand in"), rich(lines(*rows))])


def _for_the_cover_after(state: LeaveState) -> SlackMessage:
    text = f"{state.rep.name} is back"
    row: list[Part] = [person(state.rep), " is back and has their leads again. Thank you!"]
    return SlackMessage(literal(text), [header("👋 Back again"), rich(lines(row))])


def _welcome_back(state: LeaveState) -> SlackMessage:
    """A plan, not a backlog."""
    waiting = sum(count for _, count in state.days)
    text = f"Welcome back! {_count(waiting, 'touch', 'touches')} planned"
    rows: list[list[Part]] = [
        [_count(state.leads, "open lead", "open leads"), " of yours."],
        [_count(state.done, "touch was", "touches were"), " worked for you meanwhile."] if state.done else [],
    ]
    blocks: list[Block] = [header("👋 Welcome back"), rich(lines(*rows))]
    if state.given:
        blocks += [paragraph(_what_stays(state)), *_regain(state)]
    if state.days:
        plan: list[list[Part]] = [
            [bold(_day(at, state.zone)), f"  {_count(count, 'touch', 'touches')}"]
            for at, count in state.days[:DAYS_SHOWN]
        ]
        later = sum(count for _, count in state.days[DAYS_SHOWN:])
        if later:
            plan.append([f"and {later} later"])
        blocks.append(rich(lines([bold("Your plan: what waited is spread out, the hottest first")], *plan)))
    return SlackMessage(text, blocks)


def _for_who_gave_back(state: LeaveState) -> SlackMessage:
    text = f"{state.rep.name} has leads back"
    row: list[Part] = [
        person(state.rep),
        " is back and has taken back those of their leads that nothing had happened to yet. "
        "Those you have worked stay yours.",
    ]
    return SlackMessage(literal(text, 200), [header("👋 Back again"), rich(lines(row))])


def _what_stays(state: LeaveState) -> str:
    """With whom the leads are that were given away."""
    cover = state.cover.name if state.cover else "somebody else"
    if not state.given:
        return f"None of the leads that went to {cover} is still open with them."
    one = state.given == 1
    leads = "lead that went" if one else f"{state.given} leads that went"
    stay = f"The {leads} to {cover} {'stays' if one else 'stay'} theirs."
    if not state.untouched:
        return f"{stay} “/followup assign” moves a single one."
    some = f"{state.untouched} of them" if state.untouched < state.given else "any of them"
    return f"{stay} Nobody has done anything with {'it' if one else some} since."


def _regain(state: LeaveState) -> list[Block]:
    if not state.untouched:
        return []
    which = "it" if state.given == 1 else "that one" if state.untouched == 1 else f"those {state.untouched}"
    return [actions(button(f"Take {which} back", "leave_regain", state.absence.id))]


def _sentence(sentence: str, *more: Block) -> SlackMessage:
    return SlackMessage(literal(sentence, 500), [paragraph(sentence), *more])


LEAVE_MESSAGES: dict[str, Callable[[LeaveState], SlackMessage]] = {
    "planned": _for_the_rep,
    "covering": _for_the_cover,
    "covered": _for_the_cover_after,
    "back": _welcome_back,
    "regained": _for_who_gave_back,
}
"""By the second half of an intent's subject."""


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _spelled(at: datetime, zone: ZoneInfo) -> str:
    return f"{_day(at, zone)}, {at.astimezone(zone):%H:%M}"


def _day(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}"
