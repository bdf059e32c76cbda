"""`config`: the team document in the database."""

import argparse
import getpass
import sys
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.cadence import known_plans
from bot.cadence.lint import refuse_errors
from bot.clock import machine_clock
from bot.commands.opened import opened
from bot.db import Database
from bot.db.models import OPEN_STATUSES, Lead, Rep
from bot.errors import FollowupError
from bot.intake import ensure_secrets
from bot.settings import load_database_settings
from bot.team.errors import TeamDocumentError
from bot.team.live import NoTeamError, apply_team, document_of, live_team, versions


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("show", help="who applied the live document, when, and the versions before it")
    apply = actions.add_parser("apply", help="check a document and make it the live one")
    apply.add_argument("file", type=Path)
    apply.add_argument(
        "--author", default=getpass.getuser(), help="who to name in the history (default: you)"
    )
    export = actions.add_parser("export", help="print the live document, or an earlier version")
    export.add_argument("--version", type=int)


def run(arguments: argparse.Namespace) -> int:
    database = opened(load_database_settings().database_url)
    try:
        return {"show": _show, "apply": _apply, "export": _export}[arguments.action](database, arguments)
    finally:
        database.dispose()


def _show(database: Database, _: argparse.Namespace) -> int:
    with database.read() as session:
        for version in versions(session):
            print(f"version {version.id}  {version.applied_at:%Y-%m-%d %H:%M} UTC  by {version.author}")
    return 0


def _apply(database: Database, arguments: argparse.Namespace) -> int:
    try:
        text = arguments.file.read_text("utf-8")
    except FileNotFoundError as error:
        raise FollowupError(f"There is no file {arguments.file}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FollowupError(f"Cannot read {arguments.file}: {error}") from error
    now = machine_clock()
    try:
        with database.write() as session:
            live = apply_team(session, text, author=arguments.author, now=now, known_plans=known_plans())
            warnings = [*refuse_errors(live.team), *_left_behind(session)]
            ensure_secrets(session, live.team, now)
    except TeamDocumentError as error:
        print(f"{arguments.file} was not applied; the live document is unchanged.\n{error}", file=sys.stderr)
        return 1
    print(*(f"warning  {warning}" for warning in warnings), sep="\n", end="\n" if warnings else "")
    print(
        f"{arguments.file} is live as version {live.version_id}. Leads already climbing a ladder finish on theirs."
    )
    return 0


def _left_behind(session: Session) -> list[str]:
    """A line for everybody out of the document who still owns open leads."""
    open_leads = (
        select(Rep.name, func.count())
        .join(Lead, Lead.owner_id == Rep.id)
        .where(Rep.active.is_(False), Lead.status.in_(OPEN_STATUSES))
        .group_by(Rep.id, Rep.name)
        .order_by(Rep.name)
    )
    return [
        f"{name} is not in the document and still owns {count} open lead{'s' if count > 1 else ''}; a manager gives "
        "them to somebody with “/followup assign”."
        for name, count in session.execute(open_leads)
    ]


def _export(database: Database, arguments: argparse.Namespace) -> int:
    with database.read() as session:
        version_id = arguments.version or live_team(session).version_id
        try:
            print(document_of(session, version_id), end="")
        except NoTeamError:
            raise FollowupError(f"There is no version {version_id}. See: python -m bot config show") from None
    return 0
