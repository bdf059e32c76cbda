"""`migrate`: the release step; loads the team document the first time, if its file is there."""

import argparse

from bot.app import load_first_team
from bot.clock import machine_clock
from bot.db import Database
from bot.db.migrate import migrate
from bot.settings import load_database_settings


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(_arguments: argparse.Namespace) -> int:
    settings = load_database_settings()
    database = Database(settings.database_url)
    migrate(database)
    with database.write() as session:
        load_first_team(session, settings.followup_team, machine_clock())
    print("The database is up to date.")
    return 0
