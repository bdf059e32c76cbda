"""`route`: where a lead would go, and why, without sending it anywhere."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from bot.clock import machine_clock
from bot.commands.leadfile import add_team, document, lead_in, looking, moment, source_of
from bot.db.models import TURN
from bot.intake.rehearsal import DryRun, dry_run
from bot.routing import Candidate, Decision
from bot.team.document import Team


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lead", type=Path, required=True, help="a file with the JSON that a form would send"
    )
    parser.add_argument("--source", help="the source that sends it (default: the only one)")
    parser.add_argument("--at", help="when it comes in, such as 2026-03-02T09:30 (default: now)")
    add_team(parser)


def run(arguments: argparse.Namespace) -> int:
    with looking() as session:
        live = document(session, arguments.team)
        now = moment(arguments.at, live.team.zone) if arguments.at else machine_clock()
        name, source = source_of(live.team, arguments.source)
        read = lead_in(arguments.lead, source, live.team.country)
        for line in explained(dry_run(session, live, name, source, read, now), live.team):
            print(line)
    return 0


def explained(result: DryRun, team: Team) -> Iterator[str]:
    """What would happen, line by line."""
    score, route = result.verdict.score, result.verdict.route
    yield f"Lead: {result.lead.name or result.lead.email or result.lead.phone or result.lead.handle}"
    yield f"Score: {score.points}, {score.tier}"
    for points, words in score.reasons:
        yield f"    {points:+d} {words}"
    if result.known:
        lead, owner = result.known
        yield f"Known: this is {lead.ref}, {f'{owner.name} has it' if owner else 'nobody has claimed it yet'}."
        yield "It would not be offered: whoever has it would hear of it, unless they are away or left."
    elif result.colleague:
        lead, owner = result.colleague
        yield f"Colleague: {owner.name} has {lead.ref} of the same company and would get this one too, without a turn."
    yield f"Rule: {route.rule or 'none holds; where its source sends its leads'}"
    yield f"Pool: {route.pool}"
    if route.members is not None:
        yield f"Only: {', '.join(team.rep(key).name for key in route.members)}"
    yield f"Asked: {_asked(result.decision, team)}"
    for candidate in result.decision.considered:
        yield f"    {_considered(candidate, team)}"


def _asked(decision: Decision, team: Team) -> str:
    chosen = decision.chosen
    if chosen is None:
        return "nobody; the managers would hear of it at once"
    equal = (chosen.balance, chosen.last_turn)
    tied = [
        team.rep(one.rep).name
        for one in decision.considered
        if one.skipped is None and one is not chosen and (one.balance, one.last_turn) == equal
    ]
    # The lot is drawn by the lead's number, and it has none yet.
    lot = f", or {', '.join(tied)}: they have had as many turns, and a lot decides" if tied else ""
    return f"{team.rep(chosen.rep).name}{lot}"


def _considered(candidate: Candidate, team: Team) -> str:
    weight = [f"weight {candidate.weight}"] if candidate.weight != 1 else []
    facts = ", ".join([f"{candidate.balance / TURN:.1f} turns", *weight, *candidate.load])
    skipped = f"; not asked: {candidate.skipped}" if candidate.skipped else ""
    return f"{team.rep(candidate.rep).name}: {facts}{skipped}"
