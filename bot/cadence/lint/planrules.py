"""Rules about plans, one function each."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

from bot.cadence.lint.findings import Finding, PlanToCheck, Severity
from bot.db.models import Status
from bot.team.cadences import CountsFrom, Plan, Touch, Way

A_DAY = timedelta(days=1)
AT_ONCE = timedelta(minutes=30)

PlanRule = Callable[[PlanToCheck], Iterator[Finding]]


def same_angle_twice(it: PlanToCheck) -> Iterator[Finding]:
    """R47: every touch gives a different reason to answer."""
    seen: dict[str, int] = {}
    for touch in it.plan.touches:
        first = seen.setdefault(" ".join(touch.angle.casefold().split()), touch.number)
        if first != touch.number:
            what = f"the angle “{touch.angle}” was that of touch {first} already"
            yield it.finding(Severity.ERROR, "R47", what, "Give them a different reason to answer.", touch)


def same_channel_three_times(it: PlanToCheck) -> Iterator[Finding]:
    """R47: channels alternate."""
    touches = it.plan.touches
    for first, second, third in zip(touches, touches[1:], touches[2:], strict=False):
        # Letters that arrive months apart are no pressure.
        if it.plan.status is not Status.NURTURE and first.channel is second.channel is third.channel:
            what = f"{third.channel.value} for the third time running"
            yield it.finding(Severity.WARNING, "R47", what, "Put another channel in between.", third)


def mail_before_call(it: PlanToCheck) -> Iterator[Finding]:
    """R32, R30: the phone leads day one for hot leads."""
    first_day = [touch for touch in it.plan.touches if touch.after is None or touch.after < A_DAY]
    if it.hot and first_day and first_day[0].channel is not Way.PHONE:
        what = f"hot leads get {first_day[0].channel.value} before a call on day one"
        yield it.finding(
            Severity.WARNING, "R32", what, "Let touch 1 be a call: channel: phone.", first_day[0]
        )


def all_at_once(it: PlanToCheck) -> Iterator[Finding]:
    """R9: channels follow one another."""
    for before, touch in pairwise(it.plan.touches):
        distance = _distance(it.plan, before, touch)
        if distance is not None and distance < AT_ONCE and before.channel is not touch.channel:
            what = f"touches {before.number} and {touch.number} go out at the same time on two channels"
            yield it.finding(Severity.ERROR, "R9", what, "Put at least half an hour between them.", touch)


def too_close_in_a_stall(it: PlanToCheck) -> Iterator[Finding]:
    """R47: a day or two between touches for somebody who is silent."""
    for touch in it.plan.touches[1:]:
        gap = it.plan.gap_before(touch)
        if it.plan.counts_from is CountsFrom.SILENCE and gap < A_DAY:
            what = f"touch {touch.number} may come less than a day after the one before it"
            yield it.finding(Severity.ERROR, "R47", what, "Set minimum_gap to 1d or more.", touch)


def too_few_or_many_in_a_stall(it: PlanToCheck) -> Iterator[Finding]:
    """R42: four to six touches for a stall."""
    count = len(it.plan.touches)
    if it.plan.counts_from is CountsFrom.SILENCE and not 4 <= count <= 6:
        what = f"{count} touch{'es' if count > 1 else ''} for somebody who fell silent"
        yield it.finding(Severity.ERROR, "R42", what, "Make it four to six.")


def no_break_up(it: PlanToCheck) -> Iterator[Finding]:
    """R8, D2: the last touch is a graceful exit, and only the last."""
    *earlier, last = it.plan.touches
    if not last.break_up:
        mend = "Let the last touch leave the door open, and mark it break_up: true."
        yield it.finding(Severity.ERROR, "R8", "it ends without a graceful exit", mend, last)
    for touch in earlier:
        if touch.break_up:
            what = f"touches come after the exit of touch {touch.number}"
            yield it.finding(Severity.ERROR, "D2", what, "Make the exit the last touch.", touch)


def bad_successor(it: PlanToCheck) -> Iterator[Finding]:
    """D2, R42: a plan names what follows; nothing active follows its exit, and it does not go round for ever."""
    name = it.plan.successor
    if name is None:
        return
    if name not in it.plans:
        there = ", ".join(sorted(it.plans))
        yield it.finding(Severity.ERROR, "D2", f"its successor “{name}” is no plan", f"There is: {there}.")
    elif it.plans[name].status is not Status.NURTURE:
        what = f"{name} would go on pressing after the exit"
        yield it.finding(Severity.ERROR, "D2", what, "Let a plan with status: nurture follow, or none.")
    elif _returns(it):
        what = "it leads back to itself, so that it never ends"
        yield it.finding(Severity.ERROR, "R42", what, "Leave successor out of the last plan.")


PLAN_RULES: tuple[PlanRule, ...] = (
    same_angle_twice,
    same_channel_three_times,
    mail_before_call,
    all_at_once,
    too_close_in_a_stall,
    too_few_or_many_in_a_stall,
    no_break_up,
    bad_successor,
)


def _distance(plan: Plan, before: Touch, touch: Touch) -> timedelta | None:
    """The least time between two touches; None where the plan does not say."""
    if touch.after is None or before.after is None:
        return None if touch.after_last is None else max(touch.after_last, plan.gap_before(touch))
    return max(touch.after - before.after, plan.gap_before(touch))


def _returns(it: PlanToCheck) -> bool:
    seen, name = {it.plan.name}, it.plan.successor
    while name is not None and name in it.plans:
        if name in seen:
            return True
        seen.add(name)
        name = it.plans[name].successor
    return False
