"""`preview`: a whole plan for one lead, with dates and the scripts as they would be sent."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cadence import CHANNELS_IN_WORDS, known_plans
from bot.cadence.due import next_business_day
from bot.cadence.plans import parse_plan, plan_document
from bot.cadence.projection import Planned, project
from bot.cadence.scripts import render_script, script_fields
from bot.cadence.templates import served
from bot.clock import machine_clock
from bot.commands.leadfile import lead_in, text_of
from bot.db.models import Lead, Rep
from bot.errors import FollowupError
from bot.settings import load_database_settings
from bot.team.cadences import Plan
from bot.team.document import Team, load_team
from bot.team.live import LiveTeam
from bot.team.pools import Pool
from bot.team.sources import Source


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", help="one that ships, or one of the team document's own")
    parser.add_argument("--lead", type=Path, required=True, help="a JSON file, as a form would send it")
    parser.add_argument("--team", type=Path, help="the team document (default: FOLLOWUP_TEAM or team.yml)")
    parser.add_argument(
        "--at", help="when it starts, such as 2026-03-02T10:00 in the pool's zone (default: now)"
    )


def run(arguments: argparse.Namespace) -> int:
    team = load_team(
        text_of(arguments.team or load_database_settings().followup_team), known_plans=known_plans()
    )
    pool, lead = team.pool(team.default_pool), _lead(arguments.lead, team)
    plan = parse_plan(plan_document(arguments.plan, team))
    print("\n".join(_preview(plan, lead, team, pool, _start(arguments.at, pool))))
    return 0


def _preview(plan: Plan, lead: Lead, team: Team, pool: Pool, start: datetime) -> Iterator[str]:
    zone = ZoneInfo(pool.calendar.zone)
    yield f"{plan.name} for {lead.name or lead.email or lead.phone or lead.handle}, times of {zone.key}"
    for planned in project(plan, lead, pool.calendar, start):
        local = planned.due_at.astimezone(zone)
        yield ""
        yield (
            f"== Touch {planned.touch.number} of {len(plan.touches)}: {CHANNELS_IN_WORDS[planned.channel]}, "
            f"{local:%a} {local.day} {local:%b %Y, %H:%M}"
        )
        yield f"   {planned.touch.angle}; goal: {planned.touch.goal}"
        yield from _script(planned, lead, team, pool)
    yield ""
    then = [plan.ends_as.value, plan.successor or "and nothing more"]
    yield f"Then: {', '.join(dict.fromkeys(then))}."


def _script(planned: Planned, lead: Lead, team: Team, pool: Pool) -> Iterator[str]:
    template = served(planned.template, team)
    if template is None:
        yield "   (no approved script for this channel)"
        return
    owner = Rep(key=pool.members[0], name=team.rep(pool.members[0]).name)
    day = next_business_day(planned.due_at, pool.calendar)
    script = render_script(template, planned.channel, script_fields(lead, owner, LiveTeam(0, team), day))
    if script.subject:
        yield f"   Subject: {script.subject}"
    yield from (f"   {line}" for line in script.text.splitlines())
    if script.missing:
        yield f"   To fill in: {', '.join(script.missing)}"


def _lead(file: Path, team: Team) -> Lead:
    read = lead_in(file, Source(), team.country)
    lead = Lead(source="preview", pool=team.default_pool, facts=read.facts)
    for name in (
        "name", "first_name", "last_name", "email", "phone", "handle", "profile_url", "company", "title",
        "country", "zone", "action", "resource", "message", "page", "product",
    ):  # fmt: skip
        setattr(lead, name, getattr(read, name))
    return lead


def _start(written: str | None, pool: Pool) -> datetime:
    if written is None:
        return machine_clock()
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise FollowupError(f"“{written}” is no time. Write it like 2026-03-02T10:00.") from None
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(pool.calendar.zone))).astimezone(UTC)
