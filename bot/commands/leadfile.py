"""Leads and documents given as files to the commands that only look."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.cadence import known_plans
from bot.commands.opened import opened
from bot.errors import FollowupError
from bot.intake.reading import ReadLead, UnreadableError, read_body, read_lead, split_leads
from bot.settings import load_database_settings
from bot.team.document import Team, load_team
from bot.team.fields import listed
from bot.team.live import LiveTeam, live_team
from bot.team.sources import Source


@contextmanager
def looking() -> Iterator[Session]:
    """A session for looking only, of the database in the settings; its connections are closed at the end."""
    database = opened(load_database_settings().database_url)
    try:
        with database.read() as session:
            yield session
    finally:
        database.dispose()


def add_team(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--team", type=Path, help="a team document to try (default: the live one)")


def document(session: Session, file: Path | None) -> LiveTeam:
    """The live document, or that of a file in its place. Raises TeamDocumentError, NoTeamError."""
    live = live_team(session)
    if file is None:
        return live
    return LiveTeam(live.version_id, load_team(text_of(file), known_plans=known_plans()))


def text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError as error:
        raise FollowupError(f"There is no file {file}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FollowupError(f"Cannot read {file}: {error}") from error


def source_of(team: Team, name: str | None) -> tuple[str, Source]:
    """The source of this name, or the only one there is."""
    if name is None and len(team.sources) == 1:
        return next(iter(team.sources.items()))
    if name is None or name not in team.sources:
        there = listed(team.sources) if team.sources else "none"
        raise FollowupError(f"Say which source the lead comes from with --source. There is: {there}.")
    return name, team.sources[name]


def lead_in(file: Path, source: Source, country: str | None) -> ReadLead:
    """The lead that a form would send with this JSON."""
    try:
        trees = split_leads(read_body("application/json", text_of(file).encode()))
        if len(trees) != 1:
            raise UnreadableError(f"There are {len(trees)} leads in it; one is wanted.")
        return read_lead(trees[0], source, country)
    except UnreadableError as error:
        raise FollowupError(f"{file} is no lead that can be read: {error}") from error


def moment(text: str, zone: str) -> datetime:
    """An ISO date and time, in the team's zone unless it names another."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise FollowupError(f"{text!r} is no time; write it like 2026-03-02T09:30.") from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))


def days(text: str) -> timedelta:
    """ "30d" as a span."""
    number = text.removesuffix("d")
    if not (text.endswith("d") and number.isascii() and number.isdigit() and 1 <= int(number) <= 3650):
        raise FollowupError(f"{text!r} is no number of days; write it like 30d.")
    return timedelta(days=int(number))
