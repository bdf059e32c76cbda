"""`replay`: past leads through a changed team document, before it is applied."""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from bot.clock import machine_clock
from bot.commands.leadfile import add_team, days, document, looking
from bot.intake.rehearsal import (
    Rehearsed,
    asked_first,
    estimates,
    leads_offered_since,
    rehearse,
    response_habits,
)
from bot.team.document import Team
from bot.team.live import live_team

HOW = (
    "Estimated: everybody answers as fast as their own median in that time, who has none as the median of all. "
    "Leave counts as it was, caps too: whoever is asked first has the lead until it was really done with. "
    "Everybody starts with no turns in both documents."
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", default="30d", help="how far back, such as 30d (default)")
    parser.add_argument(
        "--all", action="store_true", help="list every lead, not only those that go elsewhere"
    )
    add_team(parser)


def run(arguments: argparse.Namespace) -> int:
    """1 when the document leaves more leads without anybody to ask than the live one."""
    since = machine_clock() - days(arguments.since)
    with looking() as session:
        live, tried = live_team(session), document(session, arguments.team)
        leads = leads_offered_since(session, since)
        habits = response_habits(session, since)
        really = asked_first(session, [lead.id for lead in leads])
        before = rehearse(session, live, leads)
        after = rehearse(session, tried, leads)
    if not leads:
        print(f"No lead was offered to anybody since {since:%Y-%m-%d}, so there is nothing to compare.")
        return 0
    count = "1 lead" if len(leads) == 1 else f"{len(leads)} leads"
    print(f"{count} since {since:%Y-%m-%d}: the live document and {arguments.team or 'the same again'}.\n")
    for lines in (
        _moves(before, after, every=arguments.all),
        _per_rep(live.team, tried.team, before, after, really),
        _responses(estimates(before, habits), estimates(after, habits)),
    ):
        print("\n".join(lines), end="\n\n")
    return _verdict(before, after)


def _moves(before: Sequence[Rehearsed], after: Sequence[Rehearsed], *, every: bool) -> Iterator[str]:
    pairs = list(zip(before, after, strict=True))
    for was, will in pairs:
        if every or was != will:
            yield f"{was.ref}  {_place(was)}" + (f"  ->  {_place(will)}" if was != will else "")
    for what, field in (("pool", "pool"), ("tier", "tier"), ("first rep", "rep")):
        changed = sum(getattr(was, field) != getattr(will, field) for was, will in pairs)
        yield f"{changed} of {len(pairs)} get another {what}."


def _place(one: Rehearsed) -> str:
    rule = f" by {one.rule!r}" if one.rule else ""
    return f"{one.tier}, {one.pool}{rule}, {one.rep or 'nobody'}"


def _per_rep(
    live: Team, tried: Team, before: Sequence[Rehearsed], after: Sequence[Rehearsed], really: dict[int, str]
) -> Iterator[str]:
    was, will = Counter(one.rep for one in before), Counter(one.rep for one in after)
    asked: Counter[str | None] = Counter(really.values())
    yield f"{'asked first':<24}{'really':>8}{'live':>8}{'new':>8}{'change':>8}"
    for key in sorted({*was, *will, *asked}, key=lambda key: key or "~"):
        entry = tried.reps.get(key or "") or live.reps.get(key or "")
        name = entry.name if entry else key or "nobody"
        yield f"{name[:23]:<24}{asked[key]:>8}{was[key]:>8}{will[key]:>8}{will[key] - was[key]:>+8}"


def _responses(before: Sequence[float], after: Sequence[float]) -> Iterator[str]:
    if not before or not after:
        yield "First response: nobody has answered a lead in that time, so there is nothing to estimate from."
        return
    yield f"First response, in business time: {_spread(before)} live, {_spread(after)} new."
    yield HOW


def _spread(seconds: Sequence[float]) -> str:
    slow = seconds[min(len(seconds) - 1, len(seconds) * 9 // 10)]
    return f"median {median(seconds) / 60:.1f} min, P90 {slow / 60:.1f} min"


def _verdict(before: Sequence[Rehearsed], after: Sequence[Rehearsed]) -> int:
    was, will = (sum(one.rep is None for one in each) for each in (before, after))
    if will > was:
        print(f"WRONG {will} leads would find nobody to be asked; with the live document {was} do.")
        return 1
    print("ok    no more leads than now find nobody to be asked")
    return 0
